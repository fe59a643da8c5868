// The Eyeriss suite on made-up tables, and on the chip's figures for AlexNet.

#include <boost/test/unit_test.hpp>

#include "arch/errors.h"
#include "sim/validation/eyeriss_chip.h"
#include "sim/validation/eyeriss_network.h"
#include "sim/validation/eyeriss_table.h"
#include "tests/sim/validation_support.h"

using namespace deltasim;
using test::contains;

namespace {

constexpr const char* kHeading =
    "layer,power_mW,processing_latency_ms,MACs_G(batch),active_PEs,zeros_in_ifmaps,"
    "GLB_accesses_MB,DRAM_accesses_MB,batch_N,note\n";

/// Chen et al., JSSC 2017, table V.
constexpr const char* kAlexNet =
    "CONV1,332,16.5,0.42,154,0.01%,18.5,5.0,4,\n"
    "CONV2,288,39.2,0.90,135,38.7%,77.6,4.0,4,\n"
    "CONV3,266,21.8,0.60,156,72.5%,50.2,3.0,4,\n"
    "CONV4,235,16.0,0.45,156,79.3%,37.4,2.1,4,\n"
    "CONV5,236,10.0,0.30,156,77.6%,24.9,1.3,4,\"quoted, with a comma\"\n"
    "Total,278,103.5,2.66,148,57.53%,208.5,15.4,4,\n";

struct Folder {
  std::filesystem::path table(const std::string& lines, const std::string& heading = kHeading) {
    directory.write("chip.csv", heading + lines);
    return directory / "chip.csv";
  }
  SuiteOutcome validate(ChipChoice chip) const {
    ValidationRequest request = test::request({"eyeriss"}, directory.path());
    request.chip = std::move(chip);
    return deltasim::validate(request).at(0);
  }
  std::string refusal(const std::string& lines, const std::string& heading = kHeading) {
    try {
      read_chip_table(table(lines, heading));
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "";
  }
  test::TemporaryDirectory directory;
};

std::string changed(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(validation_eyeriss_test)

BOOST_FIXTURE_TEST_CASE(alexnet_holds, Folder) {
  ChipChoice chip;
  chip.table = table(kAlexNet);
  const SuiteOutcome outcome = validate(chip);
  BOOST_TEST((outcome.verdict == Verdict::kHolds), outcome.message);
  BOOST_TEST(outcome.result.rows.size() == 5 * 6 + 5);
  BOOST_TEST(contains(outcome.result.rows[0].note, "m96 n1 e7 f55 p16 q1 r1 t2; 288 passes"));
}

BOOST_FIXTURE_TEST_CASE(other_measurements_fall_short, Folder) {
  for (const auto& [from, to] : {std::pair{"16.5", "18.5"},
                                 {"154", "155"},
                                 {"77.6,4", "91.6,4"},
                                 {"3.0,4", "3.4,4"},
                                 {"278", "230"}}) {
    ChipChoice chip;
    chip.table = table(changed(kAlexNet, from, to));
    BOOST_TEST((validate(chip).verdict == Verdict::kFellShort), from);
  }
}

BOOST_FIXTURE_TEST_CASE(zeros_do_not_change_the_time, Folder) {
  ChipChoice chip;
  chip.table = table(kAlexNet);
  const double before = to_double(validate(chip).result.rows[12].ours);
  chip.table = table(changed(kAlexNet, "72.5%", "72.9%"));
  const auto rows = validate(chip).result.rows;
  BOOST_TEST(rows[12].what == "processing latency, ms");
  BOOST_TEST(to_double(rows[12].ours) == before);
}

BOOST_FIXTURE_TEST_CASE(layers_are_found_by_order_or_by_name, Folder) {
  ChipChoice chip;
  chip.table = table("conv4,235,16.0,0.45,156,79.3%,37.4,2.1,4,\n");
  const SuiteOutcome one = validate(chip);
  BOOST_TEST_REQUIRE(one.result.rows.size() == 6 + 5);
  BOOST_TEST(to_double(one.result.rows[1].ours) == 0.448561152, boost::test_tools::tolerance(1e-9));
  chip.table = table("CONV4,235,16.0,0.45,156,79.3%,37.4,2.1,4,\n");
  const SuiteOutcome unknown = validate(chip);
  BOOST_TEST((unknown.verdict == Verdict::kNotRun));
  BOOST_TEST(contains(unknown.message, "found 1 layers, expected the 5 convolutions of alexnet"));
}

BOOST_FIXTURE_TEST_CASE(networks_and_batches_are_checked, Folder) {
  ChipChoice chip;
  chip.table = table(kAlexNet);
  chip.network = "vgg61";
  BOOST_TEST(contains(validate(chip).message, "did you mean vgg16?"));
  chip.network.reset();
  chip.batch = 0;
  BOOST_TEST(contains(validate(chip).message, "--batch: found 0"));
  chip.batch = 8;  // twice the work in the same time
  BOOST_TEST((validate(chip).verdict == Verdict::kFellShort));
  chip.batch.reset();
  chip.table.reset();
  chip.network = "vgg16";
  directory.write("02a_eyeriss_alexnet_tableV.csv", std::string(kHeading) + kAlexNet);
  BOOST_TEST(contains(validate(chip).message, "--table"));
  chip.network.reset();
  BOOST_TEST((validate(chip).verdict == Verdict::kHolds));
}

BOOST_FIXTURE_TEST_CASE(broken_tables_are_refused_with_file_and_line, Folder) {
  BOOST_TEST(contains(refusal(changed(kAlexNet, "39.2", "nan")), "chip.csv:3: processing_latency"));
  BOOST_TEST(contains(refusal(changed(kAlexNet, "39.2", "0")), "more than 0"));
  BOOST_TEST(contains(refusal(changed(kAlexNet, "38.7%", "138%")), "chip.csv:3: zeros_in_ifmaps"));
  BOOST_TEST(contains(refusal(changed(kAlexNet, "38.7%", "-1%")), "chip.csv:3: zeros_in_ifmaps"));
  BOOST_TEST(contains(refusal(changed(kAlexNet, "77.6,4.0,4", "77.6,4.0,0")), "batch_N"));
  BOOST_TEST(contains(refusal("Total,278,103.5,2.66,148,57.53%,208.5,15.4,4,\n"), "no layer"));
  const std::string twice = refusal(changed(changed(kAlexNet, "16.5", "x"), "135", "-"));
  BOOST_TEST(contains(twice, "chip.csv:2: processing_latency_ms"));
  BOOST_TEST(contains(twice, "chip.csv:3: active_PEs"));
  BOOST_TEST(contains(refusal(kAlexNet, changed(kHeading, "power_mW", "power")),
                      "power_mW: found no such column"));
}

BOOST_FIXTURE_TEST_CASE(the_options_concern_this_suite_only, Folder) {
  ValidationRequest request = test::request({"thesis"}, std::nullopt);
  request.chip.batch = 3;
  BOOST_CHECK_THROW(deltasim::validate(request), ConfigError);
  request.suites.clear();
  BOOST_CHECK_THROW(deltasim::validate(request), ConfigError);
}

BOOST_AUTO_TEST_CASE(the_alexnet_of_the_papers) {
  const auto layers = convolutions_of(chip_network("alexnet"));
  BOOST_TEST_REQUIRE(layers.size() == 5);
  BOOST_TEST((layers[0].layer.output == Shape{55, 55, 96}));
  BOOST_TEST((layers[1].layer.input == Shape{27, 27, 96}));
  BOOST_TEST((layers[4].layer.output == Shape{13, 13, 256}));
  BOOST_TEST(layers[0].next == 1);
  BOOST_TEST(layers[0].pooled_over == 9);
  BOOST_TEST(layers[2].pooled_over == 1);
  BOOST_TEST(layers[4].next == -1);
  BOOST_TEST(convolutions_of(chip_network("vgg16")).size() == 13);
}

BOOST_AUTO_TEST_CASE(pools_hide_zeros) {
  // Table 03d: 62.2 % before conv2's pool, 83.1 % before conv3's.
  BOOST_TEST(zeros_before_pool(0.387, 9) == 0.622, boost::test_tools::tolerance(0.05));
  BOOST_TEST(zeros_before_pool(0.725, 9) == 0.831, boost::test_tools::tolerance(0.05));
  BOOST_TEST(zeros_before_pool(0.5, 1) == 0.5);
  BOOST_TEST(zeros_before_pool(0, 4) == 0);
  BOOST_TEST(zeros_before_pool(1, 4) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
