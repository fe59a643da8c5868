#include "energy/energy_prices.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "arch/errors.h"
#include "energy/energy_breakdown.h"

namespace deltasim {
namespace {

/// An operation that a datapath action is composed of, and its operands' width.
struct AluStep {
  PricedAction action;
  double width;  ///< bits; the geometric mean of two widths need not be whole
};

std::size_t index(Component component, Action action, DataKind kind) {
  return (static_cast<std::size_t>(component) * kActions + static_cast<std::size_t>(action)) *
             kDataKinds +
         static_cast<std::size_t>(kind);
}

bool exists(Component component, Action action) {
  switch (component) {
    case Component::kDram:
      return action == Action::kRead || action == Action::kWrite || action == Action::kActivate ||
             action == Action::kRefresh || action == Action::kRefreshBank ||
             energy_data(action, DataKind::kWeight) == EnergyData::kBackground;
    case Component::kGlb:
    case Component::kRegisterFile:
    case Component::kStateMemory:
      return action == Action::kRead || action == Action::kWrite;
    case Component::kNoc:
      return action == Action::kTransfer;
    case Component::kPe:
      return action == Action::kMac || action == Action::kGatedMac;
    case Component::kDeltaUnit:
      return action == Action::kAccumulate || action == Action::kQuantize ||
             action == Action::kEncode || action == Action::kDecode;
  }
  return false;
}

template <typename Visit>
void for_each_counted(Visit visit) {
  for (std::size_t c = 0; c < kComponents; ++c) {
    for (std::size_t a = 0; a < kActions; ++a) {
      for (std::size_t k = 0; k < kDataKinds; ++k) {
        const auto component = static_cast<Component>(c);
        const auto action = static_cast<Action>(a);
        if (exists(component, action)) visit(component, action, static_cast<DataKind>(k));
      }
    }
  }
}

PricedComponent priced(Component component) { return static_cast<PricedComponent>(component); }

PricedAction priced(Action action) {
  switch (action) {
    case Action::kRead:
      return PricedAction::kRead;
    case Action::kWrite:
      return PricedAction::kWrite;
    case Action::kActivate:
      return PricedAction::kActivate;
    case Action::kRefresh:
      return PricedAction::kRefresh;
    case Action::kTransfer:
      return PricedAction::kTransfer;
    case Action::kMac:
      return PricedAction::kMac;
    case Action::kGatedMac:
      return PricedAction::kGatedMac;
    case Action::kAccumulate:
      return PricedAction::kAccumulate;
    case Action::kQuantize:
      return PricedAction::kQuantize;
    case Action::kEncode:
      return PricedAction::kEncode;
    case Action::kDecode:
      return PricedAction::kDecode;
    case Action::kRefreshBank:
      return PricedAction::kRefreshBank;
    case Action::kActiveStandby:
      return PricedAction::kActiveStandby;
    case Action::kPrechargedStandby:
      return PricedAction::kPrechargedStandby;
    case Action::kActivePowerDown:
      return PricedAction::kActivePowerDown;
    case Action::kPrechargedPowerDown:
      return PricedAction::kPrechargedPowerDown;
    case Action::kSelfRefresh:
      return PricedAction::kSelfRefresh;
  }
  return PricedAction::kRead;
}

bool is_access(PricedAction action) {
  return action == PricedAction::kRead || action == PricedAction::kWrite;
}

/// Looks prices up in one table for one accelerator.
class PriceFinder {
 public:
  PriceFinder(const EnergyTable& table, const AcceleratorSpec& spec) : table_(table), spec_(spec) {}

  Price find(Component component, Action action, DataKind kind) const {
    switch (component) {
      case Component::kGlb:
        return memory_price(PricedComponent::kGlb, action, spec_.glb.capacity);
      case Component::kRegisterFile:
        return memory_price(PricedComponent::kRegisterFile, action,
                            register_file_capacity(spec_.pe_array, kind));
      case Component::kPe:
      case Component::kDeltaUnit:
        return datapath_price(component, action);
      default:
        return flat_price(priced(component), priced(action));
    }
  }

 private:
  /// The entries for an action, those for "access" included.
  template <typename Suits>
  std::vector<std::size_t> entries_for(PricedComponent component, PricedAction action,
                                       Suits suits) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < table_.entries.size(); ++i) {
      const EnergyEntry& entry = table_.entries[i];
      const bool acts =
          entry.action == action || (entry.action == PricedAction::kAccess && is_access(action));
      if (entry.component == component && acts && suits(entry)) found.push_back(i);
    }
    return found;
  }
  std::vector<std::size_t> entries_for(PricedComponent component, PricedAction action) const {
    return entries_for(component, action, [](const EnergyEntry&) { return true; });
  }

  Price one_entry(std::size_t entry, double units) const {
    return {{{entry, Picojoules(table_.entries[entry].energy_per_unit() * units)}}, {}};
  }

  Price missing(std::string_view what) const { return {{}, std::string(what)}; }

  /// DRAM and NoC: the same energy wherever it is spent. An entry for the very topology goes
  /// before one for all.
  Price flat_price(PricedComponent component, PricedAction action) const {
    const auto of_topology = entries_for(component, action, [&](const EnergyEntry& entry) {
      return entry.topology == spec_.noc.topology;
    });
    if (!of_topology.empty()) return one_entry(of_topology.front(), 1);
    const auto of_all =
        entries_for(component, action, [](const EnergyEntry& entry) { return !entry.topology; });
    if (!of_all.empty()) return one_entry(of_all.front(), 1);
    if (component != PricedComponent::kNoc) {
      return missing(fmt::format("{} {}", to_string(component), to_string(action)));
    }
    return missing(fmt::format("noc transfer, topology {}", to_string(spec_.noc.topology)));
  }

  Price memory_price(PricedComponent component, Action action, Bytes capacity) const {
    auto entries = entries_for(component, priced(action));
    if (entries.empty()) entries = entries_for(PricedComponent::kSram, priced(action));
    const std::string what =
        fmt::format("{} {}, {}", to_string(component), to_string(action), print(capacity));
    if (entries.empty()) return missing(what);
    if (!table_.entries[entries.front()].capacity) return one_entry(entries.front(), 1);
    std::vector<PricePoint> points;
    for (const std::size_t i : entries) {
      const EnergyEntry& entry = table_.entries[i];
      points.push_back({static_cast<double>(entry.capacity.value_or(Bytes(1)).value()), i,
                        Picojoules(entry.energy_per_unit())});
    }
    return within(std::move(points), static_cast<double>(capacity.value()), what);
  }

  Price within(std::vector<PricePoint> points, double x, const std::string& what) const {
    Price price{price_at(std::move(points), x, table_.extrapolation), {}};
    if (!price.parts.empty()) return price;
    return missing(what + " (beyond the entries there are; \"extrapolation: true\" allows it)");
  }

  /// A datapath action's own entry, else the sum of its arithmetic.
  Price datapath_price(Component component, Action action) const {
    const std::string what = fmt::format("{} {}", to_string(component), to_string(action));
    const auto entries = entries_for(priced(component), priced(action));
    if (!entries.empty()) return operation_price(entries, own_width(action), what);
    Price sum;
    for (const AluStep& step : steps(action)) {
      const Price part = operation_price(entries_for(PricedComponent::kAlu, step.action),
                                         step.width, fmt::format("alu {}", to_string(step.action)));
      if (!part.known()) return missing(fmt::format("{}, nor {}", what, part.missing));
      sum.parts.insert(sum.parts.end(), part.parts.begin(), part.parts.end());
    }
    return sum.parts.empty() ? missing(what) : sum;
  }

  Price operation_price(const std::vector<std::size_t>& entries, double width,
                        const std::string& what) const {
    const std::string at_width = fmt::format("{}, {:.4g} bit", what, width);
    if (entries.empty()) return missing(at_width);
    const EnergyEntry& first = table_.entries[entries.front()];
    if (first.per_bits) return one_entry(entries.front(), width);
    if (first.any_width || !first.zero_because.empty()) return one_entry(entries.front(), 1);
    std::vector<PricePoint> points;
    for (const std::size_t i : entries) {
      const EnergyEntry& entry = table_.entries[i];
      points.push_back({static_cast<double>(entry.width.value()), i, entry.energy});
    }
    return within(std::move(points), width, at_width);
  }

  /// A multiplier's energy grows with the product of its operands' widths.
  double multiplier_width() const {
    const PeArraySpec& array = spec_.pe_array;
    return std::sqrt(static_cast<double>(array.weight_bits.value()) *
                     static_cast<double>(array.activation_bits.value()));
  }

  double own_width(Action action) const {
    if (action == Action::kMac || action == Action::kGatedMac) return multiplier_width();
    if (action == Action::kEncode) return bits(spec_.pe_array.activation_bits);
    return bits(spec_.state.bits);
  }

  static double bits(Bits width) { return static_cast<double>(width.value()); }

  std::vector<AluStep> steps(Action action) const {
    const double sum = bits(spec_.pe_array.partial_sum_bits);
    const double state = bits(spec_.state.bits);
    const double activation = bits(spec_.pe_array.activation_bits);
    switch (action) {
      case Action::kMac:
        return {{PricedAction::kMultiply, multiplier_width()}, {PricedAction::kAdd, sum}};
      case Action::kAccumulate:
        return {{PricedAction::kAdd, std::max(sum, state)}};
      case Action::kQuantize:
        return {{PricedAction::kCompare, state},        // ReLU
                {PricedAction::kAdd, state},            // rounding
                {PricedAction::kAdd, activation},       // difference to the previous frame
                {PricedAction::kCompare, activation}};  // is it zero?
      default:
        return {};
    }
  }

  const EnergyTable& table_;
  const AcceleratorSpec& spec_;
};

std::vector<std::size_t> find_leakage(const EnergyTable& table) {
  std::vector<std::size_t> entries;
  for (std::size_t i = 0; i < table.entries.size(); ++i) {
    if (table.entries[i].action == PricedAction::kLeak) entries.push_back(i);
  }
  return entries;
}

}  // namespace

Bytes register_file_capacity(const PeArraySpec& array, DataKind kind) {
  switch (kind) {
    case DataKind::kWeight:
      return array.weight_memory;
    case DataKind::kPartialSum:
    case DataKind::kState:
      return array.partial_sum_memory;
    default:
      return to_bytes_rounded_up(array.activation_bits * array.fifo_depth);
  }
}

Picojoules Price::energy() const {
  Picojoules sum;
  for (const PricePart& part : parts) sum += part.energy;
  return sum;
}

EnergyPrices::EnergyPrices(EnergyTable table, const AcceleratorSpec& spec)
    : table_(std::move(table)),
      leakage_entries_(find_leakage(table_)),
      gates_(spec.pe_array.zero_handling == ZeroHandling::kGate) {
  if (leakage_entries_.empty()) {
    throw ConfigError(table_.file,
                      "no entry for leakage; one with zero_because says that it is "
                      "not modelled");
  }
  const PriceFinder finder(table_, spec);
  for_each_counted([&](Component component, Action action, DataKind kind) {
    prices_[index(component, action, kind)] = finder.find(component, action, kind);
  });
}

const Price& EnergyPrices::at(Component component, Action action, DataKind kind) const {
  DELTASIM_INVARIANT(exists(component, action), "a count is of an action that its component has");
  const Price& price = prices_[index(component, action, kind)];
  if (!price.known()) throw ConfigError(table_.file, "no entry for " + price.missing);
  return price;
}

void EnergyPrices::require_complete() const {
  const auto may_count = [&](Component component, Action action) {
    if (action == Action::kGatedMac) return gates_;
    // Not simulated yet.
    return component != Component::kStateMemory && action < Action::kDecode;
  };
  std::set<std::string> missing;
  for_each_counted([&](Component component, Action action, DataKind kind) {
    const Price& price = prices_[index(component, action, kind)];
    if (!price.known() && may_count(component, action)) missing.insert(price.missing);
  });
  std::vector<Fault> faults;
  for (const std::string& entry : missing) {
    Fault& fault = faults.emplace_back();
    fault.file = table_.file;
    fault.found = "no entry for " + entry;
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
}

Watts EnergyPrices::leakage() const {
  Watts sum;
  for (const std::size_t entry : leakage_entries_) sum += table_.entries[entry].power;
  return sum;
}

}  // namespace deltasim
