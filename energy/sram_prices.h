#pragma once
// Entries of an energy table that an SRAM model writes for one accelerator's memories.

#include "arch/accelerator.h"
#include "energy/energy_table.h"

namespace deltasim {

/// Adds read, write and leakage entries for the global buffer and the PEs' memories, where the
/// table asks for a model (`models: sram`); else gives it back as it is. The entries cite the
/// model, say how each figure came about, and are verified unless it is extrapolated.
///
/// Left to the table's entries: a memory that it prices by entries of its own (`glb`, `rf`), and a
/// PE's memory below the smallest swept capacity, which is no SRAM macro but registers or the like.
/// The table's notes say so, and what was extrapolated, scaled, or is too slow for the clock.
/// @throws ConfigError with every memory that the model does not cover.
EnergyTable with_sram_entries(EnergyTable table, const AcceleratorSpec& spec);

}  // namespace deltasim
