#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "sim/pipeline/selective.h"

BOOST_AUTO_TEST_SUITE(pipeline_selective_test)

using namespace deltasim;
using enum ExecutionMode;

double cost_of(const ModeChoice& modes, const std::vector<LayerCosts>& costs,
               const std::vector<SwitchCosts>& switches) {
  double cost = 0;
  for (std::size_t i = 0; i < modes.size(); ++i) {
    cost += costs[i][static_cast<std::size_t>(modes[i])];
    if (i == 0) continue;
    if (modes[i - 1] == kDelta && modes[i] != kDelta) cost += switches[i - 1].from_delta;
    if (modes[i - 1] != kDelta && modes[i] == kDelta) cost += switches[i - 1].to_delta;
  }
  return cost;
}

/// Tries all 3^n choices.
double cheapest(const std::vector<LayerCosts>& costs, const std::vector<SwitchCosts>& switches) {
  double best = INFINITY;
  const auto choices = static_cast<std::size_t>(std::pow(3, costs.size()));
  for (std::size_t choice = 0; choice < choices; ++choice) {
    ModeChoice modes;
    for (std::size_t i = 0, rest = choice; i < costs.size(); ++i, rest /= 3) {
      modes.push_back(static_cast<ExecutionMode>(rest % 3));
    }
    best = std::min(best, cost_of(modes, costs, switches));
  }
  return best;
}

BOOST_AUTO_TEST_CASE(no_choice_is_cheaper) {
  BOOST_TEST(rc::check("as cheap as the best of all choices", [] {
    const auto layers = *rc::gen::inRange<std::size_t>(1, 7);
    // Whole numbers, so that sums in any order are equal.
    const auto any = [] { return static_cast<double>(*rc::gen::inRange(0, 20)); };
    std::vector<LayerCosts> costs;
    std::vector<SwitchCosts> switches;
    for (std::size_t i = 0; i < layers; ++i) {
      costs.push_back({any(), any(), any()});
      switches.push_back({any(), any()});
    }
    const ModeChoice modes = choose_modes(costs, switches);
    RC_ASSERT(modes.size() == layers);
    RC_ASSERT(cost_of(modes, costs, switches) == cheapest(costs, switches));
  }));
}

BOOST_AUTO_TEST_CASE(free_switches_give_every_layer_its_own_best) {
  const std::vector<LayerCosts> costs{{1, 2, 3}, {3, 1, 2}, {2, 3, 1}};
  BOOST_TEST((choose_modes(costs, {{}, {}, {}}) == ModeChoice{kDense, kSpatial, kDelta}));
}

BOOST_AUTO_TEST_CASE(dear_switches_keep_one_mode) {
  const std::vector<LayerCosts> costs{{5, 5, 1}, {4, 1, 3}, {5, 5, 1}};
  BOOST_TEST((choose_modes(costs, {{9, 9}, {9, 9}, {9, 9}}) == ModeChoice{kDelta, kDelta, kDelta}));
  // What comes behind the last layer does not count.
  BOOST_TEST((choose_modes({{5, 5, 1}}, {{9, 9}}) == ModeChoice{kDelta}));
}

BOOST_AUTO_TEST_CASE(nothing_to_choose) { BOOST_TEST(choose_modes({}, {}).empty()); }

BOOST_AUTO_TEST_CASE(costs_are_those_of_the_layers) {
  std::array<StreamFigures, 3> modes;
  for (std::size_t mode = 0; mode < 3; ++mode) {
    for (std::size_t layer = 0; layer < 2; ++layer) {
      LayerFigures figures;
      figures.figures.energy.total = static_cast<double>(10 * layer + mode);
      modes[mode].layers.push_back(figures);
    }
  }
  const auto costs = layer_costs({&modes[0], &modes[1], &modes[2]});
  BOOST_TEST((costs == std::vector<LayerCosts>{{0, 1, 2}, {10, 11, 12}}));
}

BOOST_AUTO_TEST_SUITE_END()
