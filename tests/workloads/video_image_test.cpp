#include <boost/test/unit_test.hpp>
#include <fstream>

#include "arch/errors.h"
#include "tests/support/temporary_directory.h"
#include "tests/workloads/video_support.h"
#include "workloads/video/image_source.h"

namespace deltasim {
namespace {

using test::says;

BOOST_AUTO_TEST_SUITE(video_image_test)

BOOST_AUTO_TEST_CASE(numbers_in_names_count_by_value) {
  BOOST_TEST(natural_less("f2.png", "f10.png"));
  BOOST_TEST(!natural_less("f10.png", "f2.png"));
  BOOST_TEST(natural_less("a1b2", "a1b11"));
  BOOST_TEST(natural_less("f02.png", "f2.png"));
  BOOST_TEST(natural_less("f2.png", "f03.png"));
  BOOST_TEST(natural_less("f", "f0"));
  BOOST_TEST(natural_less("f99999999999999999999998", "f99999999999999999999999"));
  BOOST_TEST(!natural_less("f1", "f1"));
}

BOOST_AUTO_TEST_CASE(a_folder_is_read_in_natural_order) {
  const test::TemporaryDirectory folder;
  for (const int n : {10, 2, 1, 11, 3})
    test::write_ppm(folder / ("f" + std::to_string(n) + ".ppm"), test::patterned_image(6, 5, n));
  std::ofstream(folder / "notes.txt") << "not a picture";
  std::ofstream(folder / ".hidden.ppm") << "not a picture";
  const auto source = open_frame_source(folder.path());
  BOOST_TEST(source->info().codec == "images");
  BOOST_TEST(source->info().frames.value() == 5);
  BOOST_TEST(source->info().frames_per_second == 0.0);
  const std::vector<Image> images = test::read_all(*source);
  BOOST_REQUIRE(images.size() == 5U);
  const std::vector<int> order = {1, 2, 3, 10, 11};
  for (std::size_t i = 0; i < order.size(); ++i)
    BOOST_TEST((images[i] == test::patterned_image(6, 5, order[i])));
}

BOOST_AUTO_TEST_CASE(images_of_two_sizes_are_refused_by_name) {
  const test::TemporaryDirectory folder;
  test::write_ppm(folder / "a.ppm", test::patterned_image(6, 5, 0));
  test::write_ppm(folder / "b.ppm", test::patterned_image(6, 4, 0));
  const auto source = open_frame_source(folder.path());
  source->next();
  BOOST_CHECK_EXCEPTION(source->next(), ConfigError, says({"b.ppm", "4x6", "a.ppm", "5x6"}));
}

BOOST_AUTO_TEST_CASE(a_folder_without_images_is_refused) {
  const test::TemporaryDirectory folder;
  std::ofstream(folder / "notes.txt") << "not a picture";
  BOOST_CHECK_EXCEPTION(open_frame_source(folder.path()), ConfigError, says({"no images"}));
}

BOOST_AUTO_TEST_CASE(one_image_is_a_clip_of_one_frame) {
  const test::TemporaryDirectory folder;
  const Image image = test::patterned_image(24, 32, 3);
  test::write_ppm(folder / "100%03d.ppm", image);  // a name that FFmpeg would take for a pattern
  for (const char* codec : {"png", "bmp"}) {
    test::VideoSpec spec{codec, AV_PIX_FMT_RGB24, 32, 24, 1, 1, 0};
    if (spec.codec == "bmp") spec.format = AV_PIX_FMT_BGR24;
    test::write_video(folder / (std::string("one.") + codec), spec, [&](AVFrame& frame, int) {
      for (int y = 0; y < 24; ++y)
        for (int i = 0; i < 96; ++i)
          frame.data[0][y * frame.linesize[0] + i] = image.rgb[static_cast<std::size_t>(
              y * 96 + (spec.codec == "bmp" ? i / 3 * 3 + 2 - i % 3 : i))];
    });
  }
  for (const char* name : {"100%03d.ppm", "one.png", "one.bmp"}) {
    const auto source = open_frame_source(folder / name);
    BOOST_TEST((source->next() == image), name);
    BOOST_TEST(!source->next().has_value());
    BOOST_TEST(source->info().frames_per_second == 0.0);
  }
}

BOOST_AUTO_TEST_CASE(a_cut_image_is_refused) {
  const test::TemporaryDirectory folder;
  test::VideoSpec spec{"png", AV_PIX_FMT_RGB24, 32, 24, 1, 1, 0};
  test::write_video(folder / "a.png", spec, [](AVFrame& frame, int) {
    for (int i = 0; i < 24 * frame.linesize[0]; ++i)
      frame.data[0][i] = static_cast<std::uint8_t>(i * i / 7);
  });
  const std::string bytes = test::read_file(folder / "a.png");
  for (std::size_t size = 1; size + 100 < bytes.size(); size += 97)
    BOOST_CHECK_THROW(open_frame_source(folder.write("cut.png", bytes.substr(0, size))),
                      ConfigError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
