#include "energy/technology_scaling.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "arch/errors.h"

namespace deltasim {
namespace {

constexpr std::size_t kNodes = 10;

constexpr std::array<double, kNodes> kNodeNm = {130, 90, 65, 45, 32, 20, 16, 14, 10, 7};

struct Polynomial {
  double a, b, c;
  double at(Volts voltage) const { return (a * voltage.value() + b) * voltage.value() + c; }
  double lowest_point() const { return -b / (2 * a); }
};

// Coefficients and area factors as in Accelergy-Project/accelergy-library-plug-in at ba4e9dac,
// scaling.py, which quotes the paper's tables. Energy is in units of its own: ratios count.
constexpr std::array<Polynomial, kNodes> kEnergy = {{{7.171, -6.709, 2.904},
                                                     {4.762, -4.781, 2.092},
                                                     {3.755, -4.398, 1.975},
                                                     {1.103, -0.362, 0.2767},
                                                     {0.9559, -0.7823, 0.471},
                                                     {0.373, -0.1582, 0.04104},
                                                     {0.2958, -0.1241, 0.03024},
                                                     {0.2363, -0.09675, 0.02239},
                                                     {0.2068, -0.09311, 0.02375},
                                                     {0.1776, -0.09097, 0.02447}}};

/// From the row's node to the column's.
constexpr std::array<std::array<double, kNodes>, kNodes> kArea = {
    {{1, 0.44, 0.23, 0.16, 0.072, 0.033, 0.03, 0.027, 0.016, 0.0092},
     {2.3, 1, 0.53, 0.35, 0.16, 0.075, 0.067, 0.061, 0.036, 0.021},
     {4.3, 1.9, 1, 0.66, 0.31, 0.14, 0.13, 0.12, 0.068, 0.039},
     {6.4, 2.8, 1.5, 1, 0.46, 0.21, 0.19, 0.17, 0.1, 0.059},
     {14, 6.1, 3.3, 2.2, 1, 0.46, 0.41, 0.38, 0.22, 0.13},
     {30, 13, 7.1, 4.7, 2.2, 1, 0.89, 0.82, 0.48, 0.28},
     {34, 15, 7.9, 5.3, 2.4, 1.1, 1, 0.91, 0.54, 0.31},
     {37, 16, 8.7, 5.8, 2.7, 1.2, 1.1, 1, 0.59, 0.34},
     {63, 28, 15, 9.8, 4.5, 2.1, 1.9, 1.7, 1, 0.58},
     {110, 48, 25, 17, 7.8, 3.6, 3.2, 2.9, 1.7, 1}}};

constexpr Volts kHighestVoltage(1.3);

/// A node between two of the paper's, or at one of them (both are that one then).
struct Place {
  std::size_t larger, smaller;
  double t;  ///< 0 at the larger node, 1 at the smaller one, in log
  bool tabulated() const { return larger == smaller; }
};

bool covered(double node_nm) { return node_nm >= kNodeNm.back() && node_nm <= kNodeNm.front(); }

std::string node_expectation() {
  return fmt::format("a node from {:g} to {:g} nm ({:g})", kNodeNm.back(), kNodeNm.front(),
                     fmt::join(kNodeNm, ", "));
}

Place place_of(double node_nm) {
  if (!covered(node_nm)) {
    throw ConfigError(Fault{.key_path = "node",
                            .found = fmt::format("{:g} nm", node_nm),
                            .expected = node_expectation()});
  }
  const auto smaller = std::ranges::lower_bound(kNodeNm, node_nm, std::greater<>());
  const auto s = static_cast<std::size_t>(smaller - kNodeNm.begin());
  if (*smaller == node_nm) return {s, s, 0};
  return {s - 1, s, std::log(kNodeNm[s - 1] / node_nm) / std::log(kNodeNm[s - 1] / kNodeNm[s])};
}

/// Between two positive figures, on the straight line of their logarithms.
double between_logs(double low, double high, double t) { return low * std::pow(high / low, t); }

double relative_energy(const TechnologyPoint& point) {
  const Place place = place_of(point.node_nm);
  const double larger = kEnergy[place.larger].at(point.voltage);
  return place.tabulated()
             ? larger
             : between_logs(larger, kEnergy[place.smaller].at(point.voltage), place.t);
}

void require_covered(const TechnologyPoint& point) {
  const std::string expected = scaling_expectation(point);
  if (expected.empty()) return;
  throw ConfigError(
      Fault{.key_path = "technology",
            .found = fmt::format("{:g} nm, {:g} V", point.node_nm, point.voltage.value()),
            .expected = expected});
}

std::string interpolation_note(double node_nm) {
  const Place place = place_of(node_nm);
  if (place.tabulated()) return "";
  return fmt::format("{:g} nm is interpolated between {:g} and {:g} nm", node_nm,
                     kNodeNm[place.larger], kNodeNm[place.smaller]);
}

}  // namespace

std::span<const double> scaling_nodes() { return kNodeNm; }

Volts lowest_scaling_voltage(double node_nm) {
  const Place place = place_of(node_nm);
  return Volts(
      std::max(kEnergy[place.larger].lowest_point(), kEnergy[place.smaller].lowest_point()));
}

Volts highest_scaling_voltage() { return kHighestVoltage; }

std::string scaling_expectation(const TechnologyPoint& point) {
  if (!covered(point.node_nm)) return node_expectation();
  const Volts lowest = lowest_scaling_voltage(point.node_nm);
  if (point.voltage >= lowest && point.voltage <= kHighestVoltage) return "";
  return fmt::format(
      "a voltage from {:.3f} to {:g} V at {:g} nm, where the fit of energy to voltage "
      "holds",
      lowest.value(), kHighestVoltage.value(), point.node_nm);
}

double energy_scale(const TechnologyPoint& from, const TechnologyPoint& to) {
  require_covered(from);
  require_covered(to);
  return relative_energy(to) / relative_energy(from);
}

double area_scale(double from_nm, double to_nm) {
  const Place from = place_of(from_nm);
  const Place to = place_of(to_nm);
  // The paper's factors there and back do not cancel out in full: two digits.
  if (from_nm == to_nm) return 1;
  const auto of_row = [&](std::size_t row) {
    return between_logs(kArea[row][to.larger], kArea[row][to.smaller], to.t);
  };
  return between_logs(of_row(from.larger), of_row(from.smaller), from.t);
}

std::string scaling_note(const TechnologyPoint& from, const TechnologyPoint& to) {
  std::string note =
      fmt::format("scaled from {:g} nm, {:g} V to {:g} nm, {:g} V by Stillmaker & Baas",
                  from.node_nm, from.voltage.value(), to.node_nm, to.voltage.value());
  std::vector<std::string> interpolated;
  for (const double node : {from.node_nm, to.node_nm}) {
    const std::string text = interpolation_note(node);
    if (!text.empty()) interpolated.push_back(text);
  }
  if (from.node_nm == to.node_nm && interpolated.size() == 2) interpolated.pop_back();
  if (!interpolated.empty()) note += fmt::format(" ({})", fmt::join(interpolated, "; "));
  return note;
}

}  // namespace deltasim
