#include "arch/square_millimetres.h"

#include <array>

namespace deltasim {
namespace {

constexpr std::array kAreaUnits = {
    UnitSymbol{"mm2", 1, 0, true},
    UnitSymbol{"um2", 1, -6, true},
};

}  // namespace

const QuantityKind& SquareMillimetresKind::kind() {
  static constexpr QuantityKind kKind{"an area", "0.5 mm2", 1e6, kAreaUnits};
  return kKind;
}

}  // namespace deltasim
