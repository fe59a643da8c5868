#pragma once
// A sweep over clips and other parameters, as one over designs: clips are what a design is tried
// on, not designs to choose among.

#include <optional>

#include "arch/sweep_result.h"

namespace deltasim {

/// A point for each combination of the other axes' levels that there is, its objectives the means
/// over the clips on which every design that has any result is done: so all are compared on the
/// same clips, and clips count equally. A design without such a clip is open, or failed with the
/// message of its first failure. A note says which clips count.
/// @return nothing where the sweep has no axis of clips, or no other one with several levels: then
///         it asks about the clips
std::optional<SweepResult> designs_over_clips(const SweepResult& sweep);

}  // namespace deltasim
