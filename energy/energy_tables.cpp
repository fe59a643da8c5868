#include "energy/energy_tables.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>

#include "energy/energy_table_reader.h"
#include "energy/table_overrides.h"

namespace deltasim {
namespace {

bool same(const std::optional<TechnologyPoint>& a, const std::optional<TechnologyPoint>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->node_nm == b->node_nm && a->voltage == b->voltage;
}

/// The entry in which a path such as "entries.3.energy" ends; nothing for any other path.
std::optional<std::size_t> entry_of(std::string_view path) {
  constexpr std::string_view kEntries = "entries.";
  if (!path.starts_with(kEntries)) return std::nullopt;
  path.remove_prefix(kEntries.size());
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos || path.find('.', dot + 1) != std::string_view::npos) {
    return std::nullopt;
  }
  const auto index = read_value<std::uint64_t>(path.substr(0, dot));
  const auto* i = std::get_if<std::uint64_t>(&index);
  return i == nullptr ? std::nullopt : std::optional<std::size_t>(*i);
}

}  // namespace

const EnergyTables::Known& EnergyTables::known(const std::filesystem::path& file,
                                               const std::optional<TechnologyPoint>& scale_to) {
  const auto found = std::ranges::find_if(known_, [&](const Known& each) {
    return each.file == file && same(each.scale_to, scale_to);
  });
  if (found != known_.end()) return *found;
  Known made{file, scale_to, ConfigDocument::load(file), {}};
  const ConfigTree& tree = made.document.tree();
  const bool maps_ert = std::ranges::any_of(
      tree.entries, [](const ConfigEntry& entry) { return entry.key == "ert"; });
  try {
    if (!maps_ert) made.table = read_energy_table(file, scale_to);
  } catch (const ConfigError&) {
    // An override may mend it; where none does, whoever reads all of it says what is wrong.
  }
  return known_.emplace_back(std::move(made));
}

/// Nothing where other entries than those that an override leads to may depend on it, or where
/// something is wrong.
std::optional<EnergyTable> EnergyTables::changed(const Known& known,
                                                 const ConfigOverrides& overrides) {
  if (!known.table) return std::nullopt;
  const std::string file = known.file.string();
  const std::vector<std::string> paths = override_paths(known.document.tree(), file, overrides);
  std::set<std::size_t> entries;
  for (const std::string& path : paths) {
    const std::optional<std::size_t> entry = entry_of(path);
    if (!entry || *entry >= known.table->entries.size()) return std::nullopt;
    entries.insert(*entry);
  }
  try {
    ConfigDocument document = known.document.with_items("entries", entries);
    override_at(document, paths, overrides);
    const KnownEntries others{known.table->entries, entries};
    return read_table_document(std::move(document), file, known.scale_to, &others);
  } catch (const ConfigError&) {
    return std::nullopt;
  }
}

EnergyTable EnergyTables::read(const std::filesystem::path& file,
                               const std::optional<TechnologyPoint>& scale_to,
                               const ConfigOverrides& overrides) {
  const Known& base = known(file, scale_to);
  if (overrides.empty() && base.table) return *base.table;
  std::optional<EnergyTable> table = changed(base, overrides);
  return table ? std::move(*table) : read_energy_table(file, scale_to, overrides);
}

}  // namespace deltasim
