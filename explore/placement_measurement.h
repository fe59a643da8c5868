#pragma once
// From a trace and an accelerator to the costs of every way in which a layer can run: which
// mixtures of modes must be simulated so that every way occurs once, and what each costs.

#include <vector>

#include "explore/placement_problem.h"
#include "sim/pipeline/simulated_experiment.h"

namespace deltasim {

/// The layers of all streams with all their ways to run, none of which has a cost yet. State may
/// live in DRAM, in the buffer where it has a share, and in the accelerator's memory.
/// @param summary for the sparsities
/// @throws ConfigError where a layer has so many readers that their forms cannot be tried
PlacementProblem unmeasured_problem(const RecordSource& records, const AcceleratorSpec& accelerator,
                                    const StreamProgram& any, const TraceSummary& summary);

/// Placements in which every option of every layer occurs: the uniform ones first (dense, spatial,
/// delta with all state in each place), then mixtures. State need not fit: what a layer costs does
/// not depend on what else lives on chip, since nothing is moved to make room.
std::vector<Placement> measuring_placements(const PlacementProblem& problem);

/// By stream, for the simulator.
std::vector<StreamChoice> choices_of(const PlacementProblem& problem, const Placement& placement,
                                     const RecordSource& records, StatePlace otherwise);

/// Takes the costs of a simulated placement over; those that there are already only where
/// `again` says so.
void take_costs(PlacementProblem& problem, const Placement& placement, const ModeSetup& setup,
                const ModeFigures& figures, bool again);

}  // namespace deltasim
