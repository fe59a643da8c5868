#include "energy/entry_fields.h"

#include <string>

#include "energy/feature_size.h"

namespace deltasim {

std::optional<Volts> read_voltage(const ConfigNode& node) {
  if (node.required<std::string>("voltage") == "not stated") return std::nullopt;
  return node.required<Volts>("voltage", between(Volts(0.1), Volts(100)));
}

TechnologyPoint read_technology_point(const ConfigNode& node) {
  const TechnologyPoint point{read_feature_size(node, "node"),
                              node.required<Volts>("voltage", between(Volts(0.1), Volts(100)))};
  if (point.node_nm == 0) return point;
  const std::string expectation = scaling_expectation(point);
  if (!expectation.empty()) node.reject_this(expectation);
  return point;
}

bool moves_bits(PricedAction action) {
  return action == PricedAction::kRead || action == PricedAction::kWrite ||
         action == PricedAction::kAccess || action == PricedAction::kTransfer;
}

bool is_command(PricedAction action) {
  return action == PricedAction::kClock || action == PricedAction::kActivate ||
         action == PricedAction::kRefresh ||
         (action >= PricedAction::kRefreshBank && action <= PricedAction::kSelfRefresh);
}

bool is_memory(PricedComponent component) {
  return component == PricedComponent::kGlb || component == PricedComponent::kRegisterFile ||
         component == PricedComponent::kStateMemory || component == PricedComponent::kFifo ||
         component == PricedComponent::kSram;
}

}  // namespace deltasim
