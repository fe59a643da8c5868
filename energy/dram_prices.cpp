#include "energy/dram_prices.h"

#include <fmt/format.h>

#include "energy/dram_power.h"
#include "energy/price_finder.h"

namespace deltasim {
namespace {

std::string source_of(const dram::PowerSpec& power, Action action) {
  const bool moves = action == Action::kRead || action == Action::kWrite;
  if (!moves || power.interface.source.empty()) return power.source;
  return power.source + "; I/O: " + power.interface.source;
}

EnergyEntry entry_for(const dram::DramPower& power, Action action) {
  const dram::DramPart& part = power.part();
  EnergyEntry entry;
  entry.component = PricedComponent::kDram;
  entry.action = priced(action);
  entry.energy = power.unit(action).energy;
  entry.per_bits = action == Action::kRead || action == Action::kWrite;
  entry.width = Bits(1);
  entry.any_width = !entry.per_bits;
  entry.source = source_of(*part.power, action);
  entry.note = fmt::format("from the currents of {}", part.name);
  entry.verified = part.power->verified;
  return entry;
}

}  // namespace

EnergyTable priced_by_currents(EnergyTable table, const dram::DramPart& part) {
  const dram::DramPower power(part);
  std::erase_if(table.entries,
                [](const EnergyEntry& entry) { return entry.component == PricedComponent::kDram; });
  table.dram_gaps.clear();
  for (const Action action : dram::kDramActions) {
    const dram::UnitEnergy unit = power.unit(action);
    if (unit.known()) {
      table.entries.push_back(entry_for(power, action));
    } else {
      table.dram_gaps.emplace_back(priced(action), unit.missing);
    }
  }
  if (part.power->interface.model == dram::InterfaceModel::kNotStated) {
    table.notes.push_back(fmt::format(
        "DRAM I/O and termination are not counted: the source of {} does not state them",
        part.name));
  }
  table.dram = DramEnergyModel::kCurrents;
  return table;
}

}  // namespace deltasim
