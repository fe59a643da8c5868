#include "sim/pipeline/operating_notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "energy/dvfs.h"

namespace deltasim {
namespace {

bool changes_clock(const Overrides& overrides) {
  return std::any_of(overrides.begin(), overrides.end(),
                     [](const auto& override) { return override.first == "clock"; });
}

/// Voltages of on-chip entries that differ from the nominal one; all are scaled as if they were it.
std::set<Volts> other_voltages(const EnergyTable& table, Volts nominal) {
  std::set<Volts> voltages;
  for (const EnergyEntry& entry : table.entries) {
    const bool own_supply = entry.component == PricedComponent::kDram ||
                            entry.component == PricedComponent::kStateMemory;
    if (own_supply || !entry.voltage) continue;
    if (entry.voltage != nominal) voltages.insert(*entry.voltage);
  }
  return voltages;
}

std::string voltages_text(const std::set<Volts>& voltages) {
  std::string text;
  for (const Volts voltage : voltages) text += (text.empty() ? "" : ", ") + print(voltage);
  return text;
}

}  // namespace

std::string operating_point_text(const AcceleratorSpec& spec) {
  if (!spec.dvfs) return print(spec.clock);
  const OperatingPoint point = operating_point(*spec.dvfs, spec.clock);
  return fmt::format("{} at {:.3f} V and {}", print(point.clock), point.voltage.value(),
                     print(point.temperature));
}

std::vector<std::string> operating_notes(const AcceleratorSpec& spec, const EnergyTable& table,
                                         bool leaks, const Overrides& overrides) {
  if (!spec.dvfs) {
    if (!changes_clock(overrides)) return {};
    return {fmt::format(
        "the clock was set to {}, but {} has no dvfs: energy per operation stays at the voltage of "
        "the energy table",
        print(spec.clock), spec.name)};
  }
  const EnergyScale scale = energy_scale(spec);
  if (scale.dynamic == 1 && scale.leakage == 1) return {};
  std::vector<std::string> notes{fmt::format(
      "{}: on-chip energy is {:.3g} times that of the table, taken to be for {}, leakage {:.3g} "
      "times; DRAM's is not scaled",
      operating_point_text(spec), scale.dynamic, print(spec.dvfs->nominal_voltage), scale.leakage)};
  for (std::string& caveat : dvfs_caveats(spec, table, leaks)) notes.push_back(std::move(caveat));
  return notes;
}

std::vector<std::string> dvfs_caveats(const AcceleratorSpec& spec, const EnergyTable& table,
                                      bool leaks) {
  std::vector<std::string> notes;
  if (!spec.dvfs->verified) {
    notes.push_back(
        fmt::format("voltage and clock of {} are not verified: {}", spec.name, spec.dvfs->source));
  }
  if (leaks) {
    notes.push_back(spec.dvfs->leakage
                        ? "leakage follows the law that the accelerator's description gives"
                        : "leakage follows a law fitted at 65 nm for 0.95 to 1.05 V and 333 to "
                          "373 K (Liao, He and Lepak, TCAD 2005), which nobody verified elsewhere");
  }
  const std::set<Volts> others = other_voltages(table, spec.dvfs->nominal_voltage);
  if (!others.empty()) {
    notes.push_back(
        fmt::format("the energy table has on-chip entries for {}, which are scaled as "
                    "if they were for {}",
                    voltages_text(others), print(spec.dvfs->nominal_voltage)));
  }
  return notes;
}

}  // namespace deltasim
