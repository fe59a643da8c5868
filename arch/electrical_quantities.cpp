#include "arch/electrical_quantities.h"

#include <array>

namespace deltasim {
namespace {

// Largest first: printing takes the first unit that suits.
constexpr std::array kCurrentUnits = {
    UnitSymbol{"A", 1, 0, true},
    UnitSymbol{"mA", 1, -3, true},
    UnitSymbol{"uA", 1, -6, true},
};
constexpr std::array kCapacitanceUnits = {
    UnitSymbol{"F", 1, 0, true},    UnitSymbol{"uF", 1, -6, true},  UnitSymbol{"nF", 1, -9, true},
    UnitSymbol{"pF", 1, -12, true}, UnitSymbol{"fF", 1, -15, true},
};
constexpr std::array kResistanceUnits = {
    UnitSymbol{"MOhm", 1, 6, true},
    UnitSymbol{"kOhm", 1, 3, true},
    UnitSymbol{"Ohm", 1, 0, true},
};

}  // namespace

const QuantityKind& AmperesKind::kind() {
  static constexpr QuantityKind kKind{"a current", "48 mA", 1e6, kCurrentUnits};
  return kKind;
}
const QuantityKind& FaradsKind::kind() {
  static constexpr QuantityKind kKind{"a capacitance", "1 pF", 1e3, kCapacitanceUnits};
  return kKind;
}
const QuantityKind& OhmsKind::kind() {
  static constexpr QuantityKind kKind{"a resistance", "240 Ohm", 1e12, kResistanceUnits};
  return kKind;
}

}  // namespace deltasim
