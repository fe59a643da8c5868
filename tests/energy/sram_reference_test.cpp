#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "energy/sram_model.h"
#include "tests/support/shared_data.h"

BOOST_AUTO_TEST_SUITE(sram_reference_test)

using namespace deltasim;
using boost::test_tools::tolerance;

/// The first ten columns, which have no commas of their own.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::stringstream stream(line);
  for (std::string cell; cells.size() < 10 && std::getline(stream, cell, ',');)
    cells.push_back(cell);
  return cells;
}

BOOST_AUTO_TEST_CASE(every_run_of_cacti) {
  const auto file = test::shared_data_or_skip("tables/06_sram_cacti7_sweep.csv");
  if (!file) return;
  const SramModel model =
      read_sram_model(test::source_directory() / "configs" / "sram" / "cacti7.yaml");
  std::ifstream table(*file);
  std::string line;
  std::getline(table, line);
  std::size_t runs = 0;
  while (std::getline(table, line)) {
    const std::vector<std::string> cells = cells_of(line);
    BOOST_TEST_CONTEXT(line.substr(0, 40)) {
      const auto value = [&](std::size_t column) { return std::stod(cells.at(column)); };
      const SramMemory memory{Bytes(std::stoll(cells.at(0))), Bits(std::stoll(cells.at(1))), 1};
      const SramEstimate at = model.at(memory, {value(2), cells.at(3), {}}, false);
      BOOST_TEST(at.read.value() == value(4), tolerance(1e-12));
      BOOST_TEST(at.write.value() == value(5), tolerance(1e-12));
      BOOST_TEST(at.leakage.value() == 1e-3 * value(6), tolerance(1e-12));
      BOOST_TEST(at.area.value() == value(7), tolerance(1e-12));
      BOOST_TEST(at.access_time.value() == 1e-9 * value(8), tolerance(1e-12));
      BOOST_TEST(at.cycle_time.value() == 1e-9 * value(9), tolerance(1e-12));
    }
    ++runs;
  }
  BOOST_TEST(runs == 141u);
}

BOOST_AUTO_TEST_SUITE_END()
