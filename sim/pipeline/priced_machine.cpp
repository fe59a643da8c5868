#include "sim/pipeline/priced_machine.h"

#include <utility>

#include "arch/accelerator_reader.h"
#include "arch/resources.h"
#include "arch/sha256.h"
#include "energy/dram_prices.h"
#include "sim/mapping/row_stationary_program.h"
#include "sim/pipeline/real_time.h"

namespace deltasim {
namespace {

/// Without what depends on the machine.
EnergyTable load_table(const Pricing& pricing, EnergyTables& tables) {
  EnergyTable table = tables.read(pricing.table, pricing.energy_scale, pricing.overrides);
  table.dram = pricing.dram_energy.value_or(table.dram);
  return table;
}

EnergyTable with_dram(EnergyTable table, const dram::DramPart& part) {
  if (table.dram == DramEnergyModel::kTable) return table;
  return priced_by_currents(std::move(table), part);
}

EnergyTable with_state_memory(EnergyTable table, const LoadedMachine& machine) {
  const MemorySpec* memory = machine.spec.state_memory();
  if (memory == nullptr) return table;
  return with_state_memory(std::move(table), *machine.state_memory, *memory);
}

PricedMachine price(const LoadedMachine& machine, EnergyTable table) {
  EnergyPrices prices(with_state_memory(with_dram(std::move(table), machine.dram), machine),
                      machine.spec);
  prices.require_complete();
  PricedMachine priced{machine, std::move(prices), {}};
  if (!priced.prices.refresh_entries().empty()) {
    priced.stateless_prices = priced.prices;
    priced.stateless_prices->stop_state_refresh();
  }
  return priced;
}

}  // namespace

LoadedMachine load_machine(const std::filesystem::path& accelerator, const Overrides& overrides) {
  AcceleratorSpec spec = read_accelerator(accelerator, overrides);
  std::string text =
      sha256_of_file(accelerator) + sha256_of_file(find_resource("dram", spec.dram.part));
  for (const auto& [key, value] : overrides) text += "\n" + key + "=" + value;
  std::optional<MemoryTechnology> state_memory = state_technology(spec);
  if (state_memory) text += sha256_of_file(state_memory->file);
  dram::DramPart part = dram::load_dram_part(configs_folder() / "dram", spec.dram.part);
  return {std::move(spec), std::move(text), std::move(state_memory), std::move(part)};
}

Pricing pricing_of(const RunSpec& spec) {
  return {.table = spec.energy,
          .overrides = spec.energy_overrides,
          .dram_energy = spec.dram_energy,
          .energy_scale = spec.energy_scale};
}

PricedMachine price(const LoadedMachine& machine, const Pricing& pricing) {
  EnergyTables tables;
  return price(machine, load_table(pricing, tables));
}

LoadedMachines load_machines(const RunSpec& spec) {
  LoadedMachines machines{load_machine(spec.accelerator, spec.accelerator_overrides), {}};
  require_batch_modelled(machines.machine.spec, spec.batch);
  if (spec.baseline) {
    machines.baseline = load_machine(*spec.baseline, {});
    require_batch_modelled(machines.baseline->spec, spec.batch);
  }
  return machines;
}

PricedMachines price(const LoadedMachines& machines, const RunSpec& spec) {
  EnergyTables tables;
  return price(machines, spec, tables);
}

PricedMachines price(const LoadedMachines& machines, const RunSpec& spec, EnergyTables& tables) {
  EnergyTable table = load_table(pricing_of(spec), tables);
  std::optional<EnergyTable> of_baseline;
  if (machines.baseline) of_baseline = table;
  PricedMachines priced{price(machines.machine, std::move(table)), {}};
  if (of_baseline) priced.baseline = price(*machines.baseline, std::move(*of_baseline));
  if (spec.frame_rate) {
    idle_spending(priced.machine.spec.dram, priced.machine.dram, priced.machine.prices,
                  spec.dram_idle);
  }
  return priced;
}

MachineFigures machine_figures(const LoadedMachine& machine) {
  const AcceleratorSpec& spec = machine.spec;
  const double burst_s =
      static_cast<double>(machine.dram.burst_clocks * machine.dram.clock_period_ps) * 1e-12;
  return {.name = spec.name,
          .clock_hz = spec.clock.value(),
          .pes = spec.pe_array.pes(),
          .peak_macs_per_s = spec.clock.value() * spec.pe_array.pes() * spec.pe_array.mac_lanes,
          .dram_bytes_per_s = static_cast<double>(machine.dram.organisation.burst_bytes()) /
                              burst_s * spec.dram.channels,
          .glb_bytes = spec.glb.capacity.value()};
}

}  // namespace deltasim
