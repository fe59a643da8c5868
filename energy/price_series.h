#pragma once
// Figures at a few widths or capacities, and what lies between them.

#include <cstddef>
#include <string>
#include <vector>

#include "arch/quantities.h"

namespace deltasim {

/// A part of a price that one entry of the table is accountable for.
struct PricePart {
  std::size_t entry = 0;  ///< index into EnergyTable::entries
  Picojoules energy;      ///< of one unit (bit, bit-hop, operation, command)
};

/// The price of one unit, in parts; `missing` says what entry there would have to be, or is empty.
struct Price {
  std::vector<PricePart> parts;
  std::string missing;

  bool known() const { return missing.empty(); }
  Picojoules energy() const;
  /// Of every part alike, so that shares stay.
  void scale(double factor);
};

struct PricePoint {
  double x = 0;  ///< bits of width or bytes of capacity, above zero
  std::size_t entry = 0;
  Picojoules energy;  ///< above zero, or the only point
};

/// The price at `x`: a point's own where one is there, else on the straight line through its
/// neighbours in log-log. Between two points the price is shared out to both by nearness, so that
/// the parts always add up to the price. Empty where `x` lies outside and `extrapolation` is off.
std::vector<PricePart> price_at(std::vector<PricePoint> points, double x, bool extrapolation);

}  // namespace deltasim
