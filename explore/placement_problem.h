#pragma once
// Which layers deserve a delta layer, and where its state lives: the choice as plain numbers. A
// layer's measured cost depends on its own mode, on the place of its state, and on the forms in
// which its readers want its outputs; layers share the room on chip.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/work/frame_plan.h"

namespace deltasim {

/// Forms that readers want of an output, a bit each: 1 << MapForm.
using Forms = unsigned;
constexpr Forms bit_of(MapForm form) { return 1U << static_cast<unsigned>(form); }

/// One way in which a layer can run, as its neighbours make it, and what it then costs.
struct LayerOption {
  ExecutionMode mode = ExecutionMode::kDense;
  /// Of what it keeps between frames; kDram where it keeps nothing.
  StatePlace place = StatePlace::kDram;
  std::vector<Forms> demanded{};  ///< by output
  bool keeps_state = false;
  double energy_pJ = 0;  ///< over all frames, without the refresh of a memory
  double time_s = 0;     ///< over all frames
  std::int64_t glb_bytes = 0;
  std::int64_t memory_bytes = 0;  ///< in the accelerator's memory for state

  bool same_way(const LayerOption& other) const {
    return mode == other.mode && demanded == other.demanded && keeps_state == other.keeps_state &&
           (!keeps_state || place == other.place);
  }
};

/// Layers that add to one sum are one group: they have one mode, and keep the sum in one place.
struct PlacementLayer {
  std::string stream, name;
  std::size_t group = 0;
  /// Of each output, the groups that read it; each once.
  std::vector<std::vector<std::size_t>> readers;
  std::vector<LayerOption> options;  ///< what it costs in every way in which it can run
  double temporal_sparsity = 0;      ///< of the map that it reads
};

struct PlacementProblem {
  std::vector<PlacementLayer> layers;  ///< of all streams, in execution order
  std::size_t groups = 0;
  std::int64_t glb_bytes = 0;     ///< room for state, of all streams together
  std::int64_t memory_bytes = 0;  ///< the same of the memory; 0 where there is none
  double refresh_W = 0;           ///< of the memory, while it keeps anything
};

/// An answer: a mode a group, a place a layer.
struct Placement {
  std::vector<ExecutionMode> modes;
  std::vector<StatePlace> places;
};

struct PlacementTotals {
  double energy_pJ = 0;
  double time_s = 0;
  std::int64_t glb_bytes = 0;
  std::int64_t memory_bytes = 0;
};

enum class PlacementGoal : std::uint8_t { kEnergy, kEnergyDelay };
/// "energy", "energy_delay"
std::string_view to_string(PlacementGoal goal);
/// pJ, or pJ s: the product of the sums.
double value_of(PlacementGoal goal, const PlacementTotals& totals);

/// What the readers of a layer's outputs want, for these modes of the groups.
std::vector<Forms> demanded_of(const PlacementLayer& layer,
                               const std::vector<ExecutionMode>& modes);

/// How a layer runs in an answer; null where that was not measured.
const LayerOption* option_of(const PlacementProblem& problem, std::size_t layer,
                             const Placement& placement);

/// @throws InternalError where a layer would run in a way that was not measured
PlacementTotals totals_of(const PlacementProblem& problem, const Placement& placement);
/// Of some layers only, without the refresh of the memory.
PlacementTotals sums_of(const PlacementProblem& problem, const Placement& placement,
                        const std::vector<std::size_t>& layers);
bool fits(const PlacementProblem& problem, const PlacementTotals& totals);

}  // namespace deltasim
