// The front against its definition.

#include "report/pareto.h"

#include <rapidcheck.h>
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

BOOST_AUTO_TEST_SUITE(pareto_test)

using namespace deltasim;

bool dominates(const Tradeoff& a, const Tradeoff& b) {
  return a.first <= b.first && a.second <= b.second && (a.first < b.first || a.second < b.second);
}

BOOST_AUTO_TEST_CASE(front_is_what_nobody_dominates) {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    // Few values, so that many coordinates and points are equal.
    std::uniform_int_distribution<int> coordinate(0, 1 + round % 9);
    std::vector<Tradeoff> points(static_cast<std::size_t>(round % 30));
    for (Tradeoff& point : points) {
      point = {static_cast<double>(coordinate(random)), static_cast<double>(coordinate(random))};
    }
    std::vector<std::size_t> expected;
    for (std::size_t i = 0; i < points.size(); ++i) {
      const auto beats = [&](const Tradeoff& other) { return dominates(other, points[i]); };
      if (std::ranges::none_of(points, beats)) expected.push_back(i);
    }
    std::vector<std::size_t> front = non_dominated(points);
    const auto rising = [&](std::size_t a, std::size_t b) {
      return points[a].first < points[b].first;
    };
    BOOST_TEST(std::ranges::is_sorted(front, rising));
    std::ranges::sort(front);
    BOOST_TEST(front == expected, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(equal_points_stay_both) {
  BOOST_TEST(non_dominated(std::vector<Tradeoff>{{1, 1}, {1, 1}, {1, 2}}).size() == 2U);
  BOOST_TEST(non_dominated(std::vector<Tradeoff>{}).empty());
}

/// By definition, over any number of costs.
bool dominates(const Costs& a, const Costs& b) {
  bool better = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) return false;
    better = better || a[i] < b[i];
  }
  return better;
}

/// Points with few different values, so that many costs and points are equal.
std::vector<Costs> some_points(std::size_t costs) {
  const int values = *rc::gen::inRange(1, 12);
  const auto one = rc::gen::container<Costs>(
      costs, rc::gen::map(rc::gen::inRange(-values, values), [](int v) { return v * 0.5; }));
  return *rc::gen::container<std::vector<Costs>>(one);
}

BOOST_AUTO_TEST_CASE(front_of_any_number_of_costs_is_what_nobody_dominates) {
  for (std::size_t costs = 1; costs <= 4; ++costs) {
    BOOST_TEST(rc::check([&] {
      const std::vector<Costs> points = some_points(costs);
      std::vector<std::size_t> expected;
      for (std::size_t i = 0; i < points.size(); ++i) {
        const auto beats = [&](const Costs& other) { return dominates(other, points[i]); };
        if (std::ranges::none_of(points, beats)) expected.push_back(i);
      }
      std::vector<std::size_t> front = non_dominated(points);
      const auto by_costs = [&](std::size_t a, std::size_t b) { return points[a] < points[b]; };
      RC_ASSERT(std::ranges::is_sorted(front, by_costs));
      std::ranges::sort(front);
      RC_ASSERT(front == expected);
    }));
  }
}

BOOST_AUTO_TEST_CASE(what_is_maximised_costs_its_negative) {
  const std::vector<SweepObjective> objectives{{.name = "energy", .minimised = true},
                                               {.name = "top1", .minimised = false}};
  const std::vector<Costs> points{costs_of(std::vector<double>{1, 0.5}, objectives),
                                  costs_of(std::vector<double>{2, 0.9}, objectives),
                                  costs_of(std::vector<double>{3, 0.8}, objectives)};
  const std::vector<std::size_t> expected{0, 1};
  BOOST_TEST(non_dominated(points) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(no_number_is_in_no_front) {
  const double nan = std::nan("");
  BOOST_TEST(non_dominated(std::vector<Costs>{{nan, 0}, {1, 1}, {0, nan}}).size() == 1U);
}

BOOST_AUTO_TEST_CASE(knee_of_two_costs_lies_farthest_from_the_line_through_the_ends) {
  // Ends (0, 100) and (10, 0), whatever the units.
  const std::vector<Costs> front{{0, 100}, {1, 60}, {2, 20}, {5, 10}, {10, 0}};
  BOOST_TEST(knee_point(front).value() == 2U);
  BOOST_TEST(rc::check([] {
    std::vector<Costs> points = some_points(2);
    std::vector<Costs> front_points;
    for (const std::size_t i : non_dominated(points)) front_points.push_back(points[i]);
    const auto knee = knee_point(front_points);
    if (!knee) return;
    // Twice the area of the triangle with the ends, of which the base is common to all.
    const Costs &a = front_points.front(), &b = front_points.back();
    const auto distance = [&](const Costs& p) {
      return (b[0] - a[0]) * (a[1] - p[1]) - (a[0] - p[0]) * (b[1] - a[1]);
    };
    for (const Costs& point : front_points) {
      RC_ASSERT(distance(point) <= distance(front_points[*knee]) + 1e-9);
    }
    RC_ASSERT(distance(front_points[*knee]) > 0);
  }));
}

BOOST_AUTO_TEST_CASE(knee_of_three_costs) {
  const std::vector<Costs> front{{0, 1, 1}, {1, 0, 1}, {1, 1, 0}, {0.2, 0.2, 0.3}, {0.5, 0.1, 0.9}};
  BOOST_TEST(knee_point(front).value() == 3U);
}

BOOST_AUTO_TEST_CASE(some_fronts_have_no_knee) {
  BOOST_TEST(!knee_point({}).has_value());
  BOOST_TEST(!knee_point(std::vector<Costs>{{0, 1}, {1, 0}}).has_value());
  BOOST_TEST(!knee_point(std::vector<Costs>{{0, 1}, {0.5, 0.5}, {1, 0}}).has_value());  // straight
  BOOST_TEST(!knee_point(std::vector<Costs>{{0, 1}, {0.9, 0.9}, {1, 0}}).has_value());  // outwards
}

BOOST_AUTO_TEST_SUITE_END()
