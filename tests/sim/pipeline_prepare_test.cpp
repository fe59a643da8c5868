#include <boost/test/unit_test.hpp>

#include "arch/errors.h"
#include "sim/pipeline/prepare.h"
#include "sim/pipeline/recording_key.h"
#include "tests/support/temporary_directory.h"
#include "tests/workloads/npy_support.h"

BOOST_AUTO_TEST_SUITE(pipeline_prepare_test)

using namespace deltasim;

/// Twelve frames of the networks' size.
struct Clip {
  Clip() {
    std::string pixels(std::size_t{12} * 224 * 224 * 3, '\0');
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<char>(i * 7 % 251);
    spec.video.file =
        folder.write("v.npy", test::npy(test::npy_dictionary("|u1", "(12, 224, 224, 3)"), pixels));
    spec.network.network = "mobilenet_v2";
  }

  Preparation prepare() {
    ProgressListener nobody;
    return prepare_recording(spec, nobody);
  }
  /// What is wrong with it.
  std::string fault() {
    try {
      prepare();
    } catch (const ConfigError& error) {
      return error.what();
    } catch (const IoError& error) {
      return error.what();
    }
    return "no fault";
  }

  test::TemporaryDirectory folder;
  RecordingSpec spec;
};

void expect_in(const std::string& text, const std::string& part) {
  BOOST_TEST((text.find(part) != std::string::npos), "no '" << part << "' in: " << text);
}

BOOST_FIXTURE_TEST_CASE(all_frames_by_default, Clip) {
  const Preparation prepared = prepare();
  BOOST_TEST((prepared.frames == FrameRange{0, 12, 1}));
  BOOST_TEST(prepared.history == 0);
  BOOST_TEST(prepared.video.sha256.size() == 64U);
  BOOST_TEST_REQUIRE(prepared.streams.size() == 1U);
  BOOST_TEST(prepared.streams[0].maps.size() > 30U);
}

BOOST_FIXTURE_TEST_CASE(the_temporal_stream_looks_back, Clip) {
  spec.network.streams = {"temporal"};
  spec.video.frames = FrameRange{3, 2, 1};
  expect_in(fault(), "START of 10");
  spec.video.frames = FrameRange{10, 1, 2};
  expect_in(fault(), "START of 20");
  spec.video.frames = FrameRange{10, 3, 1};
  expect_in(fault(), "12 frames");
  spec.video.frames = FrameRange{10, 2, 1};
  spec.calibration = FrameRange{2, 2, 1};
  expect_in(fault(), "START of 10");
}

BOOST_FIXTURE_TEST_CASE(the_temporal_stream_takes_what_there_is, Clip) {
  spec.network.streams = {"temporal"};
  const Preparation prepared = prepare();
  BOOST_TEST((prepared.frames == FrameRange{10, 2, 1}));
  BOOST_TEST(prepared.history == 10);
}

BOOST_FIXTURE_TEST_CASE(input_that_is_missing, Clip) {
  spec.network.weights = folder / "none.npz";
  expect_in(fault(), "none.npz");
  spec.network.weights.reset();
  spec.network.sites = {"nowhere*"};
  expect_in(fault(), "nowhere*");
  spec.network.sites.clear();
  spec.quantizer.kind = StepSpec{{}, (folder / "none.yaml").string(), {}};
  expect_in(fault(), "none.yaml");
  spec.video.file = folder / "none.npy";
  expect_in(fault(), "none.npy");
  spec.video.file.clear();
  expect_in(fault(), "--video");
}

BOOST_FIXTURE_TEST_CASE(pictures_that_do_not_fit_the_network, Clip) {
  spec.video.transform.crop = 192;
  expect_in(fault(), "224");
}

BOOST_FIXTURE_TEST_CASE(a_key_tells_recordings_apart, Clip) {
  const std::string key = recording_key(spec, "1");
  BOOST_TEST(recording_key(spec, "1") == key);
  BOOST_TEST(recording_key(spec, "2") != key);
  const auto changed = [&](auto change) {
    RecordingSpec other = spec;
    change(other);
    return recording_key(other, "1") != key;
  };
  BOOST_TEST(changed([](RecordingSpec& s) { s.network.network = "alexnet"; }));
  BOOST_TEST(changed([](RecordingSpec& s) { s.network.seed = 2; }));
  BOOST_TEST(changed([](RecordingSpec& s) { s.network.streams = {"temporal"}; }));
  BOOST_TEST(changed([](RecordingSpec& s) { s.network.sites = {"features.1*"}; }));
  BOOST_TEST(changed([&](RecordingSpec& s) { s.network.weights = folder.write("w", "1"); }));
  BOOST_TEST(changed([](RecordingSpec& s) { s.video.frames = FrameRange{0, 3, 1}; }));
  BOOST_TEST(changed([](RecordingSpec& s) { s.video.normalisation.bgr = true; }));
  BOOST_TEST(changed([](RecordingSpec& s) { s.video.transform.crop = 200; }));
  BOOST_TEST(changed([](RecordingSpec& s) { s.quantizer.kind = FixedPointSpec{7}; }));
  BOOST_TEST(changed([](RecordingSpec& s) { s.quantizer.quantize_input = true; }));
  BOOST_TEST(changed([](RecordingSpec& s) { s.calibration = FrameRange{0, 3, 1}; }));
  BOOST_TEST(changed([](RecordingSpec& s) { s.backend = BackendKind::kInt8; }));
  BOOST_TEST(changed([](RecordingSpec& s) { s.values = true; }));
  BOOST_TEST(changed([](RecordingSpec& s) { s.first_frames = 4; }));
  // All of them are no less than all of them.
  spec.video.frames = FrameRange{0, 4, 1};
  const std::string four = recording_key(spec, "1");
  spec.first_frames = 4;
  BOOST_TEST(recording_key(spec, "1") == four);
  spec.first_frames = 3;
  BOOST_TEST(recording_key(spec, "1") != four);
  BOOST_TEST(key_of_all_frames(recording_key(spec, "1")) == four);
  BOOST_TEST(key_of_all_frames(four) == four);
  spec.first_frames.reset();
  spec.video.frames.reset();
  // Contents count, names do not.
  spec.network.weights = folder.write("a", "content");
  const std::string a = recording_key(spec, "1");
  spec.network.weights = folder.write("b", "content");
  BOOST_TEST(recording_key(spec, "1") == a);
  folder.write("b", "other");
  BOOST_TEST(recording_key(spec, "1") != a);
}

BOOST_AUTO_TEST_SUITE_END()
