#include "explore/slurm/chunks.h"

#include <utility>

#include "arch/errors.h"
#include "explore/evaluation.h"

namespace deltasim {
namespace {

using Chunks = std::vector<std::vector<std::size_t>>;

void append(std::vector<std::size_t>& points, const std::vector<std::size_t>& more) {
  points.insert(points.end(), more.begin(), more.end());
}

Chunks by_time(std::span<const WorkGroup> groups, double target_s) {
  Chunks chunks;
  double seconds = 0;
  for (const WorkGroup& group : groups) {
    // Sums of equal times must not end a chunk early by a rounding error.
    const bool fits = seconds + group.seconds <= target_s * (1 + 1e-9);
    if (chunks.empty() || !fits) {
      chunks.emplace_back();
      seconds = 0;
    }
    append(chunks.back(), group.points);
    seconds += group.seconds;
  }
  return chunks;
}

}  // namespace

std::vector<WorkGroup> work_groups(std::span<const Overrides> points,
                                   const WorkEstimate& estimate) {
  std::vector<WorkGroup> groups;
  for (std::vector<std::size_t>& group : simulation_groups(points)) {
    const auto accounted = static_cast<double>(group.size() - 1);
    groups.push_back({.points = std::move(group),
                      .seconds = estimate.simulation_s + accounted * estimate.accounting_s});
  }
  return groups;
}

Chunks chunks_of(std::span<const WorkGroup> groups, double target_s, std::size_t most) {
  DELTASIM_INVARIANT(most > 0, "a cluster takes at least one task");
  const Chunks chunks = by_time(groups, target_s);
  const std::size_t together = (chunks.size() + most - 1) / most;
  if (together <= 1) return chunks;
  Chunks larger((chunks.size() + together - 1) / together);
  for (std::size_t i = 0; i < chunks.size(); ++i) append(larger[i / together], chunks[i]);
  return larger;
}

}  // namespace deltasim
