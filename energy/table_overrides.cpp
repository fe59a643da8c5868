#include "energy/table_overrides.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "energy/energy_table.h"

namespace deltasim {
namespace {

constexpr std::array<std::string_view, 4> kFigures{"energy", "power", "ratio", "zero_because"};

bool is_figure(std::string_view key) { return std::ranges::find(kFigures, key) != kFigures.end(); }

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> steps;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    steps.emplace_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return steps;
}

const ConfigTree* member(const ConfigTree& map, std::string_view key) {
  const auto found = std::ranges::find(map.entries, key, &ConfigEntry::key);
  return found == map.entries.end() ? nullptr : &found->value;
}

std::string text_of(const ConfigTree& entry, std::string_view key) {
  const ConfigTree* value = member(entry, key);
  return value == nullptr ? "" : value->scalar;
}

template <typename Q>
bool same_quantity(std::string_view a, std::string_view b) {
  const auto read_a = read_value<Q>(a), read_b = read_value<Q>(b);
  const Q* x = std::get_if<Q>(&read_a);
  const Q* y = std::get_if<Q>(&read_b);
  return x != nullptr && y != nullptr && *x == *y;
}

/// Whether a word such as "64 KiB", "16 bit", "mesh" or "state" is said of the entry.
bool tells(const ConfigTree& entry, const std::string& word) {
  if (same_quantity<Bytes>(text_of(entry, "capacity"), word)) return true;
  if (same_quantity<Bits>(text_of(entry, "width"), word)) return true;
  if (text_of(entry, "topology") == word || text_of(entry, "data") == word) return true;
  const ConfigTree* kinds = member(entry, "data");
  return kinds != nullptr &&
         std::ranges::any_of(kinds->items, [&](const auto& kind) { return kind.scalar == word; });
}

/// "sram.access.8 KiB.16 bit": how an override can name it.
std::string name_of(const ConfigTree& entry) {
  std::string name = text_of(entry, "component") + "." + text_of(entry, "action");
  for (const char* key : {"capacity", "width", "topology", "data"}) {
    const std::string text = text_of(entry, key);
    if (!text.empty()) name += "." + text;
  }
  return name;
}

const ConfigTree* entries_of(const ConfigTree& table) { return member(table, "entries"); }

std::size_t entry_count(const ConfigTree& table) {
  const ConfigTree* entries = entries_of(table);
  return entries == nullptr ? 0 : entries->items.size();
}

/// Finds what keys name.
class KeyFinder {
 public:
  KeyFinder(const ConfigTree& table, const std::string& file) : table_(table), file_(file) {}

  std::vector<std::string> paths_of(const ConfigOverrides& overrides) {
    std::vector<std::string> paths;
    for (const auto& [key, value] : overrides) paths.push_back(path_of(key).value_or(""));
    if (!faults_.empty()) throw ConfigError(std::move(faults_));
    return paths;
  }

 private:
  /// Where in the file the key leads; nothing, and a fault, where that is not clear.
  std::optional<std::string> path_of(const std::string& key) {
    const std::vector<std::string> steps = split(key);
    if (steps.size() < 2 || !is_component(steps.front())) return key;
    if (steps.size() < 3) {
      fault(key, "a key of an entry, such as dram.read.energy", "");
      return std::nullopt;
    }
    const std::vector<std::size_t> found = entries_named(steps);
    if (found.size() == 1) return fmt::format("entries.{}.{}", found.front(), steps.back());
    if (found.empty()) {
      fault(key, "a component and an action that the table has an entry for", nearest(steps));
    } else {
      std::string names;
      for (const std::size_t i : found) names += (names.empty() ? "" : "; ") + name_of(entry(i));
      fault(key, fmt::format("one entry; {} are named so: {}", found.size(), names), "");
    }
    return std::nullopt;
  }

  static bool is_component(std::string_view name) {
    for (int i = 0; i <= static_cast<int>(PricedComponent::kChip); ++i) {
      if (name == to_string(static_cast<PricedComponent>(i))) return true;
    }
    return false;
  }

  const ConfigTree& entry(std::size_t i) const { return entries_of(table_)->items[i]; }

  std::vector<std::size_t> entries_named(const std::vector<std::string>& steps) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < entry_count(table_); ++i) {
      const bool named =
          text_of(entry(i), "component") == steps[0] && text_of(entry(i), "action") == steps[1];
      const bool told = std::all_of(steps.begin() + 2, steps.end() - 1,
                                    [&](const auto& word) { return tells(entry(i), word); });
      if (named && told) found.push_back(i);
    }
    return found;
  }

  std::string nearest(const std::vector<std::string>& steps) const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < entry_count(table_); ++i) {
      names.push_back(text_of(entry(i), "component") + "." + text_of(entry(i), "action"));
    }
    return nearest_name(steps[0] + "." + steps[1], names);
  }

  void fault(const std::string& key, std::string expected, std::string nearest) {
    faults_.push_back({.file = file_,
                       .key_path = "energy." + key,
                       .found = deltasim::quoted(key),
                       .expected = std::move(expected),
                       .nearest = std::move(nearest)});
  }

  const ConfigTree& table_;
  const std::string& file_;
  std::vector<Fault> faults_;
};

/// Changes what stands at the paths.
class TableOverrides {
 public:
  explicit TableOverrides(ConfigDocument& document) : document_(document) {}

  void apply(const std::vector<std::string>& paths, const ConfigOverrides& overrides) {
    for (std::size_t i = 0; i < overrides.size(); ++i) {
      replace_figure(paths[i], overrides[i].first, overrides[i].second);
    }
    for (std::size_t i = 0; i < overrides.size(); ++i) {
      document_.set(paths[i], overrides[i].second, "energy." + overrides[i].first);
    }
  }

 private:
  bool is_entry(const std::string& place) const {
    constexpr std::string_view kEntries = "entries.";
    if (!place.starts_with(kEntries)) return false;
    const auto index = read_value<std::uint64_t>(std::string_view(place).substr(kEntries.size()));
    const auto* i = std::get_if<std::uint64_t>(&index);
    return i != nullptr && *i < entry_count(document_.tree());
  }

  /// Where the path leads to the figure of an entry, or of the reference of ratios.
  void replace_figure(const std::string& path, const std::string& key, const std::string& value) {
    const std::size_t dot = path.rfind('.');
    if (dot == std::string::npos || !is_figure(std::string_view(path).substr(dot + 1))) return;
    const std::string place = path.substr(0, dot);
    if (place != "reference" && !is_entry(place)) return;
    for (const std::string_view figure : kFigures) {
      document_.erase(fmt::format("{}.{}", place, figure));
    }
    if (path.ends_with(".zero_because")) {  // of an energy only
      document_.erase(place + ".per");
      document_.erase(place + ".any_width");
    }
    const std::string citation = fmt::format("override {}", ++citations_);
    document_.set_text("sources." + citation, fmt::format("set by energy.{}={}", key, value));
    document_.set_text(place + ".source", citation);
    document_.set_text(place + ".verified", "false");
    if (place != "reference") document_.set_text(place + ".note", "set for this run");
  }

  ConfigDocument& document_;
  int citations_ = 0;
};

}  // namespace

void override_table(ConfigDocument& document, const std::string& file,
                    const ConfigOverrides& overrides) {
  override_at(document, override_paths(document.tree(), file, overrides), overrides);
}

std::vector<std::string> override_paths(const ConfigTree& table, const std::string& file,
                                        const ConfigOverrides& overrides) {
  return KeyFinder(table, file).paths_of(overrides);
}

void override_at(ConfigDocument& document, const std::vector<std::string>& paths,
                 const ConfigOverrides& overrides) {
  TableOverrides(document).apply(paths, overrides);
}

}  // namespace deltasim
