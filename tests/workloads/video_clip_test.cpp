#include "workloads/video/clip.h"

#include <rapidcheck/boost_test.h>

#include <boost/test/unit_test.hpp>

#include "arch/errors.h"
#include "tests/support/temporary_directory.h"
#include "tests/workloads/video_support.h"

namespace deltasim {
namespace {

using test::says;

BOOST_AUTO_TEST_SUITE(video_clip_test)

/// `frames` pictures of 4x4 whose every byte is the frame's number.
class CountingSource final : public FrameSource {
 public:
  explicit CountingSource(int frames) : frames_(frames) {}
  const SourceInfo& info() const override { return info_; }
  std::optional<Image> next() override {
    if (position_ == frames_) return std::nullopt;
    return Image{4, 4, std::vector<std::uint8_t>(48, static_cast<std::uint8_t>(position_++))};
  }

 private:
  SourceInfo info_{"test", 4, 4, 25, std::nullopt};
  int frames_;
  int position_ = 0;
};

ClipReader reader(int frames, const FrameRange& range, int history) {
  return {std::make_unique<CountingSource>(frames), "test.avi", {range, {4, 4}, history, 0}};
}

BOOST_AUTO_TEST_CASE(ranges_are_parsed) {
  BOOST_TEST((parse_frame_range("10:4") == FrameRange{10, 4, 1}));
  BOOST_TEST((parse_frame_range("0:1:3") == FrameRange{0, 1, 3}));
  BOOST_TEST(to_string(FrameRange{10, 4, 1}) == "10:4");
  BOOST_TEST(to_string(FrameRange{10, 4, 2}) == "10:4:2");
  for (const char* text : {"",
                           ":",
                           "10",
                           "10:",
                           ":4",
                           "10:4:",
                           "10:4:2:1",
                           "a:4",
                           "10:4x",
                           " 10:4",
                           "1.5:4",
                           "10:0",
                           "10:-1",
                           "-1:4",
                           "10:4:0",
                           "10:4:-1",
                           "99999999999999999999:1",
                           "9223372036854775807:2",
                           "0:9223372036854775807:2",
                           "1:4611686018427387904:2"})
    BOOST_CHECK_EXCEPTION(parse_frame_range(text), ConfigError, says({"frames"}));
}

BOOST_AUTO_TEST_CASE(frames_and_history_are_those_of_the_range) {
  ClipReader clip = reader(64, {20, 3, 2}, 10);
  for (int n = 0; n < 3; ++n) {
    const std::optional<ClipFrame> frame = clip.next();
    BOOST_REQUIRE(frame.has_value());
    BOOST_TEST(frame->frame == n);
    BOOST_TEST(frame->source_frame == 20 + 2 * n);
    BOOST_REQUIRE(frame->pictures.size() == 11U);
    for (int i = 0; i <= 10; ++i)
      BOOST_TEST(frame->pictures[static_cast<std::size_t>(i)]->rgb[0] == 20 + 2 * n - 2 * (10 - i));
    BOOST_TEST(&frame->picture() == frame->pictures.back().get());
  }
  BOOST_TEST(!clip.next().has_value());
  BOOST_TEST(!clip.next().has_value());
}

BOOST_AUTO_TEST_CASE(too_little_history_names_the_smallest_start) {
  BOOST_CHECK_EXCEPTION(reader(64, {9, 4, 1}, 10), ConfigError, says({"9:4", "START of 10 "}));
  BOOST_CHECK_EXCEPTION(reader(64, {19, 4, 2}, 10), ConfigError, says({"START of 20 "}));
  BOOST_CHECK_NO_THROW(reader(64, {10, 4, 1}, 10));
  BOOST_CHECK_NO_THROW(reader(64, {0, 4, 1}, 0));
  BOOST_CHECK_THROW(check({0, 1, std::int64_t{1} << 62}, 10), ConfigError);
}

BOOST_AUTO_TEST_CASE(a_range_beyond_the_end_says_how_many_frames_there_are) {
  ClipReader clip = reader(12, {10, 4, 1}, 0);
  BOOST_TEST(clip.next().has_value());
  BOOST_TEST(clip.next().has_value());
  BOOST_CHECK_EXCEPTION(clip.next(), ConfigError, says({"test.avi", "10:4", "12 frames"}));
  ClipReader far = reader(12, {1000, 1, 1}, 0);
  BOOST_CHECK_EXCEPTION(far.next(), ConfigError, says({"12 frames"}));
}

BOOST_AUTO_TEST_CASE(repetitions_are_flagged_and_counted) {
  const test::TemporaryDirectory folder;
  const std::vector<int> shown = {0, 0, 1, 1, 1, 2, 1};
  for (std::size_t n = 0; n < shown.size(); ++n)
    test::write_ppm(folder / (std::to_string(n) + ".ppm"), test::patterned_image(4, 4, shown[n]));
  ClipReader clip(open_frame_source(folder.path()), "f", {{0, 7, 1}, {4, 4}, 0, 0});
  std::vector<bool> flags;
  while (const auto frame = clip.next()) flags.push_back(frame->repeats_previous);
  BOOST_TEST((flags == std::vector<bool>{false, true, false, true, true, false, false}));
  BOOST_TEST(clip.repeated_frames() == 3);
}

BOOST_AUTO_TEST_CASE(the_tolerance_is_a_mean_difference) {
  const test::TemporaryDirectory folder;
  Image image = test::patterned_image(10, 10, 0);
  test::write_ppm(folder / "0.ppm", image);
  image.rgb[0] = static_cast<std::uint8_t>(image.rgb[0] + 6);
  test::write_ppm(folder / "1.ppm", image);  // 6 / 300 = 0.02 levels
  BOOST_TEST(mean_absolute_difference(image, test::patterned_image(10, 10, 0)) == 0.02);
  for (const auto& [tolerance, count] :
       {std::pair{0.021, 1}, std::pair{0.02, 0}, std::pair{0.0, 0}}) {
    ClipReader clip(open_frame_source(folder.path()), "f", {{0, 2, 1}, {10, 10}, 0, tolerance});
    while (clip.next().has_value()) {
    }
    BOOST_TEST(clip.repeated_frames() == count);
  }
}

RC_BOOST_PROP(any_valid_range_yields_its_frames, ()) {
  const int start = *rc::gen::inRange(0, 40);
  const int count = *rc::gen::inRange(1, 12);
  const int stride = *rc::gen::inRange(1, 5);
  const int history = *rc::gen::inRange(0, 4);
  RC_PRE(start >= history * stride);
  const int length = start + (count - 1) * stride + 1;
  ClipReader clip = reader(length, {start, count, stride}, history);
  for (int n = 0; n < count; ++n) {
    const auto frame = clip.next();
    RC_ASSERT(frame.has_value());
    RC_ASSERT(frame->picture().rgb[0] == start + n * stride);
    RC_ASSERT(frame->pictures.front()->rgb[0] == start + (n - history) * stride);
  }
  RC_ASSERT(!clip.next().has_value());
  ClipReader beyond = reader(length - 1, {start, count, stride}, history);
  const auto drain = [&] {
    while (beyond.next().has_value()) {
    }
  };
  RC_ASSERT_THROWS_AS(drain(), ConfigError);
}

BOOST_AUTO_TEST_CASE(whole_sources_are_measured) {
  const test::TemporaryDirectory folder;
  test::write_patterned_video(folder / "a.mkv");  // 12 frames
  const auto video = folder / "a.mkv";
  BOOST_TEST(count_frames(video) == 12);
  BOOST_TEST((full_range(video) == FrameRange{0, 12, 1}));
  BOOST_TEST((full_range(video, 10) == FrameRange{10, 2, 1}));
  BOOST_TEST((full_range(video, 0, 5) == FrameRange{0, 3, 5}));
  BOOST_CHECK_EXCEPTION(full_range(video, 10, 2), ConfigError, says({"12 frames"}));
  BOOST_CHECK_THROW(full_range(video, 10, std::int64_t{1} << 62), ConfigError);
  BOOST_CHECK_NO_THROW(require_range(video, {10, 2, 1}, 10));
  BOOST_CHECK_EXCEPTION(require_range(video, {10, 3, 1}, 10), ConfigError, says({"12 frames"}));
}

BOOST_AUTO_TEST_CASE(a_source_is_known_by_the_hash_of_its_bytes) {
  const test::TemporaryDirectory folder;
  std::filesystem::create_directory(folder / "images");
  // SHA-256 of "abc" (FIPS 180-4, appendix B.1); the folder's files are hashed one after the other.
  constexpr const char* kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  BOOST_TEST(source_sha256(folder.write("a.avi", "abc")) == kAbc);
  folder.write("images/f2.png", "a");
  folder.write("images/f10.png", "bc");
  folder.write("images/notes.txt", "x");
  BOOST_TEST(source_sha256(folder / "images") == kAbc);
  BOOST_CHECK_THROW(source_sha256(folder / "missing"), ConfigError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
