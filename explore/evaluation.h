#pragma once
// From overrides to objectives: what happens to one point of a sweep.

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "arch/progress.h"
#include "explore/sweep_spec.h"

namespace deltasim {

/// What became of a point.
struct Evaluation {
  PointStatus status = PointStatus::kOpen;
  std::vector<double> objectives;  ///< parallel to the sweep's
  std::string error;
  double wall_s = 0;
  std::string details{};  ///< SweepPoint::details; stored with the point
};

/// Where points share what they have in common.
struct SharedWork {
  std::filesystem::path folder;  ///< traces by recording, work items by content
  std::string tool_version;
};

/// The part of a point's overrides that changes what is simulated, as a text: points with equal
/// texts differ in energy only, so that one simulation serves them all.
std::string simulation_key(const Overrides& overrides);

/// Evaluates points that have one simulation_key(): the first simulates, the others are accounted
/// anew. One that is wrong or fails does not keep the others from being evaluated. In the calling
/// process, with one job.
/// @param points overrides of each, complete
/// @return parallel to `points`
/// @throws Interrupted
std::vector<Evaluation> evaluate_group(const SweepSpec& spec, std::span<const Overrides> points,
                                       const SharedWork& shared);

}  // namespace deltasim
