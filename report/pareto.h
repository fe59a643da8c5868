#pragma once
// Which of several designs no other one beats, and which of those is the best compromise.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "arch/sweep_result.h"

namespace deltasim {

/// Two objectives, both better when smaller.
struct Tradeoff {
  double first = 0, second = 0;
};

/// Indices of the points that no other point dominates, by rising `first`: none is as good in both
/// objectives and better in one. Equal points do not dominate each other. Exact; O(n log n).
std::vector<std::size_t> non_dominated(std::span<const Tradeoff> points);

/// Any number of objectives, each better when smaller.
using Costs = std::vector<double>;

/// What is maximised, negated.
/// @param values parallel to the objectives
Costs costs_of(std::span<const double> values, std::span<const SweepObjective> objectives);

/// The same for points that have equally many costs, by rising first one, then the second, and so
/// on; of equal points, by index. A point with a cost that is no number is left out. Exact; O(n x
/// size of the result), of two costs O(n log n).
std::vector<std::size_t> non_dominated(std::span<const Costs> points);

/// The knee of a front. Each cost is scaled to 0 to 1 over the front; the knee lies farthest from
/// the plane through the points that have 1 in one cost and 0 in the others, on the side of the
/// ideal point. With two costs this is the line through the ends of the front (Das, "On
/// characterizing the knee of the Pareto curve", Structural Optimization 18, 1999); with more, it
/// is the point of least Manhattan distance to the ideal (Chiu, Yen and Juan, IEEE Transactions on
/// Evolutionary Computation 20(6), 2016). Of points that lie equally far, the first.
/// @return index into the front; nothing where no point lies below the plane, as in a front of
///         fewer than three points, of equal points, or one that bulges outwards
std::optional<std::size_t> knee_point(std::span<const Costs> front);

}  // namespace deltasim
