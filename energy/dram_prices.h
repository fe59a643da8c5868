#pragma once
// A table whose DRAM prices come from the part's currents instead of flat energies per bit.

#include "arch/dram_part.h"
#include "energy/energy_table.h"

namespace deltasim {

/// `table` with its DRAM entries, leakage included, replaced by one an action that is worked out
/// from the part's currents and cites the part's source. An action for which the part does not
/// state a current gets none but a place in `dram_gaps`, and is a fault only where it may be
/// counted.
/// @throws ConfigError where the part says nothing of its currents
EnergyTable priced_by_currents(EnergyTable table, const dram::DramPart& part);

}  // namespace deltasim
