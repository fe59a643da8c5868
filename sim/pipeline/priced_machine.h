#pragma once
// An accelerator with the prices of its counts, as an experiment names it.

#include <filesystem>
#include <optional>
#include <string>

#include "arch/dram_part.h"
#include "arch/run_result.h"
#include "energy/energy_prices.h"
#include "energy/energy_tables.h"
#include "energy/memory_technology.h"
#include "sim/pipeline/experiment.h"

namespace deltasim {

/// An accelerator without prices: all that its simulation needs.
struct LoadedMachine {
  AcceleratorSpec spec;
  std::string text;  ///< all that its simulation depends on, for the items' keys
  std::optional<MemoryTechnology> state_memory;  ///< where the state has a memory of its own
  dram::DramPart dram;
};

/// @param overrides of the accelerator's keys
/// @throws ConfigError for every fault of the accelerator, its DRAM part or its memory's technology
LoadedMachine load_machine(const std::filesystem::path& accelerator, const Overrides& overrides);

struct PricedMachine : LoadedMachine {
  EnergyPrices prices;
  /// Where they are other ones: a memory that holds no state is not refreshed.
  std::optional<EnergyPrices> stateless_prices;

  const EnergyPrices& prices_of(bool keeps_state) const {
    return keeps_state || !stateless_prices ? prices : *stateless_prices;
  }
};

/// What a machine's counts are priced by.
struct Pricing {
  std::filesystem::path table;                  ///< file
  Overrides overrides;                          ///< of the table's keys
  std::optional<DramEnergyModel> dram_energy;   ///< goes before what the table asks for
  std::optional<TechnologyPoint> energy_scale;  ///< goes before the table's own `scale_to`
};
Pricing pricing_of(const RunSpec& spec);

/// @throws ConfigError for every fault of the table, and where it lacks a price that may be needed
PricedMachine price(const LoadedMachine& machine, const Pricing& pricing);

/// The accelerators of an experiment.
struct LoadedMachines {
  LoadedMachine machine;
  std::optional<LoadedMachine> baseline;
};
/// @throws ConfigError as load_machine(), and where a batch is not modelled on one of them
LoadedMachines load_machines(const RunSpec& spec);

struct PricedMachines {
  PricedMachine machine;
  std::optional<PricedMachine> baseline;
};
/// @throws ConfigError as price(), and for what the DRAM part does not state of its idle time where
///         frames come at a rate
PricedMachines price(const LoadedMachines& machines, const RunSpec& spec);
/// The same for one of many that read the same tables.
PricedMachines price(const LoadedMachines& machines, const RunSpec& spec, EnergyTables& tables);

/// What bounds the machine from above: the peaks of its roofline.
MachineFigures machine_figures(const LoadedMachine& machine);

}  // namespace deltasim
