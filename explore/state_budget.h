#pragma once
// How much state may live on chip, where the accelerator is not taken as it is.

#include <optional>
#include <string>

#include "arch/square_millimetres.h"
#include "sim/pipeline/experiment.h"

namespace deltasim {

/// At most one of them.
struct StateBudget {
  std::optional<Bytes> glb;               ///< the buffer's share for state
  std::optional<SquareMillimetres> area;  ///< of the buffer, beyond what it takes without state
};

/// Keys of the accelerator that give its buffer so large a share for state. The buffer grows or
/// shrinks by the difference (to whole words of all banks), so that what each of its accesses costs
/// follows its capacity. An area is spent on the largest share that it holds, by the SRAM model.
/// State that lived in the buffer lives in DRAM where no share is left.
/// @param how is told what the budget bought; left as it is where there is no budget
/// @throws ConfigError where the energy table is of no node that areas scale to, or state has a
///         memory of its own, whose technology states no area
Overrides keys_of_budget(const RunSpec& spec, const StateBudget& budget, std::string& how);

}  // namespace deltasim
