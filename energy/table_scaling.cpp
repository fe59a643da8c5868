#include "energy/table_scaling.h"

#include <array>
#include <cmath>
#include <utility>

namespace deltasim {

bool is_scalable(const EnergyEntry& entry) {
  return entry.component != PricedComponent::kDram &&
         entry.component != PricedComponent::kStateMemory && entry.action != PricedAction::kLeak &&
         entry.zero_because.empty();
}

Volts nominal_voltage(double node_nm) {
  constexpr std::array<std::pair<double, double>, 11> kNominal = {{{130, 1.3},
                                                                   {90, 1.2},
                                                                   {65, 1.1},
                                                                   {45, 1.0},
                                                                   {32, 0.9},
                                                                   {22, 0.8},
                                                                   {20, 0.9},
                                                                   {16, 0.85},
                                                                   {14, 0.8},
                                                                   {10, 0.75},
                                                                   {7, 0.7}}};
  std::pair<double, double> nearest = kNominal.front();
  const auto distance = [&](double node) { return std::abs(std::log(node / node_nm)); };
  for (const auto& candidate : kNominal) {
    if (distance(candidate.first) < distance(nearest.first)) nearest = candidate;
  }
  return Volts(nearest.second);
}

TechnologyPoint origin(double node_nm, const std::optional<Volts>& voltage) {
  return {node_nm, voltage.value_or(nominal_voltage(node_nm))};
}

void scale_entry(EnergyEntry& entry, const TechnologyPoint& from, const TechnologyPoint& to) {
  entry.energy = entry.energy * energy_scale(from, to);
  entry.scaling = scaling_note(from, to);
  if (!entry.voltage) {
    entry.scaling += "; voltage not stated, the node's nominal one taken";
    entry.verified = false;
  }
  entry.node_nm = to.node_nm;
  entry.voltage = to.voltage;
}

}  // namespace deltasim
