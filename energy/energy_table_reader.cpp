#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "arch/config_reader.h"
#include "energy/energy_table.h"
#include "energy/energy_table_reader.h"
#include "energy/entry_fields.h"
#include "energy/ert_map.h"
#include "energy/feature_size.h"
#include "energy/sram_choice.h"
#include "energy/table_overrides.h"
#include "energy/table_scaling.h"

namespace deltasim {
namespace {

constexpr std::size_t kMostEntries = 10'000;

template <typename Enum>
ConfigNode::Choices<Enum> named(Enum last) {
  ConfigNode::Choices<Enum> choices;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    choices.emplace_back(to_string(static_cast<Enum>(i)), static_cast<Enum>(i));
  }
  return choices;
}

std::vector<PricedAction> actions_of(PricedComponent component) {
  using enum PricedAction;
  switch (component) {
    case PricedComponent::kDram:
      return {kRead,
              kWrite,
              kAccess,
              kActivate,
              kRefresh,
              kRefreshBank,
              kActiveStandby,
              kPrechargedStandby,
              kActivePowerDown,
              kPrechargedPowerDown,
              kSelfRefresh,
              kLeak};
    case PricedComponent::kGlb:
      return {kRead, kWrite, kAccess, kClock, kLeak};
    case PricedComponent::kRegisterFile:
    case PricedComponent::kStateMemory:
      return {kRead, kWrite, kAccess, kLeak};
    case PricedComponent::kFifo:
    case PricedComponent::kSram:
      return {kRead, kWrite, kAccess};
    case PricedComponent::kNoc:
      return {kTransfer, kLeak};
    case PricedComponent::kPe:
      return {kMac, kGatedMac, kClock, kLeak};
    case PricedComponent::kDeltaUnit:
      return {kAccumulate, kQuantize, kEncode, kDecode, kLeak};
    case PricedComponent::kAlu:
      return {kMultiply, kAdd, kCompare};
    case PricedComponent::kChip:
      return {kClock, kLeak};
  }
  return {};
}

/// What a ratio of 1 stands for, in tables that give ratios.
struct Reference {
  Picojoules energy;
  std::string source;
  bool verified = false;
  std::optional<TechnologyPoint> origin;  ///< of its energy, where that is not the ratio's
};

class TableReader {
 public:
  /// @param folder where the table lies
  /// @param scale_to goes before the table's own
  /// @param known need not be read; null: nothing is known
  TableReader(const ConfigNode& root, std::filesystem::path folder,
              const std::optional<TechnologyPoint>& scale_to, const KnownEntries* known)
      : root_(root), folder_(std::move(folder)), scale_to_(scale_to), known_(known) {}

  EnergyTable read() {
    EnergyTable table;
    table.name = root_.required<std::string>("name");
    table.description = root_.optional<std::string>("description", "");
    table.extrapolation = root_.optional<bool>("extrapolation", false);
    if (const auto models = root_.maybe_child("models")) {
      table.dram = models->choice("dram", named(DramEnergyModel::kCurrents), table.dram);
      table.sram = read_sram_choice(*models, folder_);
    }
    for (const auto& [key, node] : root_.child("sources").entries()) {
      sources_[key] = node.as<std::string>();
    }
    read_reference();
    read_scaling();
    table.scaled_to = scale_to_;
    read_ert(table);
    const std::vector<ConfigNode> entries =
        root_.has("ert") ? root_.optional_list("entries") : root_.list("entries");
    if (entries.size() > kMostEntries) {
      root_.reject("entries", fmt::format("at most {} entries", kMostEntries));
      return table;
    }
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (known_ != nullptr && !known_->changed.contains(i)) {
        adopt(table, entries[i], known_->entries.at(i));
      } else if (std::optional<EnergyEntry> entry = read_entry(entries[i])) {
        add(table, entries[i], std::move(*entry));
      }
    }
    return table;
  }

 private:
  void read_scaling() {
    if (!root_.has("scale_to")) return;
    const TechnologyPoint own = read_technology_point(root_.child("scale_to"));
    if (!scale_to_) scale_to_ = own;
  }

  void read_ert(EnergyTable& table) {
    if (!root_.has("ert")) return;
    const auto source_of = [this](const ConfigNode& node) { return read_source(node); };
    for (MappedEntry& mapped : read_ert_map(root_.child("ert"), folder_, source_of)) {
      add(table, mapped.place, std::move(mapped.entry));
    }
  }

  void add(EnergyTable& table, const ConfigNode& node, EnergyEntry entry) {
    check_neighbours(node, entry, table.entries);
    if (scale_to_ && is_scalable(entry)) scale(node, entry);
    table.entries.push_back(std::move(entry));
  }

  void adopt(EnergyTable& table, const ConfigNode& node, const EnergyEntry& entry) const {
    if (conflicting(entry, table.entries) != table.entries.end()) {
      throw ConfigError(node.path(), "an entry that was changed has the same price");
    }
    table.entries.push_back(entry);
  }

  /// A ratio's energy is the reference's, of whose node it then is.
  void scale(const ConfigNode& node, EnergyEntry& entry) const {
    const bool by_ratio = node.has("ratio") && reference_ && reference_->origin;
    const TechnologyPoint from =
        by_ratio ? *reference_->origin : origin(entry.node_nm, entry.voltage);
    if (from.node_nm == 0 || scale_to_->node_nm == 0) return;  // reported
    const std::string expectation = scaling_expectation(from);
    if (!expectation.empty()) {
      reject_origin(node, fmt::format("{}, for the table is scaled", expectation));
    } else if (scaling_expectation(*scale_to_).empty()) {
      scale_entry(entry, from, *scale_to_);
    }
  }

  /// An entry of an ERT has no node of its own.
  void reject_origin(const ConfigNode& node, const std::string& expectation) const {
    const std::string_view key = expectation.starts_with("a voltage") ? "voltage" : "node";
    const bool own = node.path().starts_with("entries");
    (own ? node : root_.child("ert")).reject(key, expectation);
  }

  void read_reference() {
    if (!root_.has("reference")) return;
    const ConfigNode node = root_.child("reference");
    reference_.emplace();
    reference_->energy = read_above_zero<Picojoules>(node, "energy");
    reference_->source = read_source(node);
    reference_->verified = node.required<bool>("verified");
    if (node.has("node")) {
      reference_->origin = origin(read_feature_size(node, "node"), read_voltage(node));
    }
  }

  /// Nothing where it is not clear what the entry is for, which was then reported.
  std::optional<EnergyEntry> read_entry(const ConfigNode& node) {
    EnergyEntry entry;
    entry.component = node.choice("component", named(PricedComponent::kChip));
    entry.action = node.choice("action", named(PricedAction::kLeak));
    const bool known = check_action(node, entry);
    entry.verified = node.required<bool>("verified");
    entry.source = read_source(node);
    entry.note = node.optional<std::string>("note", "");
    entry.width = node.required<Bits>("width", between(Bits(1), Bits(65536)));
    entry.node_nm = read_feature_size(node, "node");
    entry.voltage = read_voltage(node);
    if (!known) {
      forgive(node,
              {"capacity", "topology", "data", "energy", "ratio", "power", "zero_because", "per"});
      return std::nullopt;
    }
    if (is_memory(entry.component)) {
      entry.capacity = node.maybe<Bytes>("capacity", at_least(Bytes(1)));
    }
    if (entry.component == PricedComponent::kNoc) entry.topology = read_topology(node);
    if (moves_bits(entry.action)) entry.data = read_data(node);
    read_figure(node, entry);
    return entry;
  }

  /// choice() gives the first name for one that it does not know.
  static bool says(const ConfigNode& node, std::string_view key, std::string_view name) {
    return node.has(key) && node.any(key).is(ConfigTree::Kind::kScalar) &&
           node.required<std::string>(key) == name;
  }

  static void forgive(const ConfigNode& node, std::initializer_list<std::string_view> keys) {
    for (const std::string_view key : keys) {
      if (node.has(key)) node.any(key);
    }
  }

  /// Whether component and action were read and belong together; all else depends on them.
  static bool check_action(const ConfigNode& node, const EnergyEntry& entry) {
    if (!says(node, "component", to_string(entry.component))) return false;
    if (!says(node, "action", to_string(entry.action))) return false;
    const std::vector<PricedAction> actions = actions_of(entry.component);
    if (std::ranges::find(actions, entry.action) != actions.end()) return true;
    std::string names;
    for (const PricedAction action : actions) {
      names += fmt::format("{}{}", names.empty() ? "" : ", ", to_string(action));
    }
    node.reject("action", fmt::format("one of {} has: {}", to_string(entry.component), names));
    return false;
  }

  static std::optional<NocTopology> read_topology(const ConfigNode& node) {
    if (!node.has("topology")) return std::nullopt;
    return node.choice("topology", named(NocTopology::kSystolic));
  }

  /// One kind of data or a list of them.
  static std::vector<DataKind> read_data(const ConfigNode& node) {
    std::vector<DataKind> kinds;
    if (!node.has("data")) return kinds;
    const ConfigNode value = node.any("data");
    const bool one = value.is(ConfigTree::Kind::kScalar);
    for (const ConfigNode& item : one ? std::vector{value} : value.items()) {
      const std::string name = item.as<std::string>();
      const auto known = named(DataKind::kIndex);
      const auto found = std::ranges::find(known, name, &decltype(known)::value_type::first);
      if (found == known.end()) {
        item.reject_this("weight, activation, partial_sum, state or index");
      } else {
        kinds.push_back(found->second);
      }
    }
    if (kinds.empty() && !one) value.reject_this("at least one kind of data");
    return kinds;
  }

  /// Exactly one of: energy (or power, of leakage), ratio, zero_because.
  void read_figure(const ConfigNode& node, EnergyEntry& entry) {
    const bool leaks = entry.action == PricedAction::kLeak;
    if (node.has("zero_because")) {
      entry.zero_because = node.required<std::string>("zero_because");
      if (entry.zero_because.empty()) node.reject("zero_because", "a reason");
      for (const char* key : {"energy", "power", "ratio"}) {
        if (node.has(key)) node.reject(key, "no figure beside zero_because");
      }
    } else if (leaks) {
      entry.power = read_above_zero<Watts>(node, "power");
    } else {
      read_energy(node, entry);
    }
  }

  void read_energy(const ConfigNode& node, EnergyEntry& entry) {
    if (node.has("ratio")) {
      read_ratio(node, entry);
    } else {
      entry.energy = read_above_zero<Picojoules>(node, "energy");
    }
    entry.per_bits = node.choice<bool>("per", {{"operation", false}, {"bits", true}});
    if (moves_bits(entry.action) && !entry.per_bits) {
      node.reject("per", "bits, for what is counted are bits");
    }
    if (is_command(entry.action) && entry.per_bits) {
      node.reject("per", "operation, for what is counted are commands or clocks");
    }
    entry.any_width = !entry.per_bits && node.optional<bool>("any_width", false);
  }

  void read_ratio(const ConfigNode& node, EnergyEntry& entry) {
    const double ratio = node.required<double>("ratio", between(1e-9, 1e9));
    if (node.has("energy")) node.reject("energy", "either an energy or a ratio");
    if (!reference_) {
      node.reject("ratio", "an energy, for the table has no reference");
      return;
    }
    entry.energy = reference_->energy * ratio;
    entry.verified = entry.verified && reference_->verified;
    entry.source += fmt::format("; times {}: {}", print(reference_->energy), reference_->source);
  }

  /// What costs nothing says so by zero_because.
  template <typename Q>
  static Q read_above_zero(const ConfigNode& node, std::string_view key) {
    return node.required<Q>(key, at_least(Q(1e-9)));
  }

  std::string read_source(const ConfigNode& node) {
    const std::string key = node.required<std::string>("source");
    const auto found = sources_.find(key);
    if (found != sources_.end()) return found->second;
    if (node.any("source").is(ConfigTree::Kind::kScalar)) {
      std::vector<std::string> keys;
      for (const auto& [name, citation] : sources_) keys.push_back(name);
      node.reject("source", "a key of sources", nearest_name(key, keys));
    }
    return key;
  }

  static bool overlap(PricedAction a, PricedAction b) {
    const auto part_of = [](PricedAction part, PricedAction whole) {
      return whole == PricedAction::kAccess &&
             (part == PricedAction::kRead || part == PricedAction::kWrite);
    };
    return a == b || part_of(a, b) || part_of(b, a);
  }

  /// Two entries for the same thing must be two points of one series.
  static bool in_conflict(const EnergyEntry& a, const EnergyEntry& b) {
    if (a.component != b.component || a.topology != b.topology || !overlap(a.action, b.action)) {
      return false;
    }
    if (!a.data.empty() && !b.data.empty() &&
        std::ranges::find_first_of(a.data, b.data) == a.data.end())
      return false;
    if (a.data.empty() != b.data.empty()) return false;  // the one for a kind goes first
    if (!a.zero_because.empty() || !b.zero_because.empty()) return true;
    if (is_memory(a.component)) return !a.capacity || !b.capacity || a.capacity == b.capacity;
    const bool both_at_a_width = !a.per_bits && !b.per_bits && !a.any_width && !b.any_width;
    return !both_at_a_width || a.width == b.width;
  }

  static std::vector<EnergyEntry>::const_iterator conflicting(
      const EnergyEntry& entry, const std::vector<EnergyEntry>& before) {
    return std::ranges::find_if(
        before, [&](const EnergyEntry& candidate) { return in_conflict(candidate, entry); });
  }

  static void check_neighbours(const ConfigNode& node, const EnergyEntry& entry,
                               const std::vector<EnergyEntry>& before) {
    const auto other = conflicting(entry, before);
    if (other == before.end()) return;
    node.reject("action", fmt::format("no second price beside \"{}\"", other->title()));
  }

  ConfigNode root_;
  std::filesystem::path folder_;
  std::optional<TechnologyPoint> scale_to_;
  const KnownEntries* known_;
  std::map<std::string, std::string> sources_;
  std::optional<Reference> reference_;
};

/// What is wrong with an Accelergy table in a table's place.
void refuse_bare_ert(const ConfigNode& root, const std::string& file) {
  if (!root.has("ERT") && !root.has("ERT_summary")) return;
  throw ConfigError(file,
                    "this is an energy reference table of Accelergy, whose components have names "
                    "of their own: write an energy table with the key `ert` that maps them "
                    "(docs/energy-tables.md; `deltasim show energy` lists them)");
}

EnergyTable read_overridden(ConfigDocument document, const std::string& file,
                            const std::optional<TechnologyPoint>& scale_to,
                            const ConfigOverrides& overrides) {
  refuse_bare_ert(document.root(), file);
  override_table(document, file, overrides);
  return read_table_document(std::move(document), file, scale_to);
}

}  // namespace

EnergyTable read_table_document(ConfigDocument document, const std::string& file,
                                const std::optional<TechnologyPoint>& scale_to,
                                const KnownEntries* known) {
  EnergyTable table = TableReader(document.root(), document.directory(), scale_to, known).read();
  document.finish();
  table.file = file;
  return table;
}

EnergyTable read_energy_table(const std::filesystem::path& file,
                              const std::optional<TechnologyPoint>& scale_to,
                              const ConfigOverrides& overrides) {
  return read_overridden(ConfigDocument::load(file), file.string(), scale_to, overrides);
}

EnergyTable parse_energy_table(std::string_view text, const std::string& file,
                               const ConfigOverrides& overrides) {
  return read_overridden(ConfigDocument::parse(text, file), file, std::nullopt, overrides);
}

}  // namespace deltasim
