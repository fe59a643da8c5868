// Which points there are, in which order, and what they are called.

#include "explore/design_space.h"

#include <rapidcheck.h>
#include <boost/test/unit_test.hpp>
#include <map>
#include <set>

#include "arch/errors.h"
#include "explore/constraint_set.h"
#include "tests/support/temporary_directory.h"

BOOST_AUTO_TEST_SUITE(design_space_test)

using namespace deltasim;

using Levels = std::vector<std::size_t>;

/// Parameters a, b, c, ... with values 1, 2, 3, ...
SweepSpec space(const Levels& counts, const std::vector<std::string>& constraints = {}) {
  SweepSpec spec;
  for (std::size_t p = 0; p < counts.size(); ++p) {
    SweepParameter parameter{.name = std::string(1, static_cast<char>('a' + p))};
    for (std::size_t i = 1; i <= counts[p]; ++i) {
      parameter.levels.push_back({std::to_string(i), {{parameter.name, std::to_string(i)}}});
    }
    spec.parameters.push_back(std::move(parameter));
  }
  spec.constraints = constraints;
  return spec;
}

std::set<Levels> as_set(const std::vector<DesignPoint>& points) {
  std::set<Levels> set;
  for (const DesignPoint& point : points) set.insert(point.levels);
  return set;
}

BOOST_AUTO_TEST_CASE(the_grid_has_every_combination_the_last_parameter_fastest) {
  const SweepSpec spec = space({2, 3});
  const std::vector<DesignPoint> points = planned_points(spec);
  const std::vector<Levels> expected{{0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 1}, {1, 2}};
  BOOST_TEST(points.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) BOOST_TEST((points[i].levels == expected[i]));
  BOOST_TEST(combinations(spec) == 6);
}

BOOST_AUTO_TEST_CASE(the_grid_leaves_out_what_breaks_a_constraint) {
  const SweepSpec spec = space({4, 5, 3}, {"a * b <= 6", "b >= c"});
  std::set<Levels> expected;
  for (std::size_t a = 0; a < 4; ++a)
    for (std::size_t b = 0; b < 5; ++b)
      for (std::size_t c = 0; c < 3; ++c) {
        const bool met = (a + 1) * (b + 1) <= 6 && b >= c;
        BOOST_TEST(meets_constraints(spec, {{a, b, c}}) == met);
        if (met) expected.insert({a, b, c});
      }
  const std::vector<DesignPoint> points = planned_points(spec);
  BOOST_TEST((as_set(points) == expected));
  BOOST_TEST(points.size() == expected.size());
}

BOOST_AUTO_TEST_CASE(a_million_combinations_of_which_few_are_right_are_found_quickly) {
  // Branches are left early: 12 parameters of 10 values, one after the other.
  SweepSpec spec = space(Levels(12, 10));
  for (char name = 'a'; name < 'l'; ++name) {
    spec.constraints.push_back(std::string(1, name) +
                               " == " + std::string(1, static_cast<char>(name + 1)));
  }
  BOOST_TEST(planned_points(spec).size() == 10U);
}

BOOST_AUTO_TEST_CASE(overrides_and_labels) {
  SweepSpec spec = space({2, 2});
  spec.sets = {{"frames", "2"}};
  const Overrides expected{{"frames", "2"}, {"a", "1"}, {"b", "2"}};
  BOOST_TEST((overrides_of(spec, {{0, 1}}) == expected));
  const std::vector<std::string> labels{"1", "2"};
  BOOST_TEST(labels_of(spec, {{0, 1}}) == labels, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(random_points_are_different_and_meet_the_constraints) {
  BOOST_TEST(rc::check([] {
    const auto a = *rc::gen::inRange<std::size_t>(1, 6);
    const auto b = *rc::gen::inRange<std::size_t>(1, 6);
    const auto c = *rc::gen::inRange<std::size_t>(1, 6);
    SweepSpec spec = space({a, b, c}, {"a + b != c"});
    const auto all = planned_points(spec);
    const auto count =
        *rc::gen::inRange<std::int64_t>(1, static_cast<std::int64_t>(all.size()) + 1);
    const auto seed = *rc::gen::inRange<std::uint64_t>(0, 1000);
    for (const bool cube : {false, true}) {
      if (cube) {
        spec.strategy = LatinHypercubeStrategy{count, seed};
      } else {
        spec.strategy = RandomStrategy{count, seed};
      }
      const auto points = planned_points(spec);
      const std::set<Levels> set = as_set(points);
      RC_ASSERT(points.size() == static_cast<std::size_t>(count));
      RC_ASSERT(set.size() == points.size());
      for (const DesignPoint& point : points) RC_ASSERT(meets_constraints(spec, point));
      RC_ASSERT(planned_points(spec) == points);
    }
  }));
}

BOOST_AUTO_TEST_CASE(a_seed_gives_these_points_on_every_machine) {
  SweepSpec spec = space({10, 10, 10});
  spec.strategy = RandomStrategy{3, 1};
  const auto first = planned_points(spec);
  spec.strategy = RandomStrategy{3, 2};
  BOOST_TEST((planned_points(spec) != first));
  spec.strategy = LatinHypercubeStrategy{4, 1};
  const auto cube = planned_points(spec);
  std::string text;
  for (const auto* points : {&first, &cube}) {
    for (const DesignPoint& point : *points) {
      for (const std::size_t level : point.levels) text += std::to_string(level);
      text += ' ';
    }
  }
  BOOST_TEST(text == "525 129 904 676 367 110 744 ");
}

BOOST_AUTO_TEST_CASE(random_points_are_uniform) {
  // 2000 draws of one of 8 points: 250 each, with a standard deviation of 15.
  std::map<Levels, int> counts;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    SweepSpec spec = space({2, 4});
    spec.strategy = RandomStrategy{1, seed};
    ++counts[planned_points(spec).at(0).levels];
  }
  BOOST_TEST(counts.size() == 8U);
  for (const auto& [levels, count] : counts) {
    BOOST_TEST(count > 175);
    BOOST_TEST(count < 325);
  }
}

BOOST_AUTO_TEST_CASE(a_latin_hypercube_uses_levels_evenly) {
  for (const std::int64_t count : {5, 8, 12, 20, 37}) {
    SweepSpec spec = space({4, 12, 20}, {"a != b"});
    spec.strategy = LatinHypercubeStrategy{count, 3};
    const auto points = planned_points(spec);
    for (std::size_t p = 0; p < 3; ++p) {
      std::map<std::size_t, int> uses;
      for (const DesignPoint& point : points) ++uses[point.levels[p]];
      const auto levels = static_cast<std::int64_t>(spec.parameters[p].levels.size());
      for (const auto& [level, used] : uses) {
        BOOST_TEST(used <= (count + levels - 1) / levels);
        if (count >= levels) BOOST_TEST(used >= count / levels);
      }
      if (count >= levels) BOOST_TEST(static_cast<std::int64_t>(uses.size()) == levels);
    }
  }
}

BOOST_AUTO_TEST_CASE(large_spaces_are_sampled_without_being_written_out) {
  SweepSpec spec = space({1000, 1000, 1000, 1000}, {"a < b"});
  spec.strategy = RandomStrategy{500, 1};
  BOOST_TEST(as_set(planned_points(spec)).size() == 500U);
  spec.strategy = LatinHypercubeStrategy{500, 1};
  BOOST_TEST(as_set(planned_points(spec)).size() == 500U);
}

BOOST_AUTO_TEST_CASE(a_sample_larger_than_the_space_is_refused) {
  SweepSpec spec = space({2, 3}, {"a != 1 || b != 1"});
  for (const std::int64_t count : {5, 6}) {
    spec.strategy = RandomStrategy{count, 1};
    if (count == 5)
      BOOST_TEST(planned_points(spec).size() == 5U);
    else
      BOOST_CHECK_THROW(planned_points(spec), ConfigError);
    spec.strategy = LatinHypercubeStrategy{count, 1};
    if (count == 5)
      BOOST_TEST(planned_points(spec).size() == 5U);
    else
      BOOST_CHECK_THROW(planned_points(spec), ConfigError);
  }
  BOOST_CHECK_THROW(planned_points(space({2}, {"a > 5"})), ConfigError);
}

BOOST_AUTO_TEST_CASE(more_combinations_than_can_be_counted) {
  BOOST_TEST(combinations(space(Levels(20, 8))) == std::int64_t{1} << 60);
  BOOST_CHECK_THROW(combinations(space(Levels(21, 8))), ConfigError);
}

BOOST_AUTO_TEST_CASE(a_constraint_without_a_value_says_where) {
  try {
    planned_points(space({3}, {"1 / (a - 2) < 5"}));
    BOOST_TEST(false);
  } catch (const ConfigError& error) {
    BOOST_TEST(std::string(error.what()).find("a = 2") != std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()
