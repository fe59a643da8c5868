#include "workloads/video/frame_source.h"

#include <boost/test/unit_test.hpp>

#include "arch/errors.h"
#include "tests/support/temporary_directory.h"
#include "tests/workloads/video_support.h"

namespace deltasim {
namespace {

using test::says;

BOOST_AUTO_TEST_SUITE(video_source_test)

void check_patterned(FrameSource& source, const test::VideoSpec& spec) {
  const std::vector<Image> images = test::read_all(source);
  BOOST_TEST(images.size() == static_cast<std::size_t>(spec.frames));
  for (std::size_t n = 0; n < images.size(); ++n)
    BOOST_TEST((images[n] == test::patterned_image(spec.height, spec.width, static_cast<int>(n))));
}

BOOST_AUTO_TEST_CASE(lossless_video_gives_its_pictures_back) {
  const test::TemporaryDirectory folder;
  for (const char* name : {"a.avi", "a.mkv", "a.nut"}) {
    test::VideoSpec spec;
    spec.width = 37;  // rows that end within a vector
    test::write_patterned_video(folder / name, spec);
    const auto source = open_frame_source(folder / name);
    BOOST_TEST(source->info().codec == "ffv1");
    BOOST_TEST(source->info().width == 37);
    BOOST_TEST(source->info().height == 24);
    BOOST_TEST(source->info().frames_per_second == 25.0);
    check_patterned(*source, spec);
    BOOST_TEST(source->warnings().empty());
    BOOST_TEST(!source->next().has_value());
    BOOST_TEST(!source->skip());
  }
}

BOOST_AUTO_TEST_CASE(skipping_passes_over_exactly_one_picture) {
  const test::TemporaryDirectory folder;
  test::write_patterned_video(folder / "a.mkv");
  const auto source = open_frame_source(folder / "a.mkv");
  BOOST_TEST(source->skip());
  BOOST_TEST(source->skip());
  BOOST_TEST((source->next() == test::patterned_image(24, 32, 2)));
  BOOST_TEST(source->skip());
  BOOST_TEST((source->next() == test::patterned_image(24, 32, 4)));
}

BOOST_AUTO_TEST_CASE(frames_that_the_decoder_holds_back_are_drained) {
  const test::TemporaryDirectory folder;
  test::VideoSpec spec;
  spec.key_interval = 6;
  spec.frames = 13;
  test::write_lossy_video(folder / "a.avi", spec);
  const auto source = open_frame_source(folder / "a.avi");
  BOOST_TEST(test::read_all(*source).size() == 13U);
  BOOST_TEST(source->warnings().empty());
}

BOOST_AUTO_TEST_CASE(video_colours_follow_bt601_with_limited_range) {
  struct Colour {
    int y, u, v;
    std::vector<std::uint8_t> rgb;
  };
  // Black, white, grey, and the primaries of BT.601; the arithmetic rounds down at every step.
  const std::vector<Colour> colours = {
      {16, 128, 128, {0, 0, 0}},        {235, 128, 128, {255, 255, 255}},
      {126, 128, 128, {128, 128, 128}}, {81, 90, 240, {253, 0, 0}},
      {145, 54, 34, {0, 254, 0}},       {41, 240, 110, {0, 0, 254}}};
  const test::TemporaryDirectory folder;
  test::VideoSpec spec;
  spec.format = AV_PIX_FMT_YUV420P;
  spec.frames = static_cast<int>(colours.size());
  test::write_video(folder / "a.mkv", spec, [&](AVFrame& frame, int n) {
    const Colour& colour = colours[static_cast<std::size_t>(n)];
    std::fill_n(frame.data[0], frame.linesize[0] * 24, static_cast<std::uint8_t>(colour.y));
    std::fill_n(frame.data[1], frame.linesize[1] * 12, static_cast<std::uint8_t>(colour.u));
    std::fill_n(frame.data[2], frame.linesize[2] * 12, static_cast<std::uint8_t>(colour.v));
  });
  const std::vector<Image> images = test::read_all(*open_frame_source(folder / "a.mkv"));
  BOOST_REQUIRE(images.size() == colours.size());
  for (std::size_t n = 0; n < colours.size(); ++n) {
    const std::vector<std::uint8_t> pixel(images[n].rgb.begin(), images[n].rgb.begin() + 3);
    BOOST_TEST(pixel == colours[n].rgb, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(rotation_metadata_is_ignored_and_said) {
  const test::TemporaryDirectory folder;
  test::VideoSpec spec;
  spec.rotation_degrees = 90;
  test::write_lossy_video(folder / "a.mp4", spec);
  const auto source = open_frame_source(folder / "a.mp4");
  BOOST_TEST(source->info().width == 32);
  BOOST_REQUIRE(source->warnings().size() == 1U);
  BOOST_TEST(source->warnings()[0].find("rotated by") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(cut_at_any_byte_a_video_ends_at_a_whole_frame_or_is_refused) {
  const test::TemporaryDirectory folder;
  test::VideoSpec spec;
  spec.frames = 9;
  spec.key_interval = 4;
  for (const std::string name : {"a.avi", "a.mkv"}) {
    test::write_lossy_video(folder / name, spec);
    const std::vector<Image> whole = test::read_all(*open_frame_source(folder / name));
    BOOST_REQUIRE(whole.size() == 9U);
    const std::string bytes = test::read_file(folder / name);
    std::size_t shorter = 0;
    for (std::size_t size = 0; size < bytes.size(); size += 61) {
      const auto cut = folder.write("cut_" + name, bytes.substr(0, size));
      try {
        const auto source = open_frame_source(cut);
        const std::vector<Image> images = test::read_all(*source);
        BOOST_TEST(images.size() <= whole.size());
        for (std::size_t n = 0; n < images.size(); ++n)
          BOOST_TEST((images[n] == whole[n]), name << " cut at " << size << " frame " << n);
        if (images.size() < whole.size()) ++shorter;
      } catch (const ConfigError& error) {
        BOOST_TEST(std::string(error.what()).find("cut_" + name) != std::string::npos);
      }
    }
    BOOST_TEST(shorter > 5U);
  }
}

BOOST_AUTO_TEST_CASE(a_cut_video_says_so) {
  const test::TemporaryDirectory folder;
  test::VideoSpec spec;
  spec.key_interval = 4;
  test::write_lossy_video(folder / "a.avi", spec);
  const std::string bytes = test::read_file(folder / "a.avi");
  const auto cut = folder.write("cut.avi", bytes.substr(0, bytes.size() * 3 / 4));
  const auto source = open_frame_source(cut);
  const std::size_t frames = test::read_all(*source).size();
  BOOST_TEST((frames > 3U && frames < 12U));
  BOOST_TEST(source->warnings().size() == 1U);
}

BOOST_AUTO_TEST_CASE(flipped_bytes_never_crash_or_hang) {
  const test::TemporaryDirectory folder;
  test::VideoSpec spec;
  spec.key_interval = 4;
  test::write_lossy_video(folder / "a.avi", spec);
  const std::string bytes = test::read_file(folder / "a.avi");
  for (std::size_t at = 0; at < bytes.size(); at += 37) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x55);
    const auto path = folder.write("flipped.avi", flipped);
    try {
      BOOST_TEST(test::read_all(*open_frame_source(path)).size() <= 64U);
    } catch (const ConfigError&) {
    }
  }
}

BOOST_AUTO_TEST_CASE(damage_before_further_frames_names_file_and_frame) {
  const test::TemporaryDirectory folder;
  test::VideoSpec spec;
  spec.key_interval = 4;
  test::write_lossy_video(folder / "a.mkv", spec);
  std::string bytes = test::read_file(folder / "a.mkv");
  for (std::size_t i = 0; i < 40; ++i) bytes[bytes.size() / 2 + i] ^= 0x3C;
  const auto source = open_frame_source(folder.write("damaged.mkv", bytes));
  BOOST_CHECK_EXCEPTION(test::read_all(*source), ConfigError,
                        says({"damaged.mkv", "frame ", "is damaged"}));
}

BOOST_AUTO_TEST_CASE(damage_that_a_decoder_mends_is_said) {
  // FFmpeg's ffv1 decoder finds a wrong checksum, repeats the frame before and reports success.
  const test::TemporaryDirectory folder;
  test::write_patterned_video(folder / "a.mkv");
  std::string bytes = test::read_file(folder / "a.mkv");
  for (std::size_t i = 0; i < 40; ++i) bytes[bytes.size() / 2 + i] ^= 0x3C;
  const auto source = open_frame_source(folder.write("damaged.mkv", bytes));
  BOOST_TEST(test::read_all(*source).size() == 12U);
  BOOST_REQUIRE(source->warnings().size() == 1U);
  BOOST_TEST(source->warnings()[0].find("complained at 1 of 12 frames") != std::string::npos,
             source->warnings()[0]);
}

BOOST_AUTO_TEST_CASE(what_is_no_video_is_refused) {
  const test::TemporaryDirectory folder;
  const auto refused = [](const std::filesystem::path& path, const std::string& why) {
    BOOST_CHECK_EXCEPTION(open_frame_source(path), ConfigError,
                          says({path.filename().string(), why}));
  };
  refused(folder / "missing.avi", "no such file");
  refused(folder.write("empty.avi", ""), "empty");
  refused(folder.write("noise.avi", std::string(5000, '\x5A')), "");
  std::string prose;
  for (int i = 0; i < 400; ++i) prose += "The quick brown fox jumps over the lazy dog.\n";
  for (const char* name : {"text.txt", "text.avi", "text.png", "text.nfo", "text"})
    refused(folder.write(name, prose), "");
  refused(folder.write("list.m3u8", "#EXTM3U\n#EXTINF:1,\n/etc/passwd\n"), "");
  refused(folder.write("list.ffconcat", "ffconcat version 1.0\nfile 'a.mkv'\n"), "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
