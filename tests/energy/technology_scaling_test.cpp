#include "energy/technology_scaling.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "arch/errors.h"

BOOST_AUTO_TEST_SUITE(technology_scaling_test)

using namespace deltasim;
using boost::test_tools::tolerance;

constexpr TechnologyPoint at(double node, double volts) { return {node, Volts(volts)}; }

/// E(node, 0.9 V) / E(45 nm, 0.9 V), worked out from the published coefficients apart from this
/// code.
BOOST_AUTO_TEST_CASE(energy_at_the_published_nodes) {
  const std::pair<double, double> ratios[] = {
      {130, 3.1675}, {90, 1.9499}, {65, 1.2535}, {45, 1.0},    {32, 0.641},
      {20, 0.2378},  {16, 0.1873}, {14, 0.1501}, {10, 0.1273}, {7, 0.1024}};
  BOOST_TEST(std::size(ratios) == scaling_nodes().size());
  for (const auto& [node, ratio] : ratios) {
    BOOST_TEST_CONTEXT(node << " nm") {
      BOOST_TEST(std::abs(energy_scale(at(45, 0.9), at(node, 0.9)) - ratio) < 6e-5);
    }
  }
}

/// The authors' own example (correction to section 4.2.1): 65 nm at 1.3 V has the factor 2.604.
BOOST_AUTO_TEST_CASE(energy_at_other_voltages) {
  const double at_45 = 1.103 * 0.81 - 0.362 * 0.9 + 0.2767;
  BOOST_TEST(energy_scale(at(45, 0.9), at(65, 1.3)) == 2.604 / at_45, tolerance(2e-4));
  BOOST_TEST(energy_scale(at(7, 0.7), at(7, 0.7)) == 1, tolerance(1e-15));
  for (const double node : scaling_nodes()) {
    const Volts low = lowest_scaling_voltage(node);
    double before = 0;
    for (double volts = low.value(); volts <= 1.3; volts += 0.05) {
      const double energy = energy_scale(at(45, 0.9), at(node, volts));
      BOOST_TEST(energy > before);
      before = energy;
    }
  }
}

BOOST_AUTO_TEST_CASE(there_and_back_is_one) {
  for (const double from : {130.0, 65.0, 40.0, 22.0, 7.0}) {
    for (const double to : {90.0, 45.0, 28.0, 22.0, 10.0}) {
      const double there = energy_scale(at(from, 1.0), at(to, 0.8));
      BOOST_TEST(there * energy_scale(at(to, 0.8), at(from, 1.0)) == 1, tolerance(1e-12));
      // Two digits are given, so that the way back is off by a rounding of each.
      BOOST_TEST(area_scale(from, to) * area_scale(to, from) == 1, tolerance(0.06));
    }
  }
}

BOOST_AUTO_TEST_CASE(area_as_published) {
  BOOST_TEST(area_scale(45, 65) == 1.5);
  BOOST_TEST(area_scale(65, 45) == 0.66);
  BOOST_TEST(area_scale(130, 7) == 0.0092);
  BOOST_TEST(area_scale(7, 130) == 110);
  BOOST_TEST(area_scale(16, 16) == 1);
}

/// The paper has no 22 nm: the line through 32 and 20 nm in log-log, and the report says so.
BOOST_AUTO_TEST_CASE(nodes_in_between) {
  const double t = std::log(32.0 / 22) / std::log(32.0 / 20);
  const double by_hand = std::exp((1 - t) * std::log(0.46) + t * std::log(0.21));
  BOOST_TEST(area_scale(45, 22) == by_hand, tolerance(1e-12));
  const double e32 = energy_scale(at(45, 0.9), at(32, 0.9));
  const double e20 = energy_scale(at(45, 0.9), at(20, 0.9));
  BOOST_TEST(energy_scale(at(45, 0.9), at(22, 0.9)) == e32 * std::pow(e20 / e32, t),
             tolerance(1e-12));
  BOOST_TEST(area_scale(40, 40) == 1);
  const double a40 = area_scale(40, 65);
  BOOST_TEST((a40 > 1.5 && a40 < 3.3));

  BOOST_TEST(scaling_note(at(45, 0.9), at(22, 0.8)) ==
             "scaled from 45 nm, 0.9 V to 22 nm, 0.8 V by Stillmaker & Baas (22 nm is interpolated "
             "between 32 and 20 nm)");
  BOOST_TEST(scaling_note(at(45, 0.9), at(7, 0.8)) ==
             "scaled from 45 nm, 0.9 V to 7 nm, 0.8 V by Stillmaker & Baas");
}

std::string message_of(const TechnologyPoint& from, const TechnologyPoint& to) {
  try {
    energy_scale(from, to);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

BOOST_AUTO_TEST_CASE(refused_outside) {
  const std::string nodes = "a node from 7 to 130 nm (130, 90, 65, 45, 32, 20, 16, 14, 10, 7)";
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double node : {180.0, 131.0, 6.9, 5.0, 0.0, -45.0, nan}) {
    BOOST_TEST_CONTEXT(node << " nm") {
      BOOST_TEST(message_of(at(45, 0.9), at(node, 0.9)).find(nodes) != std::string::npos);
      BOOST_TEST(message_of(at(node, 0.9), at(45, 0.9)).find(nodes) != std::string::npos);
      BOOST_TEST(scaling_expectation(at(node, 0.9)) == nodes);
      BOOST_CHECK_THROW(area_scale(45, node), ConfigError);
      BOOST_CHECK_THROW(area_scale(node, 45), ConfigError);
    }
  }
  // The 65 nm polynomial has its lowest point at 4.398 / (2 x 3.755) V.
  BOOST_TEST(lowest_scaling_voltage(65).value() == 0.58562, tolerance(1e-4));
  const std::string volts = "a voltage from 0.586 to 1.3 V at 65 nm";
  for (const double voltage : {0.5, 1.31, 0.0, -1.0, nan}) {
    BOOST_TEST(message_of(at(65, voltage), at(45, 0.9)).find(volts) != std::string::npos);
  }
  BOOST_TEST(scaling_expectation(at(65, 1.0)).empty());
  BOOST_TEST(scaling_expectation(at(65, 1.3)).empty());
}

BOOST_AUTO_TEST_SUITE_END()
