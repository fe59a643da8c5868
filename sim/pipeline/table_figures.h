#pragma once
// What the energy table says beyond prices: what a mode's energy rests on, entry by entry, and the
// area at its node.

#include "arch/run_result.h"
#include "energy/account.h"
#include "sim/pipeline/priced_machine.h"

namespace deltasim {

/// Which entries the energy of `mode` rests on, by name, with their sources and shares.
EnergyTableFigures energy_table_figures(const ModeFigures& mode, const EnergyPrices& prices);

/// Puts the estimate of the area into the result, or why there is none.
void add_area(const PricedMachine& machine, RunResult& result);

}  // namespace deltasim
