#pragma once
// Selective execution: the second simulation of a run, for which layers run how depends on prices.

#include <string>
#include <vector>

#include "sim/pipeline/selective.h"
#include "sim/pipeline/simulated_experiment.h"

namespace deltasim {

struct SelectedModes {
  SimulatedMode mode;  ///< "selective"
  std::string note;    ///< why it is no mixture but one mode throughout; empty where it is one
};

/// Chooses, simulates the mixture, and falls back to the best mode alone where the mixture
/// costs more than it promised: joins and forms couple layers in ways that a chain of
/// neighbours does not see.
/// @throws as simulate_mixture()
SelectedModes select_modes(const SimulatedExperiment& simulated, const PricedMachine& machine,
                           RecordSource& records, ProgressListener& progress);

/// Does what the experiment's placement says, whatever it costs.
/// @throws as simulate_mixture() and place_layers()
SelectedModes place_modes(const SimulatedExperiment& simulated, const PlacementSpec& placement,
                          RecordSource& records, ProgressListener& progress);

/// Measured energy of every layer of a stream in each mode.
/// @param figures of dense, spatial and delta execution, with their layers
std::vector<LayerCosts> costs_of(const std::array<const ModeFigures*, 3>& figures,
                                 std::size_t stream);

}  // namespace deltasim
