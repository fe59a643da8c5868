#include "arch/dvfs_sweep.h"

#include <algorithm>

namespace deltasim {

SweepMinimum find_minimum(const std::vector<ClockPoint>& points) {
  const auto least = std::min_element(
      points.begin(), points.end(),
      [](const ClockPoint& a, const ClockPoint& b) { return a.energy_pJ() < b.energy_pJ(); });
  SweepMinimum minimum{.point = static_cast<std::size_t>(least - points.begin()),
                       .interpolated = least != points.begin() && least + 1 != points.end(),
                       .clock_hz = least->clock_hz,
                       .voltage_V = least->voltage_V,
                       .energy_pJ = least->energy_pJ()};
  if (!minimum.interpolated) return minimum;
  // Newton's form: E(f) = e + slope (f - f1) + bend (f - f1) (f - f2), the vertex where E' = 0. The
  // least point lies below the line through its neighbours or on it.
  const double f1 = (least - 1)->clock_hz, f2 = least->clock_hz, f3 = (least + 1)->clock_hz;
  const double e1 = (least - 1)->energy_pJ(), e2 = least->energy_pJ(),
               e3 = (least + 1)->energy_pJ();
  const double slope = (e2 - e1) / (f2 - f1);
  const double bend = ((e3 - e2) / (f3 - f2) - slope) / (f3 - f1);
  if (!(bend > 0)) return minimum;
  minimum.clock_hz = (f1 + f2) / 2 - slope / (2 * bend);
  minimum.energy_pJ = e1 + slope * (minimum.clock_hz - f1) +
                      bend * (minimum.clock_hz - f1) * (minimum.clock_hz - f2);
  return minimum;
}

}  // namespace deltasim
