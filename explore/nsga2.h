#pragma once
// Search for trade-offs without trying every point: NSGA-II, by pagmo.

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "explore/design_space.h"

namespace deltasim {

/// Objectives of points, parallel to them; nothing where a point failed.
using EvaluatePoints =
    std::function<std::vector<std::optional<std::vector<double>>>(const std::vector<DesignPoint>&)>;

/// Runs the sweep's NSGA-II (Deb, Pratap, Agarwal and Meyarivan, IEEE Transactions on Evolutionary
/// Computation 6(2), 2002) over the levels' indices: crossover with probability 0.95, each level
/// drawn anew with probability 1 / parameters. The first generation is a Latin hypercube. A whole
/// generation is evaluated at once. No point is evaluated twice, nor one that breaks a constraint:
/// these, and points that failed, are worse than all others.
///
/// With equal answers it proposes equal points, so that a search that was cut short is gone through
/// again from the points that are known.
///
/// A space with no more points than the population is evaluated whole.
/// @param evaluate what it throws ends the search
/// @param most_steps levels that are tried to see whether the space is so small
/// @return what was evaluated, in this order
/// @throws ConfigError where no point meets the constraints
std::vector<DesignPoint> search_nsga2(const SweepSpec& spec, const EvaluatePoints& evaluate,
                                      std::int64_t most_steps = 20'000'000);

}  // namespace deltasim
