// SCALE-Sim's own ResNet-50 topology, against the cycles that it reports.

#include <boost/test/unit_test.hpp>
#include <cstdint>

#include "tests/support/shared_data.h"
#include "workloads/topology_import.h"

namespace deltasim {

BOOST_AUTO_TEST_SUITE(topology_reference_test)

// Weight stationary on R x C = 32 x 32: ceil(K/R) ceil(N/C) (2R + C + E - 2) - 1 cycles a layer;
// SCALE-Sim v3 reports 5,753,486 for all 54. Wrong shapes would not add up to it.
BOOST_AUTO_TEST_CASE(shapes_give_scalesims_cycles) {
  const auto path = test::shared_data_or_skip("golden/scalesim/resnet50_topology.csv");
  if (!path) return;
  const auto layers = read_topology(*path);
  BOOST_TEST(layers.size() == 54);
  const auto folds = [](std::int64_t work) { return (work + 31) / 32; };
  std::int64_t cycles = 0;
  for (const Layer& layer : layers) {
    const std::int64_t window =
        std::int64_t{layer.window.kernel_h} * layer.window.kernel_w * layer.input.channels;
    cycles += folds(window) * folds(layer.output.channels) * (94 + layer.output.pixels()) - 1;
  }
  BOOST_TEST(cycles == 5753486);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deltasim
