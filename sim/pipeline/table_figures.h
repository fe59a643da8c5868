#pragma once
// What a mode's energy rests on, entry by entry.

#include "arch/run_result.h"
#include "energy/account.h"

namespace deltasim {

/// Which entries the energy of `mode` rests on, by name, with their sources and shares.
EnergyTableFigures energy_table_figures(const ModeFigures& mode, const EnergyPrices& prices);

}  // namespace deltasim
