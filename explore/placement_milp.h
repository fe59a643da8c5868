#pragma once
// The exact answer: a mixed-integer linear program, solved by COIN-OR CBC.
//
// Binary variables: x[g][m], group g runs in mode m; v[l][o], layer l runs in the way o, a triple
// of mode, place of its state and forms that its readers want. A layer runs in one way, in its
// group's mode; layers of a group keep their sum in one place; a way in which a form is wanted goes
// with at least one reader in the mode that reads it, and one in which it is not wanted with none.
// That makes the costs between neighbours linear without an approximation, whatever the number of
// readers. The room on chip is one row a memory, over all streams (a knapsack).
//
// Energy-delay is the product of two sums, E(x) D(x). It is quasi-concave where both are positive,
// so that over the convex hull of all (E, D) it is least in a corner, and every corner towards the
// origin is the optimum of some a E + b D. The corners are found one after the other between the
// two ends (Aneja and Nair, 1979); a pair of neighbours whose ideal point, the smaller E by the
// smaller D, is no better than the best product so far is left out. So this is exact too.

#include <string>

#include "explore/placement_problem.h"

namespace deltasim {

struct PlacementSolution {
  Placement placement;
  PlacementTotals totals;
  int solves = 0;     ///< of linear programs with integers
  int variables = 0;  ///< of each
  int rows = 0;
};

/// "COIN-OR CBC 2.10.8"
std::string solver_name();

/// @throws InternalError where the solver does not prove its answer
PlacementSolution solve_placement(const PlacementProblem& problem, PlacementGoal goal);

}  // namespace deltasim
