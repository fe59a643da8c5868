#pragma once
// The second half of a run: what was simulated, priced. Cheap, so that it can be done anew for
// every energy table.

#include <string>
#include <vector>

#include "arch/run_result.h"
#include "sim/pipeline/mode_selection.h"
#include "sim/pipeline/simulated_experiment.h"

namespace deltasim {

/// Where a result comes from, as its provenance says it.
struct RunOrigin {
  std::string experiment;  ///< its file
  std::string command;     ///< that makes the result again
  std::string tool_version;
};

/// The figures of an experiment for given prices.
/// @param machines those of `simulated`, priced
/// @param spec of the experiment; it may differ from that which was simulated in what is priced:
///        energy table, frame rate and the DRAM's idle state
/// @param selected where the experiment has selective execution, what was chosen for these prices
/// @param detail kTotals leaves out layers, sites, choices, and of frames all but their time: that
///        is not for a file
/// @throws ConfigError where a state memory forgets before the next frame
RunResult account(const SimulatedExperiment& simulated, const PricedMachines& machines,
                  const SelectedModes* selected, const RunSpec& spec, const RunOrigin& origin,
                  FigureDetail detail = FigureDetail::kEverything);

}  // namespace deltasim
