#pragma once
// How good a set of points is as an answer with several objectives, in one number.

#include <span>
#include <vector>

#include "report/pareto.h"

namespace deltasim {

/// Volume of what points dominate, up to a reference (Zitzler and Thiele, IEEE Transactions on
/// Evolutionary Computation 3(4), 1999), by pagmo. What is not better than the reference in every
/// cost counts for nothing.
double hypervolume(std::span<const Costs> points, const Costs& reference);

/// Hypervolume of `found` over that of `all`, the set with the best that there is. Costs are scaled
/// to 0 to 1 over the front of `all`, and the reference lies at 1.1, so that the ends of the front
/// count as well.
/// @param all at least one point
double relative_hypervolume(std::span<const Costs> found, std::span<const Costs> all);

}  // namespace deltasim
