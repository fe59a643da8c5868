#pragma once
// Which layers deserve a delta layer: a mode a layer, by measured energy.

#include <array>
#include <vector>

#include "arch/run_result.h"
#include "sim/pipeline/simulation.h"

namespace deltasim {

/// Measured energy of one layer in each mode, pJ over all frames, by ExecutionMode.
using LayerCosts = std::array<double, 3>;

/// What it costs a layer when the next reads its outputs in another form than its own mode
/// makes, pJ over all frames: a whole map made again from its sums (delta to spatial or dense),
/// or a previous map kept only to be compared with (the other way).
struct SwitchCosts {
  double from_delta = 0;
  double to_delta = 0;
};

/// The cheapest chain of modes: exact, by dynamic programming over layers in execution order,
/// a layer's own cost plus the switch to the next.
/// @param switches parallel to `costs`, of the outputs of each layer
ModeChoice choose_modes(const std::vector<LayerCosts>& costs,
                        const std::vector<SwitchCosts>& switches);

/// Gives the layers of one sum the mode of the last of them: half a sum in DRAM and half in the
/// state would be neither.
void agree_on_sums(const StreamPlan& plan, ModeChoice& modes);

/// Costs of each layer of a stream, from the results of the three modes (in their order).
std::vector<LayerCosts> layer_costs(const std::array<const StreamFigures*, 3>& modes);

/// Switch costs, at the energy that a bit of state costs where it lives.
std::vector<SwitchCosts> switch_costs(const StreamProgram& delta, const StreamFigures& figures,
                                      double pJ_per_state_bit);

}  // namespace deltasim
