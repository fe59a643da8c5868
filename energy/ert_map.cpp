#include "energy/ert_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "energy/entry_fields.h"
#include "energy/ert_reader.h"
#include "energy/feature_size.h"

namespace deltasim {
namespace {

using Names = std::vector<std::string_view>;

/// A key of `components`: what of ours it stands for.
struct Target {
  std::string_view key;
  PricedComponent component;
  std::vector<DataKind> data;
};

const std::vector<Target>& targets() {
  using enum PricedComponent;
  using enum DataKind;
  static const std::vector<Target> all = {
      {"dram", kDram, {}},
      {"glb", kGlb, {}},
      {"rf", kRegisterFile, {}},
      {"rf_weight", kRegisterFile, {kWeight}},
      {"rf_activation", kRegisterFile, {DataKind::kActivation, kIndex}},
      {"rf_partial_sum", kRegisterFile, {kPartialSum, kState}},
      {"fifo", kFifo, {}},
      {"sram", kSram, {}},
      {"noc", kNoc, {}},
      {"pe", kPe, {}},
      {"delta_unit", kDeltaUnit, {}},
  };
  return all;
}

/// Under which names ERTs have an action of ours, the likeliest first, and whether a table cannot
/// do without. Others are looked up where the map names them.
struct KnownAction {
  PricedAction action;
  Names names;
  bool required;
};

std::vector<KnownAction> known_actions(PricedComponent component) {
  using enum PricedAction;
  const KnownAction read{kRead, {"read"}, true};
  const KnownAction write{kWrite, {"write", "update"}, true};
  switch (component) {
    case PricedComponent::kNoc:
      return {{kTransfer, {"transfer", "transfer_random"}, true}};
    case PricedComponent::kPe:
      return {{kMac, {"mac_random", "compute", "mac"}, true}, {kGatedMac, {"mac_gated"}, false}};
    case PricedComponent::kDeltaUnit:
      return {{kAccumulate, {}, false},
              {kQuantize, {}, false},
              {kEncode, {}, false},
              {kDecode, {}, false}};
    case PricedComponent::kDram:
      return {read, write, {kActivate, {}, false}, {kRefresh, {}, false}};
    default:
      return {read, write};
  }
}

/// What of an action's figures is taken.
enum class Figure { kAverage, kSmallest, kLargest };

Picojoules figure_of(const ErtAction& action, Figure figure) {
  if (figure == Figure::kSmallest) return action.smallest;
  return figure == Figure::kLargest ? action.largest : action.average;
}

class MapReader {
 public:
  MapReader(const ConfigNode& map, const std::filesystem::path& folder, std::string source)
      : map_(map) {
    const std::string file = map.required<std::string>("file");
    base_.source = std::move(source);
    base_.verified = map.required<bool>("verified");
    base_.node_nm = read_feature_size(map, "node");
    base_.voltage = read_voltage(map);
    if (map.has("cycle"))
      cycle_ = map.required<Seconds>("cycle", between(Seconds(1e-12), Seconds(1)));
    figure_ = map.choice<Figure>("figure",
                                 {{"average", Figure::kAverage},
                                  {"smallest", Figure::kSmallest},
                                  {"largest", Figure::kLargest}},
                                 Figure::kAverage);
    if (!file.empty()) ert_ = read_energy_reference_table(folder / file);
  }

  std::vector<MappedEntry> read() {
    const ConfigNode components = map_.child("components");
    for (const Target& target : targets()) {
      if (components.has(target.key)) read_component(components.child(target.key), target);
    }
    return std::move(entries_);
  }

 private:
  void read_component(const ConfigNode& node, const Target& target) {
    EnergyEntry entry = base_;
    entry.component = target.component;
    entry.data = target.data;
    entry.width = node.required<Bits>("width", between(Bits(1), Bits(65536)));
    if (is_memory(target.component)) {
      entry.capacity = node.maybe<Bytes>("capacity", at_least(Bytes(1)));
    }
    const bool moves = is_memory(target.component) || target.component == PricedComponent::kDram ||
                       target.component == PricedComponent::kNoc;
    entry.per_bits = moves;
    if (!moves) entry.any_width = node.optional<bool>("any_width", false);
    const ErtComponent* component = find_component(node);
    read_actions(node, entry, component);
    if (component != nullptr && cycle_) add_leakage(node, entry, *component);
  }

  const ErtComponent* find_component(const ConfigNode& node) const {
    const std::string name = node.required<std::string>("name");
    if (name.empty() || ert_.components.empty()) return nullptr;
    const ErtComponent* component = ert_.component(name);
    if (component != nullptr) return component;
    std::vector<std::string> names;
    for (const ErtComponent& candidate : ert_.components) names.push_back(candidate.name);
    node.reject("name", fmt::format("a component of {}: {}", ert_.file, fmt::join(names, ", ")),
                nearest(name, names));
    return nullptr;
  }

  /// Compared by the last part of a name too, for the parts before it are often left out.
  static std::string nearest(const std::string& name, const std::vector<std::string>& names) {
    const auto last_part = [](const std::string& whole) {
      const std::string bare = without_ranges(whole);
      return bare.substr(bare.rfind('.') + 1);
    };
    const std::string close = nearest_name(name, names);
    if (!close.empty()) return close;
    std::vector<std::string> parts;
    for (const std::string& candidate : names) parts.push_back(last_part(candidate));
    const auto found = std::ranges::find(parts, nearest_name(last_part(name), parts));
    return found == parts.end() ? "" : names[static_cast<std::size_t>(found - parts.begin())];
  }

  void read_actions(const ConfigNode& node, const EnergyEntry& entry,
                    const ErtComponent* component) {
    const auto given = node.maybe_child("actions");
    for (const KnownAction& known : known_actions(entry.component)) {
      const std::string key(to_string(known.action));
      if (given && given->has(key)) {
        const std::string name = given->required<std::string>(key);
        if (component == nullptr || name.empty()) continue;
        const ErtAction* action = component->action(name);
        if (action == nullptr) reject_action(*given, key, *component, name);
        if (action != nullptr) add(*given, entry, known.action, *component, *action);
      } else if (component != nullptr) {
        add_known(node, entry, known, *component);
      }
    }
  }

  void add_known(const ConfigNode& node, const EnergyEntry& entry, const KnownAction& known,
                 const ErtComponent& component) {
    for (const std::string_view name : known.names) {
      const ErtAction* action = component.action(name);
      if (action != nullptr) return add(node, entry, known.action, component, *action);
    }
    if (!known.required) return;
    node.reject("name",
                fmt::format("a component with the action {}, or its name under actions.{}; {} has: "
                            "{}",
                            fmt::join(known.names, " or "), to_string(known.action), component.name,
                            fmt::join(action_names(component), ", ")));
  }

  static std::vector<std::string> action_names(const ErtComponent& component) {
    std::vector<std::string> names;
    for (const ErtAction& action : component.actions) names.push_back(action.name);
    return names;
  }

  static void reject_action(const ConfigNode& actions, const std::string& key,
                            const ErtComponent& component, const std::string& name) {
    const std::vector<std::string> names = action_names(component);
    actions.reject(key, fmt::format("an action of {}: {}", component.name, fmt::join(names, ", ")),
                   nearest_name(name, names));
  }

  void add(const ConfigNode& place, EnergyEntry entry, PricedAction action,
           const ErtComponent& component, const ErtAction& figure) {
    entry.action = action;
    if (!moves_bits(action)) {
      entry.data.clear();
      entry.per_bits = false;
    }
    entry.note = fmt::format("{} of {}", figure.name, component.name);
    entry.energy = figure_of(figure, figure_);
    if (entry.energy.value() <= 0) entry.zero_because = "the ERT's figure is 0 pJ";
    entries_.push_back({place, std::move(entry)});
  }

  void add_leakage(const ConfigNode& place, EnergyEntry entry, const ErtComponent& component) {
    const ErtAction* leak = component.action("leak");
    const bool once = std::ranges::find(leaking_, component.name) == leaking_.end();
    if (leak == nullptr || !once) return;
    leaking_.push_back(component.name);
    entry.action = PricedAction::kLeak;
    entry.capacity.reset();
    entry.power = leak->average * component.instances() / *cycle_;
    entry.note = fmt::format("leak of {}, {} of them, a clock of {}", component.name,
                             component.instances(), print(*cycle_));
    if (entry.power.value() <= 0) entry.zero_because = "the ERT's leak is 0 pJ";
    entries_.push_back({place, std::move(entry)});
  }

  ConfigNode map_;
  EnergyReferenceTable ert_;
  EnergyEntry base_;
  std::optional<Seconds> cycle_;
  Figure figure_ = Figure::kAverage;
  std::vector<std::string> leaking_;
  std::vector<MappedEntry> entries_;
};

}  // namespace

std::vector<MappedEntry> read_ert_map(
    const ConfigNode& ert, const std::filesystem::path& folder,
    const std::function<std::string(const ConfigNode&)>& source_of) {
  return MapReader(ert, folder, source_of(ert)).read();
}

}  // namespace deltasim
