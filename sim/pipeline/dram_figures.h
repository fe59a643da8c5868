#pragma once
// What a run's DRAM energy is made of.

#include "arch/dram_part.h"
#include "arch/run_result.h"
#include "energy/energy_prices.h"

namespace deltasim {

/// The DRAM's terms of `figures`: those of DRAMPower where the prices come from currents, else one
/// an action of the table.
DramFigures dram_figures(const Figures& figures, const DramSpec& spec, const dram::DramPart& part,
                         const EnergyPrices& prices);

}  // namespace deltasim
