#pragma once
// The levels of a sweep are tried in its base experiment, so that a misspelt key shows before a
// thousand points have failed of it.

#include <vector>

#include "arch/config_reader.h"
#include "explore/sweep_spec.h"

namespace deltasim {

/// Reads the base experiment, its accelerator and its energy table with the keys of some points,
/// so that each level is tried. A level is wrong if each of several points with it is wrong at one
/// of its keys; one that is wrong only beside others is no fault of the file. What cannot be built
/// though each value is right, such as partitions larger than their buffer, is found when the
/// point is run.
/// @param root of the sweep file, where faults are reported
/// @param given keys of the command line; not yet part of `spec.sets`
/// @return faults of the base itself, and of `given`, which stand in no place of the sweep file
/// @throws IoError where one of the files cannot be read
std::vector<Fault> try_levels(const SweepSpec& spec, const Overrides& given,
                              const ConfigNode& root);

}  // namespace deltasim
