#pragma once
// Least squares of logarithms over a sweep; used by sram_model.h only.

#include <string_view>
#include <vector>

#include "energy/sram_model.h"

namespace deltasim {

/// The fit of every quantity to the sweeps, all of one node and cell. A sweep of one point has no
/// slope: its exponent is 1.
std::vector<SramFit> fit_sweeps(const std::vector<const SramSweep*>& sweeps);

}  // namespace deltasim
