#pragma once
// Selective placement: read trace -> measure every way in which a layer can run -> choose ->
// simulate the choice, and choose again where it does not cost what was predicted.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "arch/progress.h"
#include "explore/placement_problem.h"
#include "explore/state_budget.h"
#include "sim/pipeline/experiment.h"
#include "sim/pipeline/placement.h"

namespace deltasim {

struct PlaceOptions {
  std::filesystem::path output;  ///< folder: work items
  int jobs = 1;
  std::string tool_version;
  PlacementGoal goal = PlacementGoal::kEnergy;
  StateBudget budget;
  double threshold = 0.9;   ///< of the thesis' rule: delta where more of the input stays the same
  double tolerance = 0.01;  ///< between prediction and simulation, of energy and of time
  int iterations = 5;       ///< at most
};

/// What one way to place layers costs.
struct PlacementAnswer {
  std::string name;  ///< "exact", "greedy", "rule", "dense", ...
  std::string how;   ///< in a sentence's words
  Placement placement;
  PlacementTotals predicted;                 ///< from the layers' measured costs
  std::optional<PlacementTotals> simulated;  ///< as a whole; none: it does not fit
};

/// Of the exact answer, one round of choosing and simulating.
struct PlacementRound {
  PlacementTotals predicted, simulated;
  /// The larger of the two relative differences.
  double error() const;
};

struct PlacementResult {
  std::string name;  ///< of the experiment
  std::string accelerator, energy_table, trace_sha256, tool_version;
  std::string otherwise;  ///< where the accelerator's state lives by itself
  Overrides accelerator_keys;
  PlacementGoal goal = PlacementGoal::kEnergy;
  double threshold = 0;
  double tolerance = 0;
  std::string budget;  ///< what it bought; empty where there is none
  std::string memory;  ///< name of the accelerator's memory for state; empty where it has none
  std::int64_t frames = 0;
  PlacementProblem problem;  ///< with the measured costs
  int measured = 0;          ///< placements that were simulated to measure them
  int solves = 0, variables = 0, rows = 0;
  double solve_s = 0, simulate_s = 0;  ///< that it took
  std::vector<PlacementRound> rounds;
  std::vector<PlacementAnswer> answers;  ///< the exact one first
  std::string fragment;                  ///< the exact one, as an experiment's key

  const PlacementAnswer& exact() const { return answers.front(); }
  /// Whether the exact answer costs what is predicted for it.
  bool agrees() const {
    return PlacementRound{exact().predicted, *exact().simulated}.error() <= tolerance;
  }
};

/// The experiment's modes, baseline, frame rate and placement do not matter.
/// @throws ConfigError, IoError, Interrupted; InternalError where a worker crashed
PlacementResult find_placement(RunSpec spec, const PlaceOptions& options,
                               ProgressListener& progress);

}  // namespace deltasim
