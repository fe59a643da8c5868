#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "arch/errors.h"
#include "sim/pipeline/experiment.h"
#include "tests/support/fault_messages.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_directory.h"

BOOST_AUTO_TEST_SUITE(pipeline_experiment_test)

using namespace deltasim;
using test::expect_fault;
namespace fs = std::filesystem;

const test::TemporaryDirectory& folder() {
  static const test::TemporaryDirectory directory;
  return directory;
}

RunSpec load(const std::string& text, const Overrides& overrides = {}) {
  return load_experiment(folder().write("e.yaml", text), overrides);
}

std::vector<std::string> faults_of(const std::string& text, const Overrides& overrides = {}) {
  return test::fault_messages([&] { load(text, overrides); }, folder() / "e.yaml");
}

BOOST_AUTO_TEST_CASE(defaults) {
  const RunSpec spec = load("trace: a.dtrace\n");
  BOOST_TEST(spec.name == "e");
  BOOST_TEST(*spec.trace == folder() / "a.dtrace");
  BOOST_TEST(spec.accelerator.filename() == "delta_event_256.yaml");
  BOOST_TEST(spec.energy.filename() == "horowitz_45nm.yaml");
  BOOST_TEST(!spec.baseline);
  BOOST_TEST(!spec.dram_energy.has_value());
  BOOST_TEST(!spec.frames);
  BOOST_TEST(spec.modes == mode_names(), boost::test_tools::per_element());
  const RecordingSpec& recording = spec.recording;
  BOOST_TEST(recording.network.network == "two_stream_resnet50");
  BOOST_TEST(!recording.network.weights);
  BOOST_TEST(recording.network.seed == 1U);
  BOOST_TEST(recording.video.transform.resize_short == 256);
  BOOST_TEST(recording.video.transform.crop == 224);
  BOOST_TEST(to_string(recording.quantizer) == "none");
  BOOST_TEST((recording.backend == BackendKind::kFloat32));
  BOOST_TEST(recording.fidelity);
  BOOST_TEST(!recording.values);
}

BOOST_AUTO_TEST_CASE(clock_and_frame_rate) {
  const RunSpec spec = load("trace: a.dtrace\nframe_rate: 25 Hz\ndram_idle: self_refresh\n",
                            {{"clock", "250 MHz"}, {"accelerator.glb.banks", "8"}});
  BOOST_TEST(spec.frame_rate->value() == 25);
  BOOST_TEST((spec.dram_idle == dram::IdleState::kSelfRefresh));
  BOOST_REQUIRE(spec.accelerator_overrides.size() == 2);
  BOOST_TEST(spec.accelerator_overrides[0].first == "clock");
  BOOST_TEST(spec.accelerator_overrides[0].second == "250 MHz");
  expect_fault(faults_of("trace: a.dtrace\nframe_rate: 0 Hz\n"), "e.yaml:2: frame_rate");
  expect_fault(faults_of("trace: a.dtrace\nframe_rate: nan\n"), "e.yaml:2: frame_rate");
  expect_fault(faults_of("trace: a.dtrace\ndram_idle: self_refresh\n"), "e.yaml:2: dram_idle",
               "a frame_rate as well");
  expect_fault(faults_of("trace: a.dtrace\nframe_rate: 1 Hz\ndram_idle: selfrefresh\n"),
               "e.yaml:3: dram_idle", "self_refresh");
}

constexpr const char* kEverything = R"(
name: all
accelerator: seneca_like_64
baseline: systolic_32x32_os
energy: eyeriss_relative
dram_energy: currents
modes: [delta, dense]
frames: 3
network:
  name: resnet18
  weights: w.npz
  temporal_weights: /abs/t.npz
  seed: 42
  streams: [temporal, spatial]
  sites: [layer1.*]
  stem_pool_padding: both
video:
  file: clips/../v.avi
  frames: 10:4:2
  resize_short: 300
  crop: 192
  mean: [1, 2, 3.5]
  scale: [0.5, 0.25, 0.125]
  channel_order: bgr
quantizer:
  kind: fixed_point
  bits: 7
  input: true
  output: true
  calibration: 0:50
backend: int8
fidelity: false
values: true
)";

BOOST_AUTO_TEST_CASE(every_key) {
  const RunSpec spec = load(kEverything);
  BOOST_TEST(spec.name == "all");
  BOOST_TEST(!spec.trace);
  BOOST_TEST(spec.accelerator.filename() == "seneca_like_64.yaml");
  BOOST_TEST(spec.baseline->filename() == "systolic_32x32_os.yaml");
  BOOST_TEST(spec.energy.filename() == "eyeriss_relative.yaml");
  BOOST_TEST((spec.dram_energy == DramEnergyModel::kCurrents));
  BOOST_TEST(spec.modes == (std::vector<std::string>{"dense", "delta"}),
             boost::test_tools::per_element());
  BOOST_TEST(*spec.frames == 3);
  const NetworkSpec& network = spec.recording.network;
  BOOST_TEST(network.network == "resnet18");
  BOOST_TEST(*network.weights == folder() / "w.npz");
  BOOST_TEST(*network.temporal_weights == fs::path("/abs/t.npz"));
  BOOST_TEST(network.seed == 42U);
  BOOST_TEST(network.streams == (std::vector<std::string>{"temporal", "spatial"}),
             boost::test_tools::per_element());
  BOOST_TEST(network.sites == std::vector<std::string>{"layer1.*"},
             boost::test_tools::per_element());
  BOOST_TEST((network.stem_pad == StemPad::kBoth));
  const VideoSpec& video = spec.recording.video;
  BOOST_TEST(video.file == folder() / "v.avi");
  BOOST_TEST((video.frames == FrameRange{10, 4, 2}));
  BOOST_TEST(video.transform.resize_short == 300);
  BOOST_TEST(video.transform.crop == 192);
  BOOST_TEST((video.normalisation.mean == std::array{1.0F, 2.0F, 3.5F}));
  BOOST_TEST((video.normalisation.scale == std::array{0.5F, 0.25F, 0.125F}));
  BOOST_TEST(video.normalisation.bgr);
  BOOST_TEST((spec.recording.quantizer == QuantizerSpec{FixedPointSpec{7}, true, true}));
  BOOST_TEST((spec.recording.calibration == FrameRange{0, 50, 1}));
  BOOST_TEST((spec.recording.backend == BackendKind::kInt8));
  BOOST_TEST(!spec.recording.fidelity);
  BOOST_TEST(spec.recording.values);
}

BOOST_AUTO_TEST_CASE(a_recording_takes_the_same_file) {
  const RecordingSpec spec = load_recording(folder().write("e.yaml", kEverything), {});
  BOOST_TEST(spec.network.network == "resnet18");
  BOOST_TEST((spec.video.frames == FrameRange{10, 4, 2}));
}

BOOST_AUTO_TEST_CASE(quantizers) {
  const auto read = [](const std::string& keys) {
    return load("video: {file: v}\nquantizer: {" + keys + "}\n").recording.quantizer;
  };
  BOOST_TEST((read("kind: step, steps: 3") == QuantizerSpec{StepSpec{{3}, "", {}}}));
  BOOST_TEST(
      (read("kind: step, steps: [3, 3, 4.5]") == QuantizerSpec{StepSpec{{3, 3, 4.5}, "", {}}}));
  BOOST_TEST((read("kind: step, sparsity: 0.88") == QuantizerSpec{StepSpec{{}, "", 0.88}}));
  BOOST_TEST((read("kind: step, file: s.yaml") ==
              QuantizerSpec{StepSpec{{}, (folder() / "s.yaml").string(), {}}}));
  BOOST_TEST((read("kind: threshold, theta: 0.05") == QuantizerSpec{ThresholdSpec{0.05}}));
  BOOST_TEST((read("kind: sigma_delta, bits: 6") == QuantizerSpec{SigmaDeltaSpec{6}}));
  BOOST_TEST((read("kind: none") == QuantizerSpec{}));
}

BOOST_AUTO_TEST_CASE(an_onnx_file_lies_beside_the_experiment) {
  BOOST_TEST(load("video: {file: v}\nnetwork: {name: r.onnx}\n").recording.network.network ==
             (folder() / "r.onnx").string());
}

BOOST_AUTO_TEST_CASE(accelerators_are_names_or_files_beside_the_experiment) {
  const fs::path own = folder().write("own.yaml", "name: own\n");
  BOOST_TEST(load("trace: a\naccelerator: own.yaml\n").accelerator == own);
  BOOST_TEST(load("trace: a\naccelerator: ./own.yaml\n").accelerator == own);
  expect_fault(faults_of("trace: a\naccelerator: other.yaml\n"), "e.yaml:2: accelerator");
}

BOOST_AUTO_TEST_CASE(all_faults_at_once) {
  const auto faults = faults_of(R"(trac: a.dtrace
accelerator: delta_event_257
baseline: systolic_32x32_oss
energy: horowitz_44nm
modes: [delta, dens]
frames: 0
network: {nme: alexnet, seed: -1, stem_pool_padding: bth}
video:
  fle: x
  frames: 3-4
  crop: 0
  mean: [1, 2]
  channel_order: gbr
quantizer:
  kind: threshold
  bits: 3
  calibration: x
backend: fp31
fidelity: maybe
)");
  expect_fault(faults, "e.yaml:1: trac: unknown key", "did you mean trace?");
  expect_fault(faults, "e.yaml:2: accelerator", "did you mean delta_event_256?");
  expect_fault(faults, "e.yaml:3: baseline", "did you mean systolic_32x32_os?");
  expect_fault(faults, "e.yaml:4: energy", "did you mean horowitz_45nm?");
  expect_fault(faults, "e.yaml:5: modes[1]: found 'dens'", "did you mean dense?");
  expect_fault(faults, "e.yaml:6: frames: found '0'", "at least 1");
  expect_fault(faults, "e.yaml:7: network.nme: unknown key", "did you mean name?");
  expect_fault(faults, "e.yaml:7: network.seed");
  expect_fault(faults, "e.yaml:7: network.stem_pool_padding", "did you mean both?");
  expect_fault(faults, "e.yaml:9: video.fle: unknown key", "did you mean file?");
  expect_fault(faults, "e.yaml:10: video.frames", "START:COUNT");
  expect_fault(faults, "e.yaml:11: video.crop");
  expect_fault(faults, "e.yaml:12: video.mean", "three numbers");
  expect_fault(faults, "e.yaml:13: video.channel_order", "rgb, bgr");
  expect_fault(faults, "e.yaml:15: quantizer.theta: found nothing");
  expect_fault(faults, "e.yaml:16: quantizer.bits: unknown key");
  expect_fault(faults, "e.yaml:17: quantizer.calibration", "START:COUNT");
  expect_fault(faults, "e.yaml:18: backend", "did you mean fp32?");
  expect_fault(faults, "e.yaml:19: fidelity", "true or false");
}

BOOST_AUTO_TEST_CASE(impossible_combinations) {
  expect_fault(faults_of("name: x\n"), "e.yaml", "`trace`");
  expect_fault(faults_of("trace: a\nmodes: []\n"), "e.yaml:2: modes");
  expect_fault(faults_of("trace: a\nmodes: {a: b}\n"), "e.yaml:2: modes");
  expect_fault(faults_of("trace: a\nquantizer: {kind: step}\n"), "e.yaml:2: quantizer");
  expect_fault(faults_of("trace: a\nquantizer: {kind: step, steps: 3, sparsity: 0.5}\n"),
               "e.yaml:2: quantizer");
  expect_fault(faults_of("trace: a\nquantizer: {kind: step, steps: [3, -1]}\n"),
               "e.yaml:2: quantizer");
  expect_fault(faults_of("trace: a\nquantizer: {kind: fixed_point, bits: 40}\n"),
               "e.yaml:2: quantizer.bits");
}

BOOST_AUTO_TEST_CASE(overrides) {
  const RunSpec spec = load("trace: a.dtrace\nframes: 4\n", {{"frames", "2"},
                                                             {"modes", "[spatial]"},
                                                             {"accelerator", "eyeriss_168"},
                                                             {"accelerator.clock", "300 MHz"},
                                                             {"accelerator.glb.banks", "8"}});
  BOOST_TEST(*spec.frames == 2);
  BOOST_TEST(spec.modes == std::vector<std::string>{"spatial"}, boost::test_tools::per_element());
  BOOST_TEST(spec.accelerator.filename() == "eyeriss_168.yaml");
  BOOST_TEST((spec.accelerator_overrides == Overrides{{"clock", "300 MHz"}, {"glb.banks", "8"}}));
  expect_fault(faults_of("trace: a\n", {{"frame", "2"}}), "--set frame", "did you mean frames?");
}

BOOST_AUTO_TEST_CASE(override_texts) {
  BOOST_TEST((parse_override("a.b=c") == std::pair<std::string, std::string>("a.b", "c")));
  BOOST_TEST((parse_override("a=") == std::pair<std::string, std::string>("a", "")));
  BOOST_TEST((parse_override("a=b=c") == std::pair<std::string, std::string>("a", "b=c")));
  BOOST_CHECK_THROW(parse_override("a.b"), ConfigError);
  BOOST_CHECK_THROW(parse_override("=c"), ConfigError);
  BOOST_CHECK_THROW(parse_override(""), ConfigError);
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read) {
  BOOST_CHECK_THROW(load_experiment(folder() / "none.yaml", {}), IoError);
  BOOST_CHECK_THROW(load("a: [\n"), ConfigError);
}

BOOST_AUTO_TEST_CASE(shipped_experiments) {
  for (const auto& file :
       fs::directory_iterator(test::source_directory() / "configs/experiments")) {
    const RunSpec spec = load_experiment(file.path(), {});
    BOOST_TEST((!spec.trace || fs::exists(*spec.trace)), file.path().string());
  }
}

BOOST_AUTO_TEST_CASE(backends) {
  BOOST_TEST((parse_backend("fp32") == BackendKind::kFloat32));
  BOOST_TEST((parse_backend("int8") == BackendKind::kInt8));
  BOOST_TEST(to_string(BackendKind::kInt8) == "int8");
  BOOST_CHECK_THROW(parse_backend("int16"), ConfigError);
}

BOOST_AUTO_TEST_SUITE_END()
