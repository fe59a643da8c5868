#include "arch/temperature.h"

#include <array>

namespace deltasim {
namespace {

constexpr double kBeyondAnyChip = 1e6;
constexpr std::array kTemperatureUnits = {UnitSymbol{"K", 1, 0, true}};

}  // namespace

const QuantityKind& KelvinsKind::kind() {
  static constexpr QuantityKind kKind{"a temperature", "300 K", kBeyondAnyChip, kTemperatureUnits};
  return kKind;
}

}  // namespace deltasim
