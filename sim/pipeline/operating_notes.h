#pragma once
// What a reader must know of the voltage at which a result's energy was accounted.

#include <string>
#include <vector>

#include "arch/accelerator.h"
#include "energy/energy_table.h"
#include "sim/pipeline/experiment.h"

namespace deltasim {

/// None where clock and voltage are the description's own and fit the energy table.
/// @param leaks whether leakage is priced at all
/// @param overrides of the accelerator
std::vector<std::string> operating_notes(const AcceleratorSpec& spec, const EnergyTable& table,
                                         bool leaks, const Overrides& overrides);

/// Of those, what does not hang on the clock: what nobody verified, and what does not fit.
/// @pre the accelerator has dvfs
std::vector<std::string> dvfs_caveats(const AcceleratorSpec& spec, const EnergyTable& table,
                                      bool leaks);

/// "500 MHz at 900 mV and 300 K"; the clock alone where no voltage is known.
std::string operating_point_text(const AcceleratorSpec& spec);

}  // namespace deltasim
