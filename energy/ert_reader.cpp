#include "energy/ert_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <set>

#include "arch/config_reader.h"

namespace deltasim {
namespace {

/// Beyond it an energy is taken for a mistake: 1 mJ an action.
constexpr double kLargestEnergy = 1e9;
constexpr int kMostInstances = 1'000'000;

/// One row; of an `ERT`, for one choice of arguments.
struct Row {
  Picojoules average, smallest, largest;
  std::string arguments;  ///< as text; empty where there are none
};

Picojoules read_energy(const ConfigNode& node, std::string_view key) {
  return Picojoules(node.required<double>(key, between(0.0, kLargestEnergy)));
}

/// Marks everything below as read: a foreign file may say more than is asked for.
std::string text_of(const ConfigNode& node) {
  if (node.is(ConfigTree::Kind::kScalar)) return node.as<std::string>();
  std::string text;
  if (node.is(ConfigTree::Kind::kMap)) {
    for (const auto& [key, value] : node.entries()) text += key + "=" + text_of(value) + " ";
  } else if (node.is(ConfigTree::Kind::kList)) {
    for (const ConfigNode& item : node.items()) text += text_of(item) + ",";
  }
  return text;
}

void forgive_unread(const ConfigNode& node) { text_of(node); }

Row read_row(const ConfigNode& node) {
  Row row;
  if (node.has("average_energy")) {
    row.average = read_energy(node, "average_energy");
    row.smallest = read_energy(node, "min_energy");
    row.largest = read_energy(node, "max_energy");
  } else {
    row.average = row.smallest = row.largest = read_energy(node, "energy");
  }
  if (node.has("arguments")) row.arguments = text_of(node.any("arguments"));
  return row;
}

/// Rows of one action become one: the average of averages, as Accelergy's summary has it.
class ActionRows {
 public:
  void add(const ConfigNode& node, const std::string& name, const Row& row) {
    Found& found = of(name);
    if (!found.arguments.insert(row.arguments).second) {
      node.reject("name", "an action (with these arguments) once");
      return;
    }
    const bool first = found.arguments.size() == 1;
    found.sum += row.average;
    found.action.smallest = first ? row.smallest : std::min(found.action.smallest, row.smallest);
    found.action.largest = std::max(found.action.largest, row.largest);
  }

  std::vector<ErtAction> actions() const {
    std::vector<ErtAction> actions;
    for (const Found& found : found_) {
      actions.push_back(found.action);
      actions.back().average = found.sum / static_cast<double>(found.arguments.size());
    }
    return actions;
  }

 private:
  struct Found {
    ErtAction action;
    Picojoules sum;
    std::set<std::string> arguments;
  };

  Found& of(const std::string& name) {
    const auto place =
        std::ranges::find_if(found_, [&](const Found& found) { return found.action.name == name; });
    if (place != found_.end()) return *place;
    found_.push_back({{name, {}, {}, {}}, {}, {}});
    return found_.back();
  }

  std::vector<Found> found_;
};

ErtComponent read_component(const ConfigNode& node) {
  ErtComponent component;
  component.name = node.required<std::string>("name");
  ActionRows rows;
  for (const ConfigNode& row : node.list("actions")) {
    const std::string name = row.required<std::string>("name");
    if (!name.empty()) rows.add(row, name, read_row(row));
    forgive_unread(row);
  }
  component.actions = rows.actions();
  forgive_unread(node);
  return component;
}

EnergyReferenceTable read(ConfigDocument document, const std::string& file) {
  const ConfigNode root = document.root();
  const bool summary = root.has("ERT_summary");
  if (!summary && !root.has("ERT")) {
    root.reject_this("an Accelergy energy reference table: a map with the key ERT or ERT_summary");
    forgive_unread(root);
    document.finish();
  }
  EnergyReferenceTable table{.file = file, .components = {}};
  const ConfigNode ert = root.child(summary ? "ERT_summary" : "ERT");
  for (const ConfigNode& node : ert.list(summary ? "table_summary" : "tables")) {
    ErtComponent component = read_component(node);
    if (table.component(component.name) != nullptr) {
      node.reject("name", "a component once");
    }
    table.components.push_back(std::move(component));
  }
  forgive_unread(root);
  document.finish();
  return table;
}

/// How many instances a range such as "0..167" stands for; nothing where it is none.
std::optional<int> range_size(std::string_view range) {
  const std::size_t dots = range.find("..");
  if (dots == std::string_view::npos) return std::nullopt;
  int first = 0;
  int last = 0;
  const std::string_view tail = range.substr(dots + 2);
  const auto low = std::from_chars(range.data(), range.data() + dots, first);
  const auto high = std::from_chars(tail.data(), tail.data() + tail.size(), last);
  const bool read = low.ec == std::errc() && high.ec == std::errc();
  if (!read || first < 0 || last < first || last - first >= kMostInstances) return std::nullopt;
  return last - first + 1;
}

}  // namespace

std::string without_ranges(std::string_view name) {
  std::string bare;
  bool inside = false;
  for (const char c : name) {
    if (c == '[') inside = true;
    if (!inside) bare += c;
    if (c == ']') inside = false;
  }
  return bare;
}

const ErtAction* ErtComponent::action(std::string_view wanted) const {
  const auto found = std::ranges::find(actions, wanted, &ErtAction::name);
  return found == actions.end() ? nullptr : &*found;
}

int ErtComponent::instances() const {
  int product = 1;
  for (std::size_t open = name.find('['); open != std::string::npos;
       open = name.find('[', open + 1)) {
    const std::size_t close = std::min(name.find(']', open), name.size());
    const int size =
        range_size(std::string_view(name).substr(open + 1, close - open - 1)).value_or(1);
    if (product > kMostInstances / size) return kMostInstances;
    product *= size;
  }
  return product;
}

const ErtComponent* EnergyReferenceTable::component(std::string_view name) const {
  const auto found = std::ranges::find_if(components, [&](const ErtComponent& candidate) {
    return candidate.name == name || without_ranges(candidate.name) == name;
  });
  return found == components.end() ? nullptr : &*found;
}

bool is_energy_reference_table(const std::filesystem::path& file) {
  ConfigDocument document = ConfigDocument::load(file);
  const ConfigNode root = document.root();
  return root.has("ERT") || root.has("ERT_summary");
}

EnergyReferenceTable read_energy_reference_table(const std::filesystem::path& file) {
  return read(ConfigDocument::load(file), file.string());
}

EnergyReferenceTable parse_energy_reference_table(std::string_view text, const std::string& file) {
  return read(ConfigDocument::parse(text, file), file);
}

std::string describe(const EnergyReferenceTable& table) {
  std::string text = fmt::format(
      "{}: an energy reference table of Accelergy, pJ an action (the average where arguments "
      "differ)\n\n",
      table.file);
  for (const ErtComponent& component : table.components) {
    fmt::format_to(std::back_inserter(text), "{}\n", component.name);
    for (const ErtAction& action : component.actions) {
      fmt::format_to(std::back_inserter(text), "    {:<28} {:>12.6g}", action.name,
                     action.average.value());
      if (action.smallest != action.largest) {
        fmt::format_to(std::back_inserter(text), "   from {:.6g} to {:.6g}",
                       action.smallest.value(), action.largest.value());
      }
      text += '\n';
    }
  }
  return text +
         "\nTo price a run by it, name it and its components in an energy table (key `ert`).\n";
}

}  // namespace deltasim
