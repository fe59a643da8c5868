// All layers of SCALE-Sim's reports.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "sim/mapping/systolic.h"
#include "tests/support/shared_data.h"
#include "workloads/topology_import.h"

using namespace deltasim;

namespace {

using Table = std::vector<std::vector<std::string>>;

/// Cells of a CSV file without its title line.
std::optional<Table> read_table(const std::string& name) {
  const auto path = test::shared_data_or_skip("golden/scalesim/" + name);
  if (!path) return std::nullopt;
  std::ifstream file(*path);
  Table table;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    auto& row = table.emplace_back();
    for (std::string cell; std::getline(cells, cell, ',');) row.push_back(cell);
  }
  return table;
}

/// @param surplus words that SCALE-Sim counts beyond ours in every fold's output writes
/// @return layers compared; 0 where the data is absent
std::size_t compare(Dataflow dataflow, const std::string& topology, const std::string& prefix,
                    std::int64_t surplus) {
  const auto path = test::shared_data_or_skip("golden/scalesim/" + topology);
  if (!path) return 0;
  const std::vector<Layer> layers = read_topology(*path);
  const auto compute = read_table(prefix + "_COMPUTE_REPORT.csv");
  const auto access = read_table(prefix + "_DETAILED_ACCESS_REPORT.csv");
  if (!compute || !access) return 0;
  BOOST_TEST_REQUIRE(layers.size() == compute->size());
  BOOST_TEST_REQUIRE(layers.size() == access->size());
  for (std::size_t i = 0; i < layers.size(); ++i) {
    BOOST_TEST_CONTEXT(layers[i].name) {
      const SystolicFolds folds =
          systolic_folds(dataflow, 32, 32, matrix_shape(LayerExtent(layers[i])));
      BOOST_TEST(folds.total_cycles == std::stoll(compute->at(i).at(2)));
      BOOST_TEST(100 * folds.utilization == std::stod(compute->at(i).at(4)),
                 boost::test_tools::tolerance(1e-9));
      BOOST_TEST(100 * folds.mapping_efficiency == std::stod(compute->at(i).at(5)),
                 boost::test_tools::tolerance(1e-9));
      BOOST_TEST(folds.input_reads == std::stoll(access->at(i).at(3)));
      BOOST_TEST(folds.filter_reads == std::stoll(access->at(i).at(6)));
      BOOST_TEST(folds.output_writes + surplus * folds.folds() == std::stoll(access->at(i).at(9)));
    }
  }
  return layers.size();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mapping_scalesim_test)

BOOST_AUTO_TEST_CASE(all_weight_stationary_layers) {
  const std::size_t layers =
      compare(Dataflow::kWeightStationary, "resnet50_topology.csv", "resnet50_32x32_ws", 0);
  BOOST_TEST((layers == 0 || layers == 54));
}

BOOST_AUTO_TEST_CASE(all_output_stationary_layers) {
  const std::size_t layers = compare(Dataflow::kOutputStationary, "resnet50_unique_topology.csv",
                                     "resnet50unique_32x32_os", 64);
  BOOST_TEST((layers == 0 || layers == 21));
}

BOOST_AUTO_TEST_SUITE_END()
