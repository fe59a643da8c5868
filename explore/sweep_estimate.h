#pragma once
// What a sweep would do, before it does it.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "arch/progress.h"
#include "explore/sweep.h"

namespace deltasim {

struct SweepEstimate {
  std::int64_t combinations = 0;  ///< of all levels
  /// Combinations that the constraints drop; none where there are too many to try them all.
  std::optional<std::int64_t> dropped;
  std::int64_t points = 0;  ///< that the strategy tries, at most (a search may meet some again)
  std::int64_t equal = 0;   ///< of these, designs that equal an earlier one
  std::int64_t there = 0;   ///< of these, evaluated already in the sweep's folder
  std::int64_t simulations = 0;  ///< of all points; the other points are accounted anew
  std::int64_t recordings = 0;   ///< traces that must be recorded; 0 where the experiment has one
  bool searched = false;         ///< by NSGA-II: which points is not known, counts are the most
  double simulation_s = 0;       ///< that a point takes which is simulated, in one process
  /// That one takes which shares a simulation; none where no point does, or none was measured.
  std::optional<double> accounting_s;
  std::string basis;   ///< where these times come from
  double seconds = 0;  ///< for what is left, with so many jobs
};

/// Counts points, simulations and recordings. Times are those of the points in the sweep's folder,
/// or where it has none, of points that are evaluated in a temporary folder.
/// @throws as run_sweep()
SweepEstimate estimate_sweep(const SweepSpec& spec, const SweepOptions& options, int jobs,
                             ProgressListener& progress);

}  // namespace deltasim
