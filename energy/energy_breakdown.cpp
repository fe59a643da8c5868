#include "energy/energy_breakdown.h"

namespace deltasim {

std::string_view to_string(EnergyComponent component) {
  if (component == EnergyComponent::kLeakage) return "leakage";
  if (component == EnergyComponent::kClock) return "clock";
  return to_string(static_cast<Component>(component));
}

std::string_view to_string(EnergyData data) {
  switch (data) {
    case EnergyData::kCompute:
      return "compute";
    case EnergyData::kRefresh:
      return "refresh";
    case EnergyData::kBackground:
      return "background";
    case EnergyData::kLeakage:
      return "leakage";
    case EnergyData::kClock:
      return "clock";
    default:
      return to_string(static_cast<DataKind>(data));
  }
}

EnergyData energy_data(Action action, DataKind kind) {
  switch (action) {
    case Action::kRead:
    case Action::kWrite:
    case Action::kActivate:
    case Action::kTransfer:
      return static_cast<EnergyData>(kind);
    case Action::kRefresh:
    case Action::kRefreshBank:
      return EnergyData::kRefresh;
    case Action::kActiveStandby:
    case Action::kPrechargedStandby:
    case Action::kActivePowerDown:
    case Action::kPrechargedPowerDown:
    case Action::kSelfRefresh:
      return EnergyData::kBackground;
    default:
      return EnergyData::kCompute;
  }
}

EnergyBreakdown& EnergyBreakdown::operator+=(const EnergyBreakdown& other) {
  for (std::size_t i = 0; i < cells_.size(); ++i) cells_[i] += other.cells_[i];
  return *this;
}

Picojoules EnergyBreakdown::of(EnergyComponent component) const {
  Picojoules sum;
  for (std::size_t d = 0; d < kEnergyData; ++d) sum += at(component, static_cast<EnergyData>(d));
  return sum;
}

Picojoules EnergyBreakdown::of(EnergyData data) const {
  Picojoules sum;
  for (std::size_t c = 0; c < kEnergyComponents; ++c) {
    sum += at(static_cast<EnergyComponent>(c), data);
  }
  return sum;
}

Picojoules EnergyBreakdown::total() const {
  Picojoules sum;
  for (std::size_t c = 0; c < kEnergyComponents; ++c) sum += of(static_cast<EnergyComponent>(c));
  return sum;
}

}  // namespace deltasim
