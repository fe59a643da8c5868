// The thesis suite needs no data; what can go wrong is the counting, the traces made for it, and
// the simulated array.

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "sim/validation/thesis_suite.h"

using namespace deltasim;

namespace {

std::vector<ValidationRow> named(const SuiteResult& result, const std::string& what) {
  std::vector<ValidationRow> rows;
  for (const ValidationRow& row : result.rows) {
    if (row.what == what) rows.push_back(row);
  }
  return rows;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(validation_thesis_test)

BOOST_AUTO_TEST_CASE(both_streams_are_reduced_by_what_is_sparse_and_the_array_executes_the_rest) {
  const SuiteResult result = ThesisSuite().run({});
  BOOST_TEST(result.holds());
  for (const ValidationRow& row : named(result, "temporal sparsity")) {
    BOOST_TEST(std::get<double>(row.ours) == 0.88, boost::test_tools::tolerance(1e-5));
  }
  const std::vector<ValidationRow> reductions = named(result, "MAC reduction");
  BOOST_TEST(reductions.size() == 3);  // two streams and both together
  for (const ValidationRow& row : reductions) {
    BOOST_TEST(row.bound.value() == 0.005);
    BOOST_TEST(to_double(row.theirs.value()) == 25.0 / 3, boost::test_tools::tolerance(1e-12));
  }
  const std::vector<ValidationRow> executed = named(result, "MACs executed by the array");
  BOOST_TEST_REQUIRE(executed.size() == 1);
  BOOST_TEST(executed[0].bound.value() == 0);
  BOOST_TEST(std::get<std::int64_t>(executed[0].ours) > 0);
  // Hardware keeps less than is promised, and something.
  const double kept = std::get<double>(named(result, "energy with state and indices").at(0).ours);
  BOOST_TEST((kept > 1 && kept < 8));
}

BOOST_AUTO_TEST_SUITE_END()
