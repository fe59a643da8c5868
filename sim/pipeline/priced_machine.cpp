#include "sim/pipeline/priced_machine.h"

#include <utility>

#include "arch/accelerator_reader.h"
#include "arch/resources.h"
#include "arch/sha256.h"
#include "energy/dram_prices.h"

namespace deltasim {
namespace {

EnergyTable load_table(const std::filesystem::path& file,
                       const std::optional<TechnologyPoint>& energy_scale,
                       std::optional<DramEnergyModel> dram, const dram::DramPart& part) {
  EnergyTable table = read_energy_table(file, energy_scale);
  table.dram = dram.value_or(table.dram);
  if (table.dram == DramEnergyModel::kTable) return table;
  return priced_by_currents(std::move(table), part);
}

}  // namespace

PricedMachine load_machine(const std::filesystem::path& accelerator, const Overrides& overrides,
                           const std::filesystem::path& energy,
                           std::optional<DramEnergyModel> dram_energy,
                           const std::optional<TechnologyPoint>& energy_scale) {
  AcceleratorSpec spec = read_accelerator(accelerator, overrides);
  std::string text =
      sha256_of_file(accelerator) + sha256_of_file(find_resource("dram", spec.dram.part));
  for (const auto& [key, value] : overrides) text += "\n" + key + "=" + value;
  std::optional<MemoryTechnology> state_memory = state_technology(spec);
  if (state_memory) text += sha256_of_file(state_memory->file);
  dram::DramPart part = dram::load_dram_part(configs_folder() / "dram", spec.dram.part);
  EnergyPrices prices(with_state_memory(load_table(energy, energy_scale, dram_energy, part), spec),
                      spec);
  prices.require_complete();
  EnergyPrices stateless = prices;
  stateless.stop_state_refresh();
  return {std::move(spec),      std::move(text),         std::move(prices),
          std::move(stateless), std::move(state_memory), std::move(part)};
}

MachineFigures machine_figures(const PricedMachine& machine) {
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
