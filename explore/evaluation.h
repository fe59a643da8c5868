#pragma once
// From overrides to objectives: what happens to one point of a sweep.

#include <cstddef>
#include <filesystem>
#include <functional>
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

/// Places in `points` of those that have one simulation_key(), in the order of their first points.
std::vector<std::vector<std::size_t>> simulation_groups(std::span<const Overrides> points);

/// Told of a point as soon as it is evaluated.
using TakeEvaluation = std::function<void(Evaluation)>;

/// Evaluates points that have one simulation_key(): the first simulates, the others are accounted
/// anew. One that is wrong or fails does not keep the others from being evaluated. In the calling
/// process, with one job.
/// @param points overrides of each, complete
/// @param take called once a point, in the order of `points`; what it throws ends the evaluation
/// @throws Interrupted
void evaluate_each(const SweepSpec& spec, std::span<const Overrides> points,
                   const SharedWork& shared, const TakeEvaluation& take);

/// The same, all at the end. @return parallel to `points`
std::vector<Evaluation> evaluate_group(const SweepSpec& spec, std::span<const Overrides> points,
                                       const SharedWork& shared);

}  // namespace deltasim
