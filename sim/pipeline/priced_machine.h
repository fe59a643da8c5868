#pragma once
// An accelerator with the prices of its counts, as an experiment names it.

#include <filesystem>
#include <optional>
#include <string>

#include "arch/dram_part.h"
#include "arch/run_result.h"
#include "energy/energy_prices.h"
#include "energy/memory_technology.h"
#include "sim/pipeline/experiment.h"

namespace deltasim {

struct PricedMachine {
  AcceleratorSpec spec;
  std::string text;  ///< all that its simulation depends on, for the items' keys
  EnergyPrices prices;
  EnergyPrices stateless_prices;                 ///< a memory that holds no state is not refreshed
  std::optional<MemoryTechnology> state_memory;  ///< where the state has a memory of its own
  dram::DramPart dram;

  const EnergyPrices& prices_of(bool keeps_state) const {
    return keeps_state ? prices : stateless_prices;
  }
};

/// @param overrides of the accelerator's keys
/// @param energy file of the table
/// @param dram_energy goes before what the table asks for
/// @param energy_scale goes before the table's own `scale_to`
/// @throws ConfigError for every fault of the accelerator, its DRAM part, its memory's technology
///         or the table, and where the table lacks a price that may be needed
PricedMachine load_machine(const std::filesystem::path& accelerator, const Overrides& overrides,
                           const std::filesystem::path& energy,
                           std::optional<DramEnergyModel> dram_energy = std::nullopt,
                           const std::optional<TechnologyPoint>& energy_scale = {});

/// What bounds the machine from above: the peaks of its roofline.
MachineFigures machine_figures(const PricedMachine& machine);

}  // namespace deltasim
