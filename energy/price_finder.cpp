#include "energy/price_finder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace deltasim {
namespace {

Price missing(std::string_view what) { return {{}, std::string(what)}; }

double bits(Bits width) { return static_cast<double>(width.value()); }

constexpr std::size_t kPricedComponents = static_cast<std::size_t>(PricedComponent::kChip) + 1;
constexpr std::size_t kPricedActions = static_cast<std::size_t>(PricedAction::kLeak) + 1;

std::size_t place_of(PricedComponent component, PricedAction action) {
  return static_cast<std::size_t>(component) * kPricedActions + static_cast<std::size_t>(action);
}

}  // namespace

PriceFinder::PriceFinder(const EnergyTable& table, const AcceleratorSpec& spec)
    : table_(table), spec_(spec), entries_(kPricedComponents * kPricedActions) {
  for (std::size_t i = 0; i < table.entries.size(); ++i) {
    const EnergyEntry& entry = table.entries[i];
    entries_[place_of(entry.component, entry.action)].push_back(i);
    if (entry.action != PricedAction::kAccess) continue;
    for (const PricedAction part : {PricedAction::kRead, PricedAction::kWrite}) {
      entries_[place_of(entry.component, part)].push_back(i);
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

Price PriceFinder::find(Component component, Action action, DataKind kind) const {
  switch (component) {
    case Component::kGlb:
      return memory_price({PricedComponent::kGlb, PricedComponent::kSram}, action, kind,
                          spec_.glb.capacity);
    case Component::kRegisterFile:
      return register_file_price(action, kind);
    case Component::kStateMemory:
      return state_memory_price(action, kind);
    case Component::kPe:
    case Component::kDeltaUnit:
      return datapath_price(component, action);
    default:
      return flat_price(priced(component), priced(action), kind);
  }
}

const std::vector<std::size_t>& PriceFinder::entries_for(PricedComponent component,
                                                         PricedAction action) const {
  return entries_[place_of(component, action)];
}

std::vector<std::size_t> PriceFinder::entries_moving(PricedComponent component, PricedAction action,
                                                     DataKind kind) const {
  std::vector<std::size_t> naming, any;
  for (const std::size_t i : entries_for(component, action)) {
    const EnergyEntry& entry = table_.entries[i];
    if (entry.names(kind)) naming.push_back(i);
    if (entry.data.empty()) any.push_back(i);
  }
  return naming.empty() ? any : naming;
}

Price PriceFinder::one_entry(std::size_t entry, double units) const {
  return {{{entry, Picojoules(table_.entries[entry].energy_per_unit() * units)}}, {}};
}

template <typename What>
Price PriceFinder::within(std::vector<PricePoint> points, double x, const What& what) const {
  Price price{price_at(std::move(points), x, table_.extrapolation), {}};
  if (!price.parts.empty()) return price;
  return missing(what() + " (beyond the entries there are; \"extrapolation: true\" allows it)");
}

template <typename What>
Price PriceFinder::operation_price(const std::vector<std::size_t>& entries, double width,
                                   const What& what) const {
  const auto at_width = [&] { return fmt::format("{}, {:.4g} bit", what(), width); };
  if (entries.empty()) return missing(at_width());
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

Price PriceFinder::flat_price(PricedComponent component, PricedAction action, DataKind kind) const {
  const auto entries = entries_moving(component, action, kind);
  for (const auto& topology : {std::optional(spec_.noc.topology), std::optional<NocTopology>()}) {
    for (const std::size_t i : entries) {
      if (table_.entries[i].topology == topology) return one_entry(i, 1);
    }
  }
  const bool in_flat_price =
      action >= PricedAction::kRefreshBank && action <= PricedAction::kSelfRefresh;
  if (component == PricedComponent::kDram && table_.dram == DramEnergyModel::kCurrents) {
    return current_not_stated(action);
  }
  if (component == PricedComponent::kDram && in_flat_price) return contained(action);
  if (component != PricedComponent::kNoc) {
    return missing(fmt::format("{} {}", to_string(component), to_string(action)));
  }
  return missing(fmt::format("noc transfer, topology {}", to_string(spec_.noc.topology)));
}

Price PriceFinder::current_not_stated(PricedAction action) const {
  const auto gap =
      std::ranges::find(table_.dram_gaps, action, &std::pair<PricedAction, std::string>::first);
  const std::string what = gap == table_.dram_gaps.end() ? "a current" : gap->second;
  return missing(fmt::format("dram {}: not stated: {}", to_string(action), what));
}

Price PriceFinder::contained(PricedAction action) const {
  const auto refresh = entries_for(PricedComponent::kDram, PricedAction::kRefresh);
  const bool free = !refresh.empty() && (action != PricedAction::kRefreshBank ||
                                         !table_.entries[refresh.front()].zero_because.empty());
  return free ? one_entry(refresh.front(), 0) : missing(fmt::format("dram {}", to_string(action)));
}

/// In an event-driven array activations and their indices wait in queues.
Price PriceFinder::register_file_price(Action action, DataKind kind) const {
  using enum PricedComponent;
  const Bytes capacity = register_file_capacity(spec_.pe_array, kind);
  const bool queued = kind == DataKind::kActivation || kind == DataKind::kIndex;
  if (queued && spec_.pe_array.dataflow == Dataflow::kEventDriven) {
    return memory_price({kFifo, kRegisterFile, kSram}, action, kind, capacity);
  }
  return memory_price({kRegisterFile, kSram}, action, kind, capacity);
}

Price PriceFinder::memory_price(std::initializer_list<PricedComponent> components, Action action,
                                DataKind kind, Bytes capacity) const {
  std::vector<std::size_t> entries;
  for (const PricedComponent component : components) {
    if (entries.empty()) entries = entries_moving(component, priced(action), kind);
  }
  const auto what = [&] {
    return fmt::format("{} {}, {}", to_string(*components.begin()), to_string(action),
                       print(capacity));
  };
  if (entries.empty()) return missing(what());
  if (!table_.entries[entries.front()].capacity) return one_entry(entries.front(), 1);
  std::vector<PricePoint> points;
  for (const std::size_t i : entries) {
    const EnergyEntry& entry = table_.entries[i];
    points.push_back({static_cast<double>(entry.capacity.value_or(Bytes(1)).value()), i,
                      Picojoules(entry.energy_per_unit())});
  }
  return within(std::move(points), static_cast<double>(capacity.value()), what);
}

Price PriceFinder::state_memory_price(Action action, DataKind kind) const {
  const MemorySpec* memory = spec_.state_memory();
  if (memory == nullptr) return missing("state_memory, where no state lives");
  return memory_price({PricedComponent::kStateMemory}, action, kind, memory->bank_capacity());
}

Price PriceFinder::datapath_price(Component component, Action action) const {
  const auto what = [&] { return fmt::format("{} {}", to_string(component), to_string(action)); };
  const auto& entries = entries_for(priced(component), priced(action));
  if (!entries.empty()) return operation_price(entries, own_width(action), what);
  Price sum;
  for (const AluStep& step : steps(action)) {
    const Price part =
        operation_price(entries_for(PricedComponent::kAlu, step.action), step.width,
                        [&] { return fmt::format("alu {}", to_string(step.action)); });
    if (!part.known()) return missing(fmt::format("{}, nor {}", what(), part.missing));
    sum.parts.insert(sum.parts.end(), part.parts.begin(), part.parts.end());
  }
  return sum.parts.empty() ? missing(what()) : sum;
}

double PriceFinder::multiplier_width() const {
  const PeArraySpec& array = spec_.pe_array;
  return std::sqrt(static_cast<double>(array.weight_bits.value()) *
                   static_cast<double>(array.activation_bits.value()));
}

double PriceFinder::own_width(Action action) const {
  if (action == Action::kMac || action == Action::kGatedMac) return multiplier_width();
  if (action == Action::kEncode || action == Action::kDecode)
    return bits(spec_.pe_array.activation_bits);
  return bits(spec_.state.bits);
}

std::vector<PriceFinder::AluStep> PriceFinder::steps(Action action) const {
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

}  // namespace deltasim
