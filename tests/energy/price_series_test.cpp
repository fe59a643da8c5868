#include "energy/price_series.h"

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <cmath>

BOOST_AUTO_TEST_SUITE(price_series_test)

using namespace deltasim;

// In no order; on a straight line of slope 1/2 in log-log from 8 to 32, steeper beyond.
const std::vector<PricePoint> kPoints = {
    {32, 7, Picojoules(4)}, {8, 5, Picojoules(2)}, {64, 9, Picojoules(16)}};

double sum(const std::vector<PricePart>& parts) {
  Picojoules total;
  for (const PricePart& part : parts) total += part.energy;
  return total.value();
}

BOOST_AUTO_TEST_CASE(a_point_has_its_own_price) {
  for (const PricePoint& point : kPoints) {
    const auto parts = price_at(kPoints, point.x, false);
    BOOST_REQUIRE(parts.size() == 1);
    BOOST_TEST(parts[0].entry == point.entry);
    BOOST_TEST((parts[0].energy == point.energy));
  }
}

/// Halfway in log between 8 and 32 is 16, where the price is sqrt(2 * 4).
BOOST_AUTO_TEST_CASE(between_points_the_line_is_straight_in_log_log) {
  const auto parts = price_at(kPoints, 16, false);
  BOOST_REQUIRE(parts.size() == 2);
  BOOST_TEST(parts[0].entry == 5U);
  BOOST_TEST(parts[1].entry == 7U);
  BOOST_TEST(sum(parts) == std::sqrt(8.0), boost::test_tools::tolerance(1e-14));
  BOOST_TEST(parts[0].energy.value() == parts[1].energy.value(),
             boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(outside_there_is_no_price_unless_asked_for) {
  BOOST_TEST(price_at(kPoints, 7.99, false).empty());
  BOOST_TEST(price_at(kPoints, 64.01, false).empty());
  BOOST_TEST(price_at({}, 8, true).empty());
  BOOST_TEST(price_at({kPoints[0]}, 8, true).empty());  // one point makes no line
  BOOST_TEST(sum(price_at(kPoints, 2, true)) == 1, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(sum(price_at(kPoints, 128, true)) == 64, boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(the_price_grows_and_its_parts_are_not_negative) {
  const bool held = rc::check("monotone", [] {
    const double a = *rc::gen::inRange(8, 64);
    const double b = *rc::gen::inRange(8, 65);
    RC_PRE(a < b);
    RC_ASSERT(sum(price_at(kPoints, a, false)) < sum(price_at(kPoints, b, false)));
    for (const PricePart& part : price_at(kPoints, a, false)) RC_ASSERT(part.energy.value() >= 0);
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_SUITE_END()
