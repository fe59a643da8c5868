#include "energy/energy_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace deltasim {
namespace {

constexpr std::array<std::string_view, 11> kComponentNames = {
    "dram", "glb", "noc", "pe", "rf", "delta_unit", "state_memory", "fifo", "sram", "alu", "chip"};
constexpr std::array<std::string_view, 23> kActionNames = {"read",
                                                           "write",
                                                           "access",
                                                           "activate",
                                                           "refresh",
                                                           "transfer",
                                                           "mac",
                                                           "gated_mac",
                                                           "accumulate",
                                                           "quantize",
                                                           "encode",
                                                           "decode",
                                                           "refresh_bank",
                                                           "active_standby",
                                                           "precharged_standby",
                                                           "active_power_down",
                                                           "precharged_power_down",
                                                           "self_refresh",
                                                           "multiply",
                                                           "add",
                                                           "compare",
                                                           "clock",
                                                           "leak"};

/// The number of a citation, in order of first use.
std::size_t number_of(std::vector<std::string>& sources, const std::string& source) {
  const auto place = std::ranges::find(sources, source);
  const auto number = static_cast<std::size_t>(place - sources.begin()) + 1;
  if (place == sources.end()) sources.push_back(source);
  return number;
}

std::string figure(const EnergyEntry& entry) {
  if (!entry.zero_because.empty()) return "counted as zero";
  if (entry.is_power()) return print(entry.power);
  if (entry.action == PricedAction::kClock) return print(entry.energy) + " a clock";
  if (!entry.per_bits) return print(entry.energy) + " an operation";
  return fmt::format("{:.4g} pJ/bit", entry.energy_per_unit());
}

std::string conditions(const EnergyEntry& entry) {
  return fmt::format("{:g} nm, {}", entry.node_nm,
                     entry.voltage ? print(*entry.voltage) : "voltage not stated");
}

}  // namespace

std::string_view to_string(PricedComponent component) {
  return kComponentNames.at(static_cast<std::size_t>(component));
}

std::string_view to_string(PricedAction action) {
  return kActionNames.at(static_cast<std::size_t>(action));
}

std::string_view to_string(DramEnergyModel model) {
  return model == DramEnergyModel::kCurrents ? "currents" : "table";
}

std::string EnergyEntry::title() const {
  std::string text = fmt::format("{} {}", to_string(component), to_string(action));
  if (topology) text += fmt::format(", {}", to_string(*topology));
  for (const DataKind kind : data) text += fmt::format(", {}", to_string(kind));
  if (capacity) text += ", " + print(*capacity);
  const bool of_a_width = !is_power() && action != PricedAction::kClock;
  if (zero_because.empty() && of_a_width) {
    text += any_width ? ", any width" : ", " + print(width);
  }
  return text;
}

bool EnergyEntry::names(DataKind kind) const { return std::ranges::find(data, kind) != data.end(); }

std::string describe(const EnergyTable& table) {
  std::string text = fmt::format("{}: {}\n\n", table.name, table.description);
  auto out = std::back_inserter(text);
  std::vector<std::string> sources;
  for (const EnergyEntry& entry : table.entries) {
    fmt::format_to(out, "{:<38} {:<24} {:<28} [{}] {}\n", entry.title(), figure(entry),
                   conditions(entry), number_of(sources, entry.source),
                   entry.verified ? "verified" : "not verified");
    if (!entry.scaling.empty()) fmt::format_to(out, "    {}\n", entry.scaling);
    if (!entry.zero_because.empty()) fmt::format_to(out, "    {}\n", entry.zero_because);
    if (!entry.note.empty()) fmt::format_to(out, "    {}\n", entry.note);
  }
  if (table.scaled_to) {
    fmt::format_to(out,
                   "\nScaled to {:g} nm, {}: all on the chip that switches; DRAM, state memories "
                   "and leakage are\nas their sources have them.\n",
                   table.scaled_to->node_nm, print(table.scaled_to->voltage));
  }
  fmt::format_to(out,
                 "\nBetween entries energy is interpolated in log-log; beyond them it is {}.\n",
                 table.extrapolation ? "extrapolated" : "an error");
  for (std::size_t i = 0; i < sources.size(); ++i) {
    fmt::format_to(out, "[{}] {}\n", i + 1, sources[i]);
  }
  return text;
}

}  // namespace deltasim
