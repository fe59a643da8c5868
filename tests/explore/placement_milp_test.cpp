#include "explore/placement_milp.h"

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <set>

#include "explore/placement_rules.h"

BOOST_AUTO_TEST_SUITE(placement_milp_test)

using namespace deltasim;
using enum ExecutionMode;

/// Groups in a row, each read by one or both of the next two; some have two layers.
/// @param any a whole number from the first to the second
PlacementProblem random_problem(std::size_t groups, bool with_memory,
                                const std::function<int(int, int)>& any) {
  PlacementProblem problem;
  problem.groups = groups;
  for (std::size_t g = 0; g < groups; ++g) {
    const int layers = any(0, 3) == 0 ? 2 : 1;
    for (int i = 0; i < layers; ++i) {
      PlacementLayer layer{.stream = "s", .name = "l", .group = g, .readers = {}, .options = {}};
      if (i + 1 == layers && g + 1 < groups) {
        std::set<std::size_t> readers{g + 1};
        if (any(0, 2) == 0) readers.insert(std::min(groups - 1, g + 2));
        layer.readers.push_back({readers.begin(), readers.end()});
      }
      problem.layers.push_back(std::move(layer));
    }
  }
  for (PlacementLayer& layer : problem.layers) {
    std::vector<std::vector<Forms>> wanted{{}};
    if (!layer.readers.empty()) {
      wanted.clear();
      for (Forms forms = 1; forms < 8; ++forms) {
        if (static_cast<std::size_t>(__builtin_popcount(forms)) <= layer.readers[0].size()) {
          wanted.push_back({forms});
        }
      }
    }
    for (const ExecutionMode mode : {kDense, kSpatial, kDelta}) {
      for (const auto& forms : wanted) {
        const bool compared = !forms.empty() && (forms[0] & bit_of(MapForm::kDelta)) != 0;
        const bool keeps = mode == kDelta || compared;
        for (const StatePlace place : {StatePlace::kDram, StatePlace::kGlb, StatePlace::kMemory}) {
          if (place != StatePlace::kDram && !keeps) continue;
          if (place == StatePlace::kMemory && !with_memory) continue;
          const int bytes = any(1, 9) * 1000;
          layer.options.push_back({.mode = mode,
                                   .place = place,
                                   .demanded = forms,
                                   .keeps_state = keeps,
                                   .energy_pJ = static_cast<double>(any(1, 50)),
                                   .time_s = static_cast<double>(any(1, 50)),
                                   .glb_bytes = place == StatePlace::kGlb ? bytes : 0,
                                   .memory_bytes = place == StatePlace::kMemory ? bytes : 0});
        }
      }
    }
  }
  problem.glb_bytes = any(0, 20) * 1000;
  problem.memory_bytes = with_memory ? any(1, 10) * 1000 : 0;
  problem.refresh_W = with_memory ? 1e-12 * any(0, 1) : 0;
  return problem;
}

/// Calls `visit` with every placement there is.
void all_placements(const PlacementProblem& problem,
                    const std::function<void(const Placement&)>& visit) {
  std::vector<StatePlace> places{StatePlace::kDram, StatePlace::kGlb};
  if (problem.memory_bytes > 0) places.push_back(StatePlace::kMemory);
  Placement placement = uniform_placement(problem, kDense, StatePlace::kDram);
  const std::function<void(std::size_t)> next = [&](std::size_t group) {
    if (group == problem.groups) return visit(placement);
    for (const ExecutionMode mode : {kDense, kSpatial, kDelta}) {
      for (const StatePlace place : places) {
        placement = moved(problem, placement, {group, mode, place});
        next(group + 1);
      }
    }
  };
  next(0);
}

double cheapest(const PlacementProblem& problem, PlacementGoal goal) {
  double best = std::numeric_limits<double>::infinity();
  all_placements(problem, [&](const Placement& placement) {
    const PlacementTotals totals = totals_of(problem, placement);
    if (fits(problem, totals)) best = std::min(best, value_of(goal, totals));
  });
  return best;
}

PlacementProblem drawn(std::size_t groups, bool with_memory) {
  return random_problem(groups, with_memory,
                        [](int from, int to) { return *rc::gen::inRange(from, to + 1); });
}

bool same(double a, double b) { return std::abs(a - b) <= 1e-9 * std::abs(b); }

BOOST_AUTO_TEST_CASE(no_placement_takes_less_energy) {
  BOOST_TEST(rc::check("as cheap as the best of all placements", [] {
    const auto problem = drawn(*rc::gen::inRange<std::size_t>(1, 5), *rc::gen::arbitrary<bool>());
    const PlacementSolution solution = solve_placement(problem, PlacementGoal::kEnergy);
    RC_ASSERT(fits(problem, solution.totals));
    RC_ASSERT(same(solution.totals.energy_pJ, cheapest(problem, PlacementGoal::kEnergy)));
  }));
}

BOOST_AUTO_TEST_CASE(no_placement_has_a_smaller_product_of_energy_and_time) {
  BOOST_TEST(rc::check("the best of all products", [] {
    const auto problem = drawn(*rc::gen::inRange<std::size_t>(1, 4), *rc::gen::arbitrary<bool>());
    const PlacementSolution solution = solve_placement(problem, PlacementGoal::kEnergyDelay);
    RC_ASSERT(fits(problem, solution.totals));
    RC_ASSERT(same(value_of(PlacementGoal::kEnergyDelay, solution.totals),
                   cheapest(problem, PlacementGoal::kEnergyDelay)));
  }));
}

BOOST_AUTO_TEST_CASE(greed_fits_and_is_no_better) {
  BOOST_TEST(rc::check("no better than the exact answer", [] {
    const auto problem = drawn(*rc::gen::inRange<std::size_t>(1, 9), *rc::gen::arbitrary<bool>());
    for (const PlacementGoal goal : {PlacementGoal::kEnergy, PlacementGoal::kEnergyDelay}) {
      const PlacementTotals greedy = totals_of(problem, greedy_placement(problem, goal));
      RC_ASSERT(fits(problem, greedy));
      RC_ASSERT(value_of(goal, solve_placement(problem, goal).totals) <=
                value_of(goal, greedy) * (1 + 1e-9));
    }
  }));
}

/// A knapsack that greed by saving per byte gets wrong.
PlacementProblem knapsack(std::int64_t room) {
  PlacementProblem problem{.layers = {}, .groups = 3, .glb_bytes = room};
  const std::vector<std::pair<double, std::int64_t>> items{{60, 10000}, {100, 20000}, {120, 30000}};
  for (std::size_t g = 0; g < items.size(); ++g) {
    PlacementLayer layer{.stream = "s", .name = "l", .group = g, .readers = {}, .options = {}};
    const auto option = [&](ExecutionMode mode, StatePlace place, double energy,
                            std::int64_t bytes) {
      layer.options.push_back({.mode = mode,
                               .place = place,
                               .demanded = {},
                               .keeps_state = mode == kDelta,
                               .energy_pJ = energy,
                               .time_s = 1,
                               .glb_bytes = bytes});
    };
    option(kDense, StatePlace::kDram, 300, 0);
    option(kSpatial, StatePlace::kDram, 250, 0);
    option(kDelta, StatePlace::kDram, 200, 0);
    option(kDelta, StatePlace::kGlb, 200 - items[g].first, items[g].second);
    problem.layers.push_back(std::move(layer));
  }
  return problem;
}

BOOST_AUTO_TEST_CASE(the_room_is_shared_out_as_a_whole) {
  const PlacementProblem problem = knapsack(50000);
  BOOST_TEST(solve_placement(problem, PlacementGoal::kEnergy).totals.energy_pJ == 600 - 220);
  BOOST_TEST(totals_of(problem, greedy_placement(problem, PlacementGoal::kEnergy)).energy_pJ ==
             600 - 160);
}

BOOST_AUTO_TEST_CASE(no_room_is_no_state_on_chip_and_endless_room_is_all_of_it) {
  const PlacementSolution none = solve_placement(knapsack(0), PlacementGoal::kEnergy);
  BOOST_TEST(none.totals.glb_bytes == 0);
  BOOST_TEST(none.totals.energy_pJ == 600);
  const PlacementSolution all =
      solve_placement(knapsack(std::int64_t{1} << 40), PlacementGoal::kEnergy);
  BOOST_TEST(all.totals.glb_bytes == 60000);
  BOOST_TEST(all.totals.energy_pJ == 600 - 280);
}

/// To the byte: a tolerance of the solver is no room.
BOOST_AUTO_TEST_CASE(one_byte_too_few_is_too_few) {
  BOOST_TEST(solve_placement(knapsack(60000), PlacementGoal::kEnergy).totals.glb_bytes == 60000);
  BOOST_TEST(solve_placement(knapsack(59999), PlacementGoal::kEnergy).totals.glb_bytes == 50000);
}

BOOST_AUTO_TEST_CASE(the_rule_asks_the_last_layer_of_a_sum) {
  PlacementProblem problem{.layers = {}, .groups = 3};
  const auto add = [&](std::size_t group, double sparsity) {
    problem.layers.push_back({.stream = "s",
                              .name = "l",
                              .group = group,
                              .readers = {},
                              .options = {},
                              .temporal_sparsity = sparsity});
  };
  add(0, 0.91);
  add(1, 0.99);
  add(1, 0.5);
  add(2, 0.9);
  const Placement placement = rule_placement(problem, 0.9, kSpatial, StatePlace::kGlb);
  BOOST_TEST((placement.modes == std::vector{kDelta, kSpatial, kSpatial}));
  BOOST_TEST((rule_placement(problem, 0.4, kDense, StatePlace::kDram).modes ==
              std::vector{kDelta, kDelta, kDelta}));
}

BOOST_AUTO_TEST_CASE(the_solver_says_its_name) {
  BOOST_TEST(solver_name().find("CBC") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
