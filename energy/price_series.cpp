#include "energy/price_series.h"

#include <algorithm>
#include <cmath>

namespace deltasim {
namespace {

/// How far `x` is on the way from `low` to `high` in log: 0 to 1 between them.
double position(const PricePoint& low, const PricePoint& high, double x) {
  return std::log(x / low.x) / std::log(high.x / low.x);
}

Picojoules on_the_line(const PricePoint& low, const PricePoint& high, double t) {
  return Picojoules(low.energy.value() * std::pow(high.energy / low.energy, t));
}

}  // namespace

Picojoules Price::energy() const {
  Picojoules sum;
  for (const PricePart& part : parts) sum += part.energy;
  return sum;
}

void Price::scale(double factor) {
  for (PricePart& part : parts) part.energy = part.energy * factor;
}

std::vector<PricePart> price_at(std::vector<PricePoint> points, double x, bool extrapolation) {
  std::ranges::sort(points, {}, &PricePoint::x);
  const auto above = std::ranges::lower_bound(points, x, {}, &PricePoint::x);
  if (above != points.end() && above->x == x) return {{above->entry, above->energy}};
  const bool outside = above == points.begin() || above == points.end();
  if (outside && (!extrapolation || points.size() < 2)) return {};

  if (above == points.begin()) {
    return {
        {points[0].entry, on_the_line(points[0], points[1], position(points[0], points[1], x))}};
  }
  if (above == points.end()) {
    const PricePoint& last = points.back();
    const PricePoint& before = points[points.size() - 2];
    return {{last.entry, on_the_line(before, last, position(before, last, x))}};
  }
  const PricePoint& low = *std::prev(above);
  const double t = position(low, *above, x);
  const Picojoules price = on_the_line(low, *above, t);
  return {{low.entry, price * (1 - t)}, {above->entry, price * t}};
}

}  // namespace deltasim
