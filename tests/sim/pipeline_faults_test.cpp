// Faults from the experiment file to the trace and to the study.

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "arch/errors.h"
#include "sim/pipeline/fault_study.h"
#include "sim/pipeline/record.h"
#include "sim/pipeline/recording_key.h"
#include "tests/support/temporary_directory.h"
#include "tests/workloads/npy_support.h"
#include "traces/reader.h"

BOOST_AUTO_TEST_SUITE(pipeline_faults_test)

using namespace deltasim;
namespace tt = boost::test_tools;

/// Three frames of which every next one differs in one row, and an untrained network.
struct Clip {
  Clip() {
    const std::size_t picture = std::size_t{224} * 224 * 3;
    std::string pixels(3 * picture, '\0');
    for (std::size_t i = 0; i < pixels.size(); ++i)
      pixels[i] = static_cast<char>(i % picture * 7 % 251);
    for (std::size_t t = 1; t < 3; ++t) {
      for (std::size_t i = 0; i < 224 * 3; ++i) pixels[t * picture + t * 224 * 3 + i] ^= 0x55;
    }
    folder.write("v.npy", test::npy(test::npy_dictionary("|u1", "(3, 224, 224, 3)"), pixels));
  }

  std::string text(const std::string& faults) const {
    return "network: {name: mobilenet_v2}\nvideo: {file: v.npy, resize_short: 224}\n"
           "quantizer: {kind: fixed_point, bits: 8}\nfidelity: false\n" +
           faults;
  }
  FaultStudySpec study(const std::string& faults) const {
    return load_fault_study(folder.write("e.yaml", text(faults)), {});
  }
  RecordingSpec recording(const std::string& faults) const {
    return load_recording(folder.write("e.yaml", text(faults)), {});
  }
  /// The bytes of the trace.
  std::string record(const std::string& faults) const {
    ProgressListener nobody;
    record_trace(recording(faults), folder / "t.dtrace", false, "1", nobody);
    return test::read_file(folder / "t.dtrace");
  }
  std::string fault(const std::string& faults) const {
    try {
      study(faults);
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "no fault";
  }

  test::TemporaryDirectory folder;
};

void expect_in(const std::string& text, const std::string& part) {
  BOOST_TEST((text.find(part) != std::string::npos), "no '" << part << "' in: " << text);
}

BOOST_FIXTURE_TEST_CASE(all_keys, Clip) {
  const FaultStudySpec spec = study(R"(
faults:
  seed: 7
  weights: {bit_error_rate: [0, 1e-6, 1e-3]}
  state: {bit_error_rate: 1e-9, kinds: [sums, activations], sum_bits: 24}
  noise:
  - {relative_sigma: 0.1, layers: [features.*]}
  - {absolute_sigma: [0.0, 0.01, 0.02]}
)");
  BOOST_TEST_REQUIRE(spec.points.size() == 3U);
  const FaultSpec& faults = spec.points[2].faults;
  BOOST_TEST(faults.seed == 7U);
  BOOST_TEST(faults.weight_bit_error_rate == 1e-3);
  BOOST_TEST(faults.state.bit_error_rate == 1e-9);
  BOOST_TEST(faults.state.sums);
  BOOST_TEST(faults.state.activations);
  BOOST_TEST(faults.state.sum_bits == 24);
  BOOST_TEST_REQUIRE(faults.noise.size() == 2U);
  BOOST_TEST(faults.noise[0].relative);
  BOOST_TEST(faults.noise[0].sigma == 0.1);
  BOOST_TEST(!faults.noise[1].relative);
  BOOST_TEST(faults.noise[1].sigma == 0.02);
  BOOST_TEST(spec.points[1].faults.noise[1].sigma == 0.01);
  BOOST_TEST(!spec.points[0].refresh_multiple);
}

BOOST_FIXTURE_TEST_CASE(rates_from_retention, Clip) {
  const FaultStudySpec spec = study(R"(
faults:
  weights: {retention: {model: raidr, refresh_interval_multiple: [1, 2, 4]}}
  state: {retention: {model: rapid, refresh_interval_multiple: 50}}
)");
  BOOST_TEST_REQUIRE(spec.points.size() == 3U);
  BOOST_TEST(spec.points[0].faults.weight_bit_error_rate == 0);
  BOOST_TEST(spec.points[1].faults.weight_bit_error_rate == 1.09e-10, tt::tolerance(1e-6));
  BOOST_TEST(spec.points[2].faults.weight_bit_error_rate == 3.64e-9, tt::tolerance(1e-6));
  BOOST_TEST(spec.points[0].faults.state.bit_error_rate > 6e-7);
  BOOST_TEST(spec.points[2].refresh_multiple.value() == 4);
  BOOST_TEST(!spec.points[2].notes.empty());
  expect_in(fault("faults: {weights: {retention: {model: raidr, refresh_interval_multiple: 8}}}"),
            "up to 64 ms, or from 128 ms to 256 ms");
  const FaultStudySpec beyond = study(
      "faults: {weights: {retention: {model: raidr, refresh_interval_multiple: 8, "
      "extrapolate: true}}}");
  BOOST_TEST(beyond.points[0].faults.weight_bit_error_rate > 3.64e-9);
  expect_in(beyond.points[0].notes.front(), "extrapolated");
}

BOOST_FIXTURE_TEST_CASE(faults_that_are_wrong, Clip) {
  expect_in(fault("faults: {weights: {bit_error_rate: 1.5}}"), "from 0 to 1");
  expect_in(fault("faults: {state: {bit_error_rate: -1}}"), "from 0 to 1");
  expect_in(fault("faults: {noise: {relative_sigma: -0.1}}"), "from 0 to 10");
  expect_in(fault("faults: {noise: {relative_sigma: 1e38}}"), "from 0 to 10");
  expect_in(fault("faults: {noise: {absolute_sigma: [0, 1e38]}}"), "from 0 to 1000");
  expect_in(fault("faults: {noise: {relative_sigma: 0.1, layers: []}}"), "without the key, all");
  expect_in(fault("faults: {noise: []}"), "at least one");
  expect_in(fault("faults: {}"), "at least one of `weights`, `state` and `noise`");
  expect_in(fault("faults: {seed: 3}"), "at least one of `weights`, `state` and `noise`");
  expect_in(fault("trace: a.dtrace\nfaults: {weights: {bit_error_rate: 0}}"), "no trace");
  expect_in(fault("faults: {noise: {layers: [a]}}"), "either");
  expect_in(fault("faults: {noise: {relative_sigma: 1, absolute_sigma: 1}}"), "either");
  expect_in(fault("faults: {weights: {}}"), "either");
  expect_in(fault("faults: {weights: {bit_error_rate: 0, retention: {model: raidr, "
                  "refresh_interval_multiple: 1}}}"),
            "either");
  expect_in(fault("faults: {weights: {retention: {model: rapit, refresh_interval_multiple: 1}}}"),
            "rapid");
  expect_in(
      fault("faults: {weights: {bit_error_rate: [0, 1]}, noise: {relative_sigma: [1, 2, 3]}}"),
      "3 as another list has");
  expect_in(fault("faults: {state: {bit_error_rate: 0, kinds: [sum]}}"), "sums");
  expect_in(fault("faults: {weight: {bit_error_rate: 0}}"), "weights");
  expect_in(fault(""), "a `faults` map");
  BOOST_CHECK_THROW(recording("faults: {weights: {bit_error_rate: [0, 1]}}"), ConfigError);
}

BOOST_FIXTURE_TEST_CASE(a_model_that_is_wrong_is_named_itself, Clip) {
  const std::string bad =
      "faults: {weights: {retention: {model: ./bad.yaml, refresh_interval_multiple: 1}}}";
  expect_in(fault(bad),
            "retention.model: found './bad.yaml', expected a file that is there; tried " +
                (folder / "bad.yaml").string());
  folder.write("bad.yaml", "name: bad\n");
  const std::string text = fault(bad);
  expect_in(text, (folder / "bad.yaml").string());
  expect_in(text, "standard_interval");
  BOOST_TEST(text.find("retention.model") == std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_run_of_a_trace_takes_no_faults, Clip) {
  try {
    load_experiment(folder.write("e.yaml", "trace: a.dtrace\nfaults: {seed: 2}\n"), {});
    BOOST_TEST(false, "no fault");
  } catch (const ConfigError& error) {
    expect_in(error.what(), "names a trace");
  }
}

BOOST_FIXTURE_TEST_CASE(a_layer_that_is_not_there, Clip) {
  ProgressListener nobody;
  const FaultStudySpec spec =
      study("faults: {noise: {relative_sigma: 0.1, layers: [features.0.O]}}");
  try {
    study_faults(spec, "1", nobody);
    BOOST_TEST(false, "no fault");
  } catch (const ConfigError& error) {
    expect_in(error.what(), "features.0.0");
  }
}

BOOST_FIXTURE_TEST_CASE(faults_tell_recordings_apart, Clip) {
  const std::string key = recording_key(recording(""), "1");
  BOOST_TEST(recording_key(recording("faults: {seed: 3, weights: {bit_error_rate: 0}}"), "1") ==
             key);
  const std::string disturbed =
      recording_key(recording("faults: {weights: {bit_error_rate: 1e-6}}"), "1");
  BOOST_TEST(disturbed != key);
  BOOST_TEST(recording_key(recording("faults: {seed: 2, weights: {bit_error_rate: 1e-6}}"), "1") !=
             disturbed);
}

BOOST_FIXTURE_TEST_CASE(traces_with_and_without, Clip) {
  const std::string sound = record("");
  BOOST_TEST((record("faults: {seed: 5, weights: {bit_error_rate: 0}, "
                     "state: {bit_error_rate: 0}, noise: {relative_sigma: 0}}") == sound));
  const std::string faults =
      "faults: {weights: {bit_error_rate: 1e-4}, state: {bit_error_rate: "
      "1e-4, kinds: [sums, activations]}}";
  const std::string disturbed = record(faults);
  BOOST_TEST((disturbed != sound));
  BOOST_TEST(TraceReader(folder / "t.dtrace").header().faults ==
             "seed 1, weights 0.0001, state 0.0001 (sums of 16 bit, previous activations)");
  BOOST_TEST((record(faults) == disturbed));
}

BOOST_FIXTURE_TEST_CASE(a_study, Clip) {
  ProgressListener nobody;
  const FaultStudyResult result = study_faults(
      study("faults: {weights: {bit_error_rate: [0, 0.01]}, state: {bit_error_rate: [0, 0.01]}}"),
      "1", nobody);
  BOOST_TEST(result.frames == 3);
  BOOST_TEST(result.execution == "delta");
  BOOST_TEST(result.undisturbed.front().weights == "untrained");
  BOOST_TEST_REQUIRE(result.points.size() == 2U);
  const FaultStreamFigures& none = result.points[0].streams.front();
  BOOST_TEST(none.top1_agreement == 1);
  BOOST_TEST(none.logits.max == 0);
  BOOST_TEST(none.sparsity.activation == result.undisturbed.front().sparsity.activation);
  const FaultStreamFigures& many = result.points[1].streams.front();
  BOOST_TEST(many.logits.max > 0);
  BOOST_TEST(many.weights.flipped_bits > many.weights.stored_bits / 200);
  BOOST_TEST(many.state.flipped_bits > many.state.stored_bits / 200);
  // Flipped sums are events that the picture does not have.
  BOOST_TEST(many.sparsity.temporal.value() < none.sparsity.temporal.value());
  BOOST_TEST(!result.points[1].refresh);
}

BOOST_FIXTURE_TEST_CASE(what_refresh_saves, Clip) {
  ProgressListener nobody;
  const FaultStudyResult result = study_faults(
      study("faults: {weights: {retention: {model: raidr, refresh_interval_multiple: [1, 4]}}}"),
      "1", nobody);
  BOOST_TEST(result.execution == "dense");
  const RefreshFigures standard = result.points[0].refresh.value();
  const RefreshFigures longer = result.points[1].refresh.value();
  BOOST_TEST(standard.saved_share == 0);
  BOOST_TEST(longer.saved_share == 0.75);
  BOOST_TEST(longer.commands_per_second == standard.commands_per_second / 4, tt::tolerance(1e-9));
  // The default accelerator's DDR4-2400 8 Gb x8: 8 devices, 86.6 nJ a refresh in each (DRAMsim3's
  // currents), every 9360 clocks of 833 ps.
  BOOST_TEST(standard.power->value() == 8 * 86.6e-9 / (9360 * 833e-12), tt::tolerance(0.02));
  BOOST_TEST(standard.saved_power->value() == 0);
  BOOST_TEST(longer.saved_power->value() == 0.75 * standard.power->value(), tt::tolerance(1e-9));
}

BOOST_AUTO_TEST_SUITE_END()
