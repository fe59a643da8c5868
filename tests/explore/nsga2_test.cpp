// The search: what it asks for, that it repeats itself, and that it finds known fronts.

#include "explore/nsga2.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>
#include <stdexcept>

#include "arch/errors.h"
#include "explore/hypervolume.h"

BOOST_AUTO_TEST_SUITE(nsga2_test)

using namespace deltasim;

using Levels = std::vector<std::size_t>;
using Answers = std::vector<std::optional<std::vector<double>>>;

SweepSpec space(const Levels& counts, int population, int generations, std::uint64_t seed = 1) {
  SweepSpec spec;
  for (std::size_t p = 0; p < counts.size(); ++p) {
    SweepParameter parameter{.name = std::string(1, static_cast<char>('a' + p))};
    for (std::size_t i = 1; i <= counts[p]; ++i) {
      parameter.levels.push_back({std::to_string(i), {{parameter.name, std::to_string(i)}}});
    }
    spec.parameters.push_back(std::move(parameter));
  }
  spec.objectives = {{.name = "cost"}, {.name = "speed", .minimised = false}};
  spec.strategy = Nsga2Strategy{population, generations, seed};
  return spec;
}

/// A trade-off with a known front: cost grows with every level, and only `a` and `b` bring speed.
std::vector<double> objectives(const DesignPoint& point) {
  const auto level = [&](std::size_t p) { return static_cast<double>(point.levels[p]); };
  return {level(0) * level(0) + 2 * level(1) + 5 * level(2), 3 * level(0) + level(1)};
}

std::vector<DesignPoint> search(const SweepSpec& spec) {
  return search_nsga2(spec, [](const std::vector<DesignPoint>& points) {
    Answers answers;
    for (const DesignPoint& point : points) answers.push_back(objectives(point));
    return answers;
  });
}

std::vector<Costs> costs(const SweepSpec& spec, const std::vector<DesignPoint>& points) {
  std::vector<Costs> all;
  for (const DesignPoint& point : points) {
    all.push_back(costs_of(objectives(point), spec.objectives));
  }
  return all;
}

BOOST_AUTO_TEST_CASE(nothing_is_evaluated_twice_or_against_a_constraint) {
  SweepSpec spec = space({10, 10, 10}, 20, 10);
  spec.constraints = {"a + b <= 14"};
  std::set<Levels> seen;
  std::size_t calls = 0;
  const auto evaluated = search_nsga2(spec, [&](const std::vector<DesignPoint>& points) {
    ++calls;
    BOOST_TEST(!points.empty());
    BOOST_TEST(points.size() <= 20U);
    Answers answers;
    for (const DesignPoint& point : points) {
      BOOST_TEST(seen.insert(point.levels).second);
      BOOST_TEST(meets_constraints(spec, point));
      answers.push_back(objectives(point));
    }
    return answers;
  });
  BOOST_TEST(evaluated.size() == seen.size());
  BOOST_TEST(calls <= 11U);  // the first generation and ten others
  BOOST_TEST(seen.size() > 40U);
}

BOOST_AUTO_TEST_CASE(a_seed_gives_one_search) {
  BOOST_TEST((search(space({10, 10, 10}, 20, 5)) == search(space({10, 10, 10}, 20, 5))));
  BOOST_TEST((search(space({10, 10, 10}, 20, 5)) != search(space({10, 10, 10}, 20, 5, 2))));
}

BOOST_AUTO_TEST_CASE(a_search_that_was_cut_short_is_gone_through_again) {
  const SweepSpec spec = space({10, 10, 10}, 20, 6);
  std::vector<DesignPoint> asked;
  const auto cut = [&](const std::vector<DesignPoint>& points) {
    if (asked.size() > 50) throw std::runtime_error("budget");
    asked.insert(asked.end(), points.begin(), points.end());
    Answers answers;
    for (const DesignPoint& point : points) answers.push_back(objectives(point));
    return answers;
  };
  BOOST_CHECK_THROW(search_nsga2(spec, cut), std::runtime_error);
  const std::vector<DesignPoint> whole = search(spec);
  BOOST_TEST(asked.size() < whole.size());
  BOOST_TEST(std::ranges::equal(asked, std::span(whole).first(asked.size())));
}

BOOST_AUTO_TEST_CASE(it_finds_the_front_with_a_part_of_the_grid) {
  SweepSpec grid = space({12, 12, 12}, 24, 10);
  grid.strategy = GridStrategy{};
  const auto all = costs(grid, planned_points(grid));
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const SweepSpec spec = space({12, 12, 12}, 24, 10, seed);
    const auto found = search(spec);
    BOOST_TEST(found.size() < all.size() / 4);
    const double share = relative_hypervolume(costs(spec, found), all);
    BOOST_TEST(share > 0.9);
    BOOST_TEST(share <= 1.0 + 1e-12);
    SweepSpec random = spec;
    random.strategy = RandomStrategy{static_cast<std::int64_t>(found.size()), seed};
    BOOST_TEST(share > relative_hypervolume(costs(random, planned_points(random)), all));
  }
}

BOOST_AUTO_TEST_CASE(points_that_fail_do_not_stop_it) {
  const SweepSpec spec = space({10, 10, 10}, 20, 8);
  for (const bool all : {false, true}) {
    const auto evaluated = search_nsga2(spec, [&](const std::vector<DesignPoint>& points) {
      Answers answers;
      for (const DesignPoint& point : points) {
        const bool fails = all || point.levels[0] % 2 == 0;
        answers.push_back(fails ? std::nullopt : std::optional(objectives(point)));
      }
      return answers;
    });
    BOOST_TEST(evaluated.size() > 20U);
  }
}

BOOST_AUTO_TEST_CASE(small_spaces_are_tried_whole) {
  BOOST_TEST(search(space({2, 3, 1}, 8, 3)).size() == 6U);
  BOOST_TEST(search(space({1, 1, 1}, 8, 3)).size() == 1U);
  const auto wide = search(space({3, 1, 4}, 8, 20));  // one parameter has nothing to choose
  BOOST_TEST(wide.size() <= 12U);
  BOOST_TEST(wide.size() >= 8U);
  SweepSpec none = space({3, 3, 3}, 8, 3);
  none.constraints = {"a > 5"};
  BOOST_CHECK_THROW(search(none), ConfigError);
}

BOOST_AUTO_TEST_CASE(a_space_that_was_not_gone_through_is_not_taken_for_small) {
  SweepSpec spec = space({20, 20, 20}, 8, 5);
  spec.constraints = {"a > 10 || (a == 1 && b == 1 && c <= 4)"};
  const auto evaluate = [](const std::vector<DesignPoint>& points) {
    Answers answers;
    for (const DesignPoint& point : points) answers.push_back(objectives(point));
    return answers;
  };
  // So many steps lead past the four lone points and not to the others.
  const auto evaluated = search_nsga2(spec, evaluate, 1000);
  BOOST_TEST(evaluated.size() > 8U);
}

BOOST_AUTO_TEST_CASE(hypervolume_of_boxes) {
  const std::vector<Costs> two{{1, 3}, {2, 1}, {3, 3}};
  BOOST_TEST(hypervolume(two, {4, 4}) == 3 * 1 + 2 * 3 - 2 * 1 + 0.0);
  BOOST_TEST(hypervolume(std::vector<Costs>{{1, 2, 3}}, {2, 4, 6}) == 6);
  BOOST_TEST(hypervolume(std::vector<Costs>{{1}}, {4}) == 3);
  BOOST_TEST(hypervolume(std::vector<Costs>{{5, 1}}, {4, 4}) == 0);
  BOOST_TEST(hypervolume({}, {4, 4}) == 0);
  BOOST_TEST(relative_hypervolume(two, two) == 1);
  BOOST_TEST(relative_hypervolume(std::vector<Costs>{{1, 3}}, two) < 1);
  BOOST_TEST(relative_hypervolume(std::vector<Costs>{{1, 1}}, std::vector<Costs>{{1, 1}}) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
