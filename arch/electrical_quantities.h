#pragma once
// Quantities that only data sheets use: currents, capacitances and resistances.

#include "arch/quantities.h"

namespace deltasim {

struct AmperesKind {
  using Rep = double;
  static const QuantityKind& kind();
};
struct FaradsKind {
  using Rep = double;
  static const QuantityKind& kind();
};
struct OhmsKind {
  using Rep = double;
  static const QuantityKind& kind();
};

using Amperes = Quantity<AmperesKind>;
using Farads = Quantity<FaradsKind>;
using Ohms = Quantity<OhmsKind>;

constexpr Watts operator*(Volts voltage, Amperes current) {
  return Watts(voltage.value() * current.value());
}

}  // namespace deltasim
