// The suites on the reference data.

#include <boost/test/unit_test.hpp>

#include "tests/sim/validation_support.h"
#include "tests/support/shared_data.h"

using namespace deltasim;

namespace {

std::size_t rows_of(const SuiteOutcome& outcome, const std::string& end) {
  const auto& rows = outcome.result.rows;
  return static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(),
                    [&end](const ValidationRow& row) { return row.what.ends_with(end); }));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(validation_reference_test)

BOOST_AUTO_TEST_CASE(systolic_arrays) {
  const auto folder = test::shared_data_or_skip("golden/scalesim");
  if (!folder) return;
  const SuiteOutcome outcome = test::validate_one("systolic", *folder);
  BOOST_TEST((outcome.verdict == Verdict::kHolds), outcome.message);
  BOOST_TEST(rows_of(outcome, " cycles") == 54 + 21 + 2);
  BOOST_TEST(rows_of(outcome, " SRAM input reads") == 54 + 21 + 2);
}

BOOST_AUTO_TEST_CASE(eyeriss_v2_pe) {
  const auto folder = test::shared_data_or_skip("golden/eyerissv2_pe");
  if (!folder) return;
  const SuiteOutcome outcome = test::validate_one("eyerissv2", *folder);
  BOOST_TEST((outcome.verdict == Verdict::kHolds), outcome.message);
  BOOST_TEST(rows_of(outcome, "effectual MACs") == 4);
}

BOOST_AUTO_TEST_CASE(eyeriss_chip) {
  const auto folder = test::shared_data_or_skip("tables");
  if (!folder) return;
  const SuiteOutcome outcome = test::validate_one("eyeriss", *folder);
  BOOST_TEST((outcome.verdict == Verdict::kHolds), outcome.message);
  BOOST_TEST(rows_of(outcome, "active PEs") == 5);
}

BOOST_AUTO_TEST_CASE(dram) {
  const auto folder = test::shared_data_or_skip("golden/dramsim3");
  if (!folder) return;
  const SuiteOutcome outcome = test::validate_one("dram", *folder);
  BOOST_TEST((outcome.verdict == Verdict::kHolds), validation_text({outcome}));
  BOOST_TEST(rows_of(outcome, "activates") == 10);
  BOOST_TEST(rows_of(outcome, "cycles a request") == 3);
  BOOST_TEST(rows_of(outcome, "cycles") == 10 + 9);
}

/// A folder with DRAMsim3's LPDDR4 alone: what is not there does not hold.
BOOST_AUTO_TEST_CASE(dram_of_one_simulator) {
  const auto folder = test::shared_data_or_skip("golden/dramsim3");
  if (!folder) return;
  const test::TemporaryDirectory data;
  const auto copied = data.path() / "dramsim3";
  std::filesystem::create_directory(copied);
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    const auto name = entry.path().filename();
    if (name.string().starts_with("LPDDR4")) std::filesystem::copy(entry.path(), copied / name);
  }
  const SuiteOutcome outcome = test::validate_one("dram", data.path());
  BOOST_TEST((outcome.verdict == Verdict::kIncomplete), validation_text({outcome}));
  const std::vector<std::string> missing{"dramsys/", "ramulator2/",
                                         "the energies of dramsim3/DDR4_8Gb_x8_2400_mix.json",
                                         "drampower/"};
  BOOST_TEST(outcome.result.missing == missing, boost::test_tools::per_element());
  std::filesystem::remove(copied / "LPDDR4_8Gb_x16_2400_rndw.json");
  const SuiteOutcome less = test::validate_one("dram", data.path());
  BOOST_TEST((less.verdict == Verdict::kNotRun));
  BOOST_TEST(test::contains(less.message, "LPDDR4_8Gb_x16_2400_rndw.json"), less.message);
}

BOOST_AUTO_TEST_SUITE_END()
