// The systolic suite on made-up reports of an array of 4 rows and 2 columns. Cycles and words are
// worked out by hand from the number of folds and the cycles of one.

#include <boost/test/unit_test.hpp>

#include "tests/sim/validation_support.h"

using namespace deltasim;
using test::compute_report;
using test::contains;
using test::kTopology;
using test::validate_one;

namespace {

/// WS: A has ceil(18/4) x ceil(3/2) = 10 folds of 2*4 + 2 + 4 - 2 = 12 cycles, B 2 of 17.
constexpr int kWsA = 10 * 12 - 1, kWsB = 2 * 17 - 1;
/// OS: A has 1 x 2 folds of 4 + 2 + 18 - 2 = 22 cycles, B 3 of 9.
constexpr int kOsA = 2 * 22 - 1, kOsB = 3 * 9 - 1;
/// IS: A has 5 x 2 folds of 2*4 + 2 + 3 - 2 = 11 cycles, B 2 x 5 of 9.
constexpr int kIsA = 10 * 11 - 1, kIsB = 10 * 9 - 1;

struct Folder {
  Folder() { directory.write("tiny_net_topology.csv", kTopology); }
  SuiteOutcome validate() const { return validate_one("systolic", directory.path()); }
  void report(const std::string& name, const std::string& content) const {
    directory.write(name, content);
  }
  test::TemporaryDirectory directory;
};

bool refuses(const SuiteOutcome& outcome, const std::string& because) {
  BOOST_TEST_MESSAGE(outcome.message);
  return outcome.verdict == Verdict::kNotRun && contains(outcome.message, because);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(validation_systolic_test)

BOOST_FIXTURE_TEST_CASE(all_dataflows_on_an_array_that_is_not_square, Folder) {
  report("tinynet_4x2_ws_COMPUTE_REPORT.csv", compute_report(kWsA, kWsB));
  report("tinynet_4x2_os_COMPUTE_REPORT.csv", compute_report(kOsA, kOsB));
  report("tinynet_4x2_is_COMPUTE_REPORT.csv", compute_report(kIsA, kIsB));
  const SuiteOutcome outcome = validate();
  BOOST_TEST((outcome.verdict == Verdict::kHolds), outcome.message);
  BOOST_TEST(outcome.result.rows.size() == 9);  // two layers and their sum, three times
}

BOOST_FIXTURE_TEST_CASE(one_cycle_more_or_less_falls_short, Folder) {
  for (const int off : {-1, 1}) {
    report("tinynet_4x2_ws_COMPUTE_REPORT.csv", compute_report(kWsA, kWsB + off));
    const SuiteOutcome outcome = validate();
    BOOST_TEST((outcome.verdict == Verdict::kFellShort));
    BOOST_TEST(test::rows_short(outcome) == 2);  // the layer and the sum
  }
}

BOOST_FIXTURE_TEST_CASE(stalls_are_the_memory_s_not_the_array_s, Folder) {
  report("tinynet_4x2_ws_COMPUTE_REPORT.csv", "LayerID, Total Cycles, Stall Cycles\n0," +
                                                  std::to_string(kWsA + 7) + ",7\n1," +
                                                  std::to_string(kWsB) + ",0\n");
  BOOST_TEST((validate().verdict == Verdict::kHolds));
}

BOOST_FIXTURE_TEST_CASE(words_of_weight_stationary, Folder) {
  report("tinynet_4x2_ws_COMPUTE_REPORT.csv", compute_report(kWsA, kWsB));
  report("tinynet_4x2_ws_DETAILED_ACCESS_REPORT.csv",
         test::access_report({4 * 18 * 2, 18 * 3, 4 * 3 * 5}, {9 * 5, 5, 9 * 2}));
  const SuiteOutcome right = validate();
  BOOST_TEST((right.verdict == Verdict::kHolds));
  BOOST_TEST(right.result.rows.size() == 2 * 4 + 4);
  report("tinynet_4x2_ws_DETAILED_ACCESS_REPORT.csv",
         test::access_report({4 * 18 * 2, 18 * 3 + 1, 4 * 3 * 5}, {9 * 5, 5, 9 * 2}));
  BOOST_TEST(test::rows_short(validate()) == 2);
}

// SCALE-Sim adds R + C = 6 words a fold to the outputs; exactly that, or nothing, is let pass.
BOOST_FIXTURE_TEST_CASE(known_difference_of_output_stationary_writes, Folder) {
  report("tinynet_4x2_os_COMPUTE_REPORT.csv", compute_report(kOsA, kOsB));
  for (const int surplus : {0, 6, 5, 7}) {
    report("tinynet_4x2_os_DETAILED_ACCESS_REPORT.csv",
           test::access_report({4 * 18 * 2, 18 * 3, 12 + 2 * surplus},
                               {9 * 5, 5 * 3, 9 + 3 * surplus}));
    BOOST_TEST((validate().verdict == Verdict::kHolds) == (surplus == 0 || surplus == 6));
  }
}

BOOST_FIXTURE_TEST_CASE(without_access_report_it_says_so, Folder) {
  report("tinynet_4x2_ws_COMPUTE_REPORT.csv", compute_report(kWsA, kWsB));
  BOOST_TEST_REQUIRE(validate().result.notes.size() == 1);
  BOOST_TEST(contains(validate().result.notes[0], "only cycles"));
}

BOOST_FIXTURE_TEST_CASE(lines_may_come_in_any_order, Folder) {
  report("tinynet_4x2_ws_COMPUTE_REPORT.csv",
         "LayerID, Total Cycles\n1," + std::to_string(kWsB) + "\n0," + std::to_string(kWsA) + "\n");
  BOOST_TEST((validate().verdict == Verdict::kHolds));
}

BOOST_FIXTURE_TEST_CASE(broken_reports_are_refused_with_file_and_line, Folder) {
  const std::string name = "tinynet_4x2_ws_COMPUTE_REPORT.csv";
  report(name, "");
  BOOST_TEST(refuses(validate(), name + ": is empty"));
  report(name, "LayerID, Total Cycles\n");
  BOOST_TEST(refuses(validate(), name + ": has a heading and no line"));
  report(name, "LayerID, Total Cycle\n0,1\n1,1\n");
  BOOST_TEST(refuses(validate(), name + ":1: Total Cycles: found no such column"));
  BOOST_TEST(refuses(validate(), "did you mean Total Cycle?"));
  report(name, "LayerID, Total Cycles\n0,12\n1,many\n");
  BOOST_TEST(refuses(validate(), name + ":3: Total Cycles: found"));
  report(name, "LayerID, Total Cycles\n0,12\n1\n");
  BOOST_TEST(refuses(validate(), name + ":3: found 1 columns"));
  report(name, "LayerID, Total Cycles\n0,12\n2,12\n");
  BOOST_TEST(refuses(validate(), name + ":3: LayerID: found 2"));
  report(name, "LayerID, Total Cycles\n0,12\n0,12\n");
  BOOST_TEST(refuses(validate(), name + ":3: LayerID: found 0 again"));
  report(name, "LayerID, Total Cycles\n0,12\n");
  BOOST_TEST(refuses(validate(), "no line of layer 1"));
}

BOOST_FIXTURE_TEST_CASE(names_must_tell_array_and_topology, Folder) {
  report("tinynet_ws_COMPUTE_REPORT.csv", compute_report(kWsA, kWsB));
  BOOST_TEST(refuses(validate(), "NETWORK_ROWSxCOLUMNS_DATAFLOW"));
  std::filesystem::remove(directory / "tinynet_ws_COMPUTE_REPORT.csv");
  report("other_4x2_ws_COMPUTE_REPORT.csv", compute_report(kWsA, kWsB));
  BOOST_TEST((validate().verdict == Verdict::kHolds));  // the only topology there is
  report("second_topology.csv", kTopology);
  BOOST_TEST(refuses(validate(), "other_topology.csv"));
}

BOOST_FIXTURE_TEST_CASE(broken_topologies_are_refused_with_file_and_line, Folder) {
  report("tinynet_4x2_ws_COMPUTE_REPORT.csv", compute_report(kWsA, kWsB));
  report("tiny_net_topology.csv", std::string(kTopology) + "C,3,3,1,1,none,1,1,\n");
  BOOST_TEST(refuses(validate(), "tiny_net_topology.csv:4: Channels"));
  report("tiny_net_topology.csv",
         std::string(kTopology) + "C,2000000000,2000000000,1,1,2000000000,1,1,\n");
  BOOST_TEST((validate().verdict == Verdict::kNotRun));
}

BOOST_FIXTURE_TEST_CASE(a_folder_without_reports_is_refused, Folder) {
  BOOST_TEST(refuses(validate(), "holds no *_COMPUTE_REPORT.csv"));
}

BOOST_AUTO_TEST_SUITE_END()
