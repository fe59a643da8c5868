#include "sim/pipeline/table_figures.h"

#include <fmt/format.h>

#include <algorithm>

#include "energy/area.h"

namespace deltasim {
namespace {

EntryFigures figures_of(const EnergyEntry& entry, const EntryUse& use) {
  EntryFigures figures{.title = entry.title(),
                       .source = entry.source,
                       .note = entry.note,
                       .verified = entry.verified,
                       .node_nm = entry.node_nm,
                       .voltage_V = std::nullopt,
                       .scaling = entry.scaling,
                       .energy_pJ = use.energy.value(),
                       .share = use.share};
  if (entry.voltage) figures.voltage_V = entry.voltage->value();
  return figures;
}

/// The node of all entries, where it is one.
std::optional<double> common_node(const std::vector<EntryFigures>& entries) {
  if (entries.empty()) return std::nullopt;
  const double node = entries.front().node_nm;
  const bool common = std::ranges::all_of(
      entries, [&](const EntryFigures& entry) { return entry.node_nm == node; });
  return common ? std::optional(node) : std::nullopt;
}

std::vector<std::string> notes_of(const EnergyTable& table) {
  if (!table.scaled_to) return {};
  return {fmt::format(
      "{} is scaled to {:g} nm, {} by Stillmaker & Baas; DRAM, state memories and "
      "leakage are not{}",
      table.name, table.scaled_to->node_nm, print(table.scaled_to->voltage),
      table.sram ? ", and memories on the chip start from the SRAM model's nearest node" : "")};
}

}  // namespace

EnergyTableFigures energy_table_figures(const ModeFigures& mode, const EnergyPrices& prices) {
  const EnergyTable& table = prices.table();
  const EnergyTableReport report =
      energy_table_report(mode.figures.activity, prices, Seconds(mode.figures.time_s));
  EnergyTableFigures figures{.name = table.name, .mode = mode.name};
  for (const EntryUse& use : report.used) {
    const EnergyEntry& entry = table.entries[use.entry];
    if (entry.zero_because.empty()) figures.entries.push_back(figures_of(entry, use));
  }
  figures.node_nm = common_node(figures.entries);
  figures.unverified_share = report.unverified_share;
  for (const std::size_t i : report.as_zero) {
    figures.as_zero.emplace_back(table.entries[i].title(), table.entries[i].zero_because);
  }
  figures.notes = notes_of(table);
  return figures;
}

void add_area(const PricedMachine& machine, RunResult& result) {
  const EnergyTable& table = machine.prices.table();
  if (scales_area(area_node(table))) {
    result.area = area_figures(estimate_area(machine.spec, table));
    if (const MemorySpec* memory = machine.spec.state_memory()) {
      result.notes.push_back("the area leaves out the state's memory " + memory->name);
    }
  } else {
    result.notes.push_back(
        "no estimate of the area: the energy table's arithmetic is of no node from "
        "7 to 130 nm");
  }
}

}  // namespace deltasim
