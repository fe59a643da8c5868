// The thesis suite needs no data; what can go wrong is the counting or the traces made for it.

#include <boost/test/unit_test.hpp>

#include "sim/validation/thesis_suite.h"

using namespace deltasim;

BOOST_AUTO_TEST_SUITE(validation_thesis_test)

BOOST_AUTO_TEST_CASE(both_streams_are_reduced_by_what_is_sparse) {
  const SuiteResult result = ThesisSuite().run({});
  BOOST_TEST(result.holds());
  int judged = 0;
  for (const ValidationRow& row : result.rows) {
    if (row.what == "temporal sparsity") {
      BOOST_TEST(std::get<double>(row.ours) == 0.88, boost::test_tools::tolerance(1e-5));
    }
    if (!row.bound) continue;
    ++judged;
    BOOST_TEST(*row.bound == 0.005);
    BOOST_TEST(to_double(*row.theirs) == 25.0 / 3, boost::test_tools::tolerance(1e-12));
  }
  BOOST_TEST(judged == 3);  // two streams and both together
}

BOOST_AUTO_TEST_SUITE_END()
