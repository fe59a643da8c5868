#pragma once
// Answers without a solver, to compare the exact one with.

#include <optional>

#include "explore/placement_problem.h"

namespace deltasim {

/// Every layer in one mode.
/// @param place of all state
Placement uniform_placement(const PlacementProblem& problem, ExecutionMode mode, StatePlace place);

/// The thesis' rule: delta only where more than so large a share of what a layer reads stays the
/// same (of the last layer of a sum, for all of them); elsewhere `otherwise`.
Placement rule_placement(const PlacementProblem& problem, double threshold, ExecutionMode otherwise,
                         StatePlace place);

/// What a group changes.
struct GroupMove {
  std::size_t group = 0;
  ExecutionMode mode = ExecutionMode::kDense;
  StatePlace place = StatePlace::kDram;
};
/// The answer after a move.
Placement moved(const PlacementProblem& problem, Placement placement, const GroupMove& move);
/// All moves of a group that change something.
std::vector<GroupMove> moves_of(const PlacementProblem& problem, const Placement& placement,
                                std::size_t group);

/// Starts from the cheapest mode throughout, with its state in DRAM, and does one move after the
/// other, of one group each: those that take no room on chip first, by saving, then by saving per
/// byte; until none saves anything or fits.
Placement greedy_placement(const PlacementProblem& problem, PlacementGoal goal);

}  // namespace deltasim
