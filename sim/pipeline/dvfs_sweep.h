#pragma once
// The same experiment at several clocks of its accelerator: cycles change too, for the DRAM's times
// stay what they are in nanoseconds.

#include <string>

#include "arch/dvfs_sweep.h"
#include "arch/progress.h"
#include "sim/pipeline/run.h"

namespace deltasim {

inline constexpr int kFewestSweepPoints = 3;

/// Simulates `mode` at clocks spread evenly over the range of the accelerator's dvfs. What an
/// interrupted sweep left in the output folder is used again.
/// @param points at least kFewestSweepPoints
/// @throws ConfigError where the accelerator has no dvfs or its clock is set by an override; and as
///         run_experiment()
DvfsSweep sweep_clock(const RunSpec& spec, const std::string& mode, int points,
                      const RunOptions& options, ProgressListener& progress);

}  // namespace deltasim
