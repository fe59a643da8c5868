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

BOOST_AUTO_TEST_SUITE_END()
