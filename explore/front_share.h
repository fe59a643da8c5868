#pragma once
// How close a search comes to the best that there is.

#include <cstdint>

#include "arch/sweep_result.h"

namespace deltasim {

/// Points with an outcome, and what they come to.
struct FrontShare {
  double hypervolume =
      0;  ///< of the found points over that of the reference's; 1 for the same front
  std::int64_t evaluated = 0, reference_evaluated = 0;  ///< points that are not open
};

/// Compares the points that are done with those of a sweep that tried all, in the objectives of
/// both.
/// @throws ConfigError where axes or objectives differ, or nothing is done in one of them
FrontShare front_share(const SweepResult& found, const SweepResult& reference);

}  // namespace deltasim
