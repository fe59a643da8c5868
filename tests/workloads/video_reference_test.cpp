// Real clips, and the frames that the reference network was given.

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <map>

#include "arch/errors.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_directory.h"
#include "tests/workloads/video_support.h"
#include "workloads/video/clip.h"

namespace deltasim {
namespace {

BOOST_AUTO_TEST_SUITE(video_reference_test)

int largest_difference(const Image& a, const Image& b) {
  int largest = 0;
  for (std::size_t i = 0; i < a.rgb.size(); ++i)
    largest = std::max(largest, std::abs(a.rgb[i] - b.rgb[i]));
  return largest;
}

/// The 14 reference frames are source frames start .. start + 13, resized and cropped. Alternatives
/// measured on vtest.avi, mean absolute difference (largest): libswscale's accurate colour
/// conversion 1.1 (27), its bilinear resize 0.16 (9), one rounding instead of two 0.13 (1).
void check_reference(const std::string& name, std::int64_t start, double mean_bound,
                     int largest_bound) {
  const auto clip = test::shared_data_or_skip("clips/" + name + ".avi");
  const auto golden = test::shared_data_or_skip("golden/reference/" + name + "_frames.npy");
  if (!clip || !golden) return;
  ClipReader ours(open_frame_source(*clip), name, {{start + 10, 4, 1}, {}, kTemporalDifferences});
  const std::vector<Image> theirs = test::read_all(*open_frame_source(*golden));
  BOOST_REQUIRE(theirs.size() == 14U);
  double mean = 0;
  int largest = 0;
  for (std::size_t t = 0; t < 4; ++t) {
    const std::optional<ClipFrame> frame = ours.next();
    BOOST_REQUIRE(frame.has_value());
    for (std::size_t i = 0; i <= 10; ++i) {
      mean += mean_absolute_difference(*frame->pictures[i], theirs[t + i]) / 44;
      largest = std::max(largest, largest_difference(*frame->pictures[i], theirs[t + i]));
    }
  }
  BOOST_TEST_MESSAGE(name << ": mean difference " << mean << ", largest " << largest);
  BOOST_TEST(mean <= mean_bound);
  BOOST_TEST(largest <= largest_bound);
}

BOOST_AUTO_TEST_CASE(billiards_gives_the_reference_frames_exactly) {
  check_reference("v_Billiards_g15_c01", 20, 0, 0);
}

BOOST_AUTO_TEST_CASE(vtest_gives_the_reference_frames_but_for_the_inverse_dct) {
  // The reference was decoded with the processor's inverse DCT, ours is the same everywhere; with
  // the former these frames are exact as well. Measured: 0.00016, largest 1.
  check_reference("vtest", 30, 0.0003, 1);
}

BOOST_AUTO_TEST_CASE(every_clip_has_the_frames_that_its_table_says) {
  const std::map<std::string, std::int64_t> frames = {{"vtest", 795},
                                                      {"v_Archery_g02_c02", 160},
                                                      {"v_Biking_g19_c01", 151},
                                                      {"v_Biking_g20_c06", 358},
                                                      {"v_Billiards_g15_c01", 330},
                                                      {"v_Bowling_g22_c04", 126},
                                                      {"v_Kayaking_g12_c03", 371},
                                                      {"v_Typing_g16_c03", 241}};
  for (const auto& [name, count] : frames) {
    const auto clip = test::shared_data_or_skip("clips/" + name + ".avi");
    if (!clip) return;
    BOOST_TEST(count_frames(*clip) == count, name);
  }
}

BOOST_AUTO_TEST_CASE(doubled_frames_are_found) {
  // Pairs among the first 120 frames. The table of the clips says 27, 22, 4 and 0, by a measure
  // that it does not name; frames that are equal byte for byte there are none in any clip.
  const std::map<std::string, std::int64_t> repeated = {
      {"v_Kayaking_g12_c03", 25}, {"v_Biking_g20_c06", 22}, {"v_Billiards_g15_c01", 10},
      {"v_Biking_g19_c01", 0},    {"v_Archery_g02_c02", 0}, {"vtest", 0}};
  for (const auto& [name, count] : repeated) {
    const auto path = test::shared_data_or_skip("clips/" + name + ".avi");
    if (!path) return;
    ClipReader clip(open_frame_source(*path), name, {{0, 120, 1}, {}, 0});
    while (clip.next().has_value()) {
    }
    BOOST_TEST(clip.repeated_frames() == count, name);
  }
}

BOOST_AUTO_TEST_CASE(a_clip_is_described_for_the_trace) {
  const auto clip = test::shared_data_or_skip("clips/v_Biking_g19_c01.avi");
  if (!clip) return;
  const VideoDescription video = describe_video(*clip);
  BOOST_TEST(video.file == "v_Biking_g19_c01.avi");
  BOOST_TEST(video.sha256 == "3b47f54314a67c325dbb7f8b87a3dfc1eb435d539ebf8b99e0b87594e10cf363");
  BOOST_TEST(video.info.codec == "mpeg4");
  BOOST_TEST(video.info.width == 320);
  BOOST_TEST(video.info.height == 240);
  BOOST_TEST(video.info.frames_per_second == 29.97, boost::test_tools::tolerance(1e-4));
}

BOOST_AUTO_TEST_CASE(a_real_clip_cut_short_is_read_up_to_its_last_whole_frame) {
  const auto clip = test::shared_data_or_skip("clips/v_Biking_g19_c01.avi");
  if (!clip) return;
  const test::TemporaryDirectory folder;
  const std::string bytes = test::read_file(*clip);
  BOOST_CHECK_THROW(open_frame_source(folder.write("head.avi", bytes.substr(0, 3000))),
                    ConfigError);
  const auto source = open_frame_source(folder.write("cut.avi", bytes.substr(0, 300000)));
  std::size_t frames = 0;
  while (source->skip()) ++frames;
  BOOST_TEST(frames == 121U);
  BOOST_TEST(source->warnings().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_photograph_is_one_frame) {
  const auto path = test::shared_data_or_skip("images/dog.jpg");
  if (!path) return;
  const auto source = open_frame_source(*path);
  BOOST_TEST(source->info().codec == "mjpeg");
  BOOST_TEST(source->skip());
  BOOST_TEST(!source->skip());
  const test::TemporaryDirectory folder;
  const std::string bytes = test::read_file(*path);
  BOOST_CHECK_THROW(open_frame_source(folder.write("cut.jpg", bytes.substr(0, bytes.size() / 2))),
                    ConfigError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
