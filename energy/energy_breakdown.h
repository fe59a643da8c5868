#pragma once
// Energy by component and kind of data. Every sum is taken over the same cells in the same order.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "arch/activity.h"
#include "arch/quantities.h"

namespace deltasim {

/// The keys of by_component in result.json: the counted components, then "leakage" and "clock",
/// the clock network where the table prices it.
enum class EnergyComponent : std::uint8_t {
  kDram,
  kGlb,
  kNoc,
  kPe,
  kRegisterFile,
  kDeltaUnit,
  kStateMemory,
  kLeakage,
  kClock,
};
inline constexpr std::size_t kEnergyComponents = kComponents + 2;
std::string_view to_string(EnergyComponent component);

/// The keys of by_data in result.json: the kinds of data that are moved, then what belongs to
/// none: "compute" (operations of PEs and delta unit), "refresh", "background" (of the DRAM),
/// "leakage" and "clock".
enum class EnergyData : std::uint8_t {
  kWeight,
  kActivation,
  kPartialSum,
  kState,
  kIndex,
  kCompute,
  kRefresh,
  kBackground,
  kLeakage,
  kClock,
};
inline constexpr std::size_t kEnergyData = kDataKinds + 5;
std::string_view to_string(EnergyData data);

/// Which key of by_data a count belongs to.
EnergyData energy_data(Action action, DataKind kind);

class EnergyBreakdown {
 public:
  void add(EnergyComponent component, EnergyData data, Picojoules energy) {
    cells_[index(component, data)] += energy;
  }
  EnergyBreakdown& operator+=(const EnergyBreakdown& other);

  Picojoules at(EnergyComponent component, EnergyData data) const {
    return cells_[index(component, data)];
  }
  Picojoules of(EnergyComponent component) const;
  Picojoules of(EnergyData data) const;
  /// The sum over components. Differs from the sum over data by rounding only.
  Picojoules total() const;

  bool operator==(const EnergyBreakdown&) const = default;

 private:
  static std::size_t index(EnergyComponent component, EnergyData data) {
    return static_cast<std::size_t>(component) * kEnergyData + static_cast<std::size_t>(data);
  }
  std::array<Picojoules, kEnergyComponents * kEnergyData> cells_{};
};

}  // namespace deltasim
