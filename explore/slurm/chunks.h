#pragma once
// Which points of a sweep a task of the cluster evaluates.

#include <cstddef>
#include <span>
#include <vector>

#include "sim/pipeline/experiment.h"

namespace deltasim {

/// Points that share one simulation, so that one task must have them all.
struct WorkGroup {
  std::vector<std::size_t> points;  ///< their numbers in what was asked for
  double seconds = 0;               ///< estimated, of all of them
};

/// What points are estimated to take.
struct WorkEstimate {
  double simulation_s = 0;  ///< of the first of a group
  double accounting_s = 0;  ///< of each further one
};

/// By simulation_key(), in the order of their first points.
std::vector<WorkGroup> work_groups(std::span<const Overrides> points, const WorkEstimate& estimate);

/// Puts groups that follow each other together until another one would take a chunk beyond
/// `target_s`; a group that alone takes longer is a chunk of its own. Where that makes more than
/// `most` chunks, as many neighbours as needed are put together.
/// @return numbers of points
std::vector<std::vector<std::size_t>> chunks_of(std::span<const WorkGroup> groups, double target_s,
                                                std::size_t most);

}  // namespace deltasim
