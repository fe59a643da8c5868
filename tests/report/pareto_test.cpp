// The front against its definition.

#include "report/pareto.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
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
  BOOST_TEST(non_dominated({}).empty());
}

BOOST_AUTO_TEST_SUITE_END()
