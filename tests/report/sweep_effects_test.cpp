// What parameters do, on sweeps of which the answer is known.

#include "report/sweep_effects.h"

#include <rapidcheck/boost_test.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numeric>
#include <random>

#include "tests/report/made_up_sweep.h"

BOOST_AUTO_TEST_SUITE(sweep_effects_test)

using namespace deltasim;

namespace {

VarianceShares shares_of(const SweepResult& sweep) {
  return variance_shares(sweep, design_table(sweep), 0);
}

std::vector<SweepAxis> three_axes(std::size_t levels = 4) {
  return {made_up_axis("accelerator.x", levels), made_up_axis("accelerator.y", levels),
          made_up_axis("accelerator.z", levels)};
}

std::vector<Levels> sample(const std::vector<SweepAxis>& axes, std::size_t points, unsigned seed) {
  std::vector<Levels> grid = grid_of(axes);
  std::mt19937 random(seed);
  std::ranges::shuffle(grid, random);
  grid.resize(points);
  return grid;
}

Trend trend_of(const SweepResult& sweep, std::size_t axis) {
  return trends_along(sweep, design_table(sweep), axis).front();
}

}  // namespace

// y = a x + b: the parameter explains everything, on a grid and in a sample.
RC_BOOST_PROP(one_parameter_explains_all, ()) {
  const double a = *rc::gen::inRange(1, 1000) * (*rc::gen::arbitrary<bool>() ? 1.0 : -1e9);
  const double b = *rc::gen::inRange(-1000, 1000);
  const std::size_t which = *rc::gen::inRange(std::size_t{0}, std::size_t{3});
  const auto axes = three_axes();
  const bool whole = *rc::gen::arbitrary<bool>();
  const auto points = whole ? grid_of(axes) : sample(axes, 40, *rc::gen::inRange(0U, 100U));
  const auto shares =
      shares_of(made_up_sweep(axes, {energy_objective()}, points, [&](const Levels& levels) {
        return std::vector{a * static_cast<double>(levels[which]) + b};
      }));
  RC_ASSERT(shares.missing.empty());
  RC_ASSERT(shares.full_grid == whole);
  for (std::size_t i = 0; i < 3; ++i) {
    RC_ASSERT(std::abs(shares.parameters[i] - (i == which ? 1 : 0)) < 1e-6);
  }
  RC_ASSERT(shares.interactions < 1e-6);
  RC_ASSERT(shares.confounded < 1e-6);
}

// On a grid, shares and interactions of anything are parts of a whole.
RC_BOOST_PROP(shares_of_a_grid_sum_up, ()) {
  std::mt19937 random(*rc::gen::arbitrary<unsigned>());
  std::lognormal_distribution<double> any(0, *rc::gen::inRange(1, 5));
  const auto shares =
      shares_of(made_up_sweep(three_axes(3), {energy_objective()}, grid_of(three_axes(3)),
                              [&](const Levels&) { return std::vector{any(random)}; }));
  RC_ASSERT(shares.full_grid);
  double sum = shares.interactions;
  for (const double share : shares.parameters) {
    RC_ASSERT(share >= 0 && share <= 1);
    sum += share;
  }
  RC_ASSERT(std::abs(sum - 1) < 1e-9);
}

BOOST_AUTO_TEST_CASE(known_main_effects_and_interaction) {
  // y = 2 u + v + 2 u v with u, v = -1, 1: variances 4, 1 and 4.
  const std::vector axes{made_up_axis("u", 2), made_up_axis("v", 2)};
  const auto shares =
      shares_of(made_up_sweep(axes, {energy_objective()}, grid_of(axes), [](const Levels& levels) {
        const double u = levels[0] == 0 ? -1 : 1, v = levels[1] == 0 ? -1 : 1;
        return std::vector{2 * u + v + 2 * u * v};
      }));
  BOOST_TEST(shares.parameters[0] == 4.0 / 9, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(shares.parameters[1] == 1.0 / 9, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(shares.interactions == 4.0 / 9, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_fit_agrees_with_the_grid_where_both_can_be_had) {
  const auto axes = three_axes();
  const auto value = [](const Levels& l) {
    return std::vector{3.0 * static_cast<double>(l[0] * l[0]) + 2.0 * static_cast<double>(l[1]) +
                       0.3 * static_cast<double>(l[0] * l[1])};
  };
  std::vector<Levels> points = grid_of(axes);
  const auto exact = shares_of(made_up_sweep(axes, {energy_objective()}, points, value));
  points.erase(points.begin() + 17);  // one failed
  const auto fitted = shares_of(made_up_sweep(axes, {energy_objective()}, points, value));
  BOOST_TEST(exact.full_grid);
  BOOST_TEST(!fitted.full_grid);
  for (std::size_t a = 0; a < 3; ++a) {
    BOOST_TEST(std::abs(exact.parameters[a] - fitted.parameters[a]) < 0.02);
  }
}

// Levels that always come together: nobody can say which of them it is.
BOOST_AUTO_TEST_CASE(parameters_that_came_together_are_confounded) {
  const std::vector axes{made_up_axis("x", 4), made_up_axis("y", 4), made_up_axis("z", 8)};
  std::vector<Levels> points;
  for (const Levels& levels : grid_of(axes)) {
    if (levels[0] == levels[1]) points.push_back(levels);
  }
  const auto shares =
      shares_of(made_up_sweep(axes, {energy_objective()}, points, [](const Levels& l) {
        return std::vector{static_cast<double>(l[0])};
      }));
  BOOST_TEST(shares.missing.empty());
  BOOST_TEST(shares.parameters[0] < 1e-6);
  BOOST_TEST(shares.parameters[1] < 1e-6);
  BOOST_TEST(shares.confounded > 1 - 1e-6);
}

// Noise is not given to a parameter: what chance explains is taken off.
BOOST_AUTO_TEST_CASE(chance_is_no_effect) {
  std::mt19937 random(5);
  std::normal_distribution<double> noise;
  double sum = 0;
  for (unsigned seed = 0; seed < 20; ++seed) {
    const auto axes = three_axes();
    const auto shares =
        shares_of(made_up_sweep(axes, {energy_objective()}, sample(axes, 40, seed),
                                [&](const Levels&) { return std::vector{noise(random)}; }));
    sum += shares.parameters[0] / 20;
  }
  BOOST_TEST(sum < 0.06);  // three levels more than one explain 3/39 of 40 points by chance
}

BOOST_AUTO_TEST_CASE(no_share_where_there_is_nothing_to_share) {
  const auto axes = three_axes();
  const auto constant = [](const Levels&) { return std::vector{7.0}; };
  const auto points = grid_of(axes);
  BOOST_TEST(shares_of(made_up_sweep(axes, {energy_objective()}, points, constant)).missing ==
             "it is the same in all designs");
  const auto one = made_up_sweep(axes, {energy_objective()}, {points[0]}, constant);
  BOOST_TEST(!shares_of(one).missing.empty());
  const auto few =
      made_up_sweep(axes, {energy_objective()}, sample(axes, 12, 1),
                    [](const Levels& l) { return std::vector{1.0 + static_cast<double>(l[0])}; });
  BOOST_TEST(shares_of(few).missing.find("too few") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_parameter_that_saturates) {
  const auto axes = three_axes();
  const auto sweep = made_up_sweep(axes, {energy_objective()}, grid_of(axes), [](const Levels& l) {
    const double factor = 1 + static_cast<double>(l[1]);
    return std::vector{factor * std::vector{10.0, 5.0, 4.99, 4.98}[l[0]]};
  });
  const Trend x = trend_of(sweep, 0);
  BOOST_TEST(x.lines == 16U);
  BOOST_TEST(x.falling == 16U);
  BOOST_TEST(x.whole_lines == 16U);
  BOOST_TEST(x.least_change == -0.502, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(x.most_change == -0.502, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(x.saturation.value() == 1U);
  BOOST_TEST(x.least_at.value() == 3U);
  const Trend y = trend_of(sweep, 1);
  BOOST_TEST(y.rising == 16U);
  BOOST_TEST(y.most_change == 3.0, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(!y.saturation);
  const Trend z = trend_of(sweep, 2);
  BOOST_TEST(z.largest_change == 0.0);
  BOOST_TEST(z.rising + z.falling == 0U);
  BOOST_TEST(!z.saturation);
  BOOST_TEST(!z.least_at);
}

BOOST_AUTO_TEST_CASE(a_turn_is_no_trend) {
  const auto axes = three_axes();
  const auto sweep = made_up_sweep(axes, {energy_objective()}, grid_of(axes), [](const Levels& l) {
    return std::vector{std::vector{10.0, 5.0, 6.0, 9.0}[l[0]]};
  });
  const Trend x = trend_of(sweep, 0);
  BOOST_TEST(x.rising + x.falling == 0U);
  BOOST_TEST(x.least_at.value() == 1U);
  BOOST_TEST(x.most_at.value() == 0U);
}

BOOST_AUTO_TEST_CASE(levels_are_ordered_by_their_quantity) {
  SweepAxis axis{
      .name = "accelerator.glb.capacity", .levels = {"1 MiB", "128 KiB", "32 MiB"}, .base = 0};
  const auto sweep =
      made_up_sweep({axis, {.name = "energy", .levels = {"b", "a"}}}, {energy_objective()},
                    {{0, 0}, {1, 1}, {2, 0}}, [](const Levels&) { return std::vector{1.0}; });
  const DesignTable table = design_table(sweep);
  BOOST_TEST(table.axes[0].ordered());
  BOOST_TEST(table.axes[0].levels == (std::vector<std::string>{"128 KiB", "1 MiB", "32 MiB"}),
             boost::test_tools::per_element());
  BOOST_TEST(table.axes[0].base.value() == 1U);
  BOOST_TEST(!table.axes[1].ordered());
  BOOST_TEST(table.axes[1].levels[0] == "b");
  BOOST_TEST(design_text(table, table.levels[1]) == "capacity 128 KiB, energy a");
}

BOOST_AUTO_TEST_CASE(values_that_no_level_lists_and_results_that_are_no_number) {
  auto sweep = made_up_sweep({made_up_axis("x", 2)}, {energy_objective()}, {{0}, {1}, {1}},
                             [](const Levels&) { return std::vector{1.0}; });
  sweep.points[1].values[0] = "unheard of";
  sweep.points[2].objectives[0] = std::nan("");
  const DesignTable table = design_table(sweep);
  BOOST_TEST(table.axes[0].levels.back() == "unheard of");
  BOOST_TEST(table.done.size() == 2U);
  BOOST_TEST(table.not_finite == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
