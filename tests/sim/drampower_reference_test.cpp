// DRAM energies on the reference data.

#include <boost/test/unit_test.hpp>

#include "sim/validation/drampower_rows.h"
#include "tests/support/shared_data.h"

BOOST_AUTO_TEST_SUITE(drampower_reference_test)

using namespace deltasim;

BOOST_AUTO_TEST_CASE(energies_of_drampower) {
  const auto folder = test::shared_data_or_skip("golden/drampower");
  if (!folder) return;
  const std::vector<ValidationRow> rows = drampower_rows(*folder);
  BOOST_TEST(rows.size() == 8);
  for (const ValidationRow& row : rows) {
    BOOST_TEST(row.holds, row.what << ": error " << row.error.value_or(0));
  }
}

BOOST_AUTO_TEST_CASE(energies_of_dramsim3) {
  const auto folder = test::shared_data_or_skip("golden/dramsim3");
  if (!folder) return;
  for (const ValidationRow& row : dramsim3_energy_rows(*folder)) {
    BOOST_TEST(std::abs(row.error.value_or(1)) < 0.004, row.what << row.error.value_or(0));
  }
}

BOOST_AUTO_TEST_SUITE_END()
