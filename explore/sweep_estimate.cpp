#include "explore/sweep_estimate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <numeric>
#include <set>

#include "arch/errors.h"
#include "arch/scratch_folder.h"
#include "explore/constraint_set.h"
#include "explore/design_space.h"
#include "explore/sweep_store.h"
#include "sim/pipeline/recording_key.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

// Beyond this the constraints are not tried on every combination.
constexpr std::int64_t kMostSteps = 1'000'000;

/// A point that fails, such as a damaged clip, is no measure; others may be.
constexpr std::size_t kMostMeasured = 4;

/// Points that have a simulation in common, by what is simulated; in the order of the first.
using Groups = std::vector<std::vector<std::size_t>>;

/// Whether a key changes which trace is recorded.
bool concerns_recording(const std::string& key) {
  constexpr std::array<std::string_view, 10> kKeys{"trace",       "network",  "video",  "quantizer",
                                                   "backend",     "fidelity", "values", "faults",
                                                   "store_trace", "frames"};
  const std::string_view first = std::string_view(key).substr(0, key.find('.'));
  return std::ranges::find(kKeys, first) != kKeys.end();
}

std::int64_t count_recordings(const SweepSpec& spec, const std::vector<Overrides>& points,
                              const std::string& tool_version) {
  std::set<Overrides> tried;
  std::set<std::string> recordings;
  for (const Overrides& point : points) {
    Overrides concerned;
    std::ranges::copy_if(point, std::back_inserter(concerned),
                         [](const auto& set) { return concerns_recording(set.first); });
    if (!tried.insert(concerned).second) continue;
    const RunSpec run = load_experiment(spec.experiment, concerned);
    if (!run.trace && run.store_trace)
      recordings.insert(recording_key(run.recording, tool_version));
  }
  return static_cast<std::int64_t>(recordings.size());
}

void measure(const SweepSpec& spec, const std::vector<Overrides>& overrides, const Groups& groups,
             const std::string& tool_version, SweepEstimate& estimate) {
  std::vector<std::vector<std::size_t>> order(groups.begin(), groups.end());
  std::ranges::stable_sort(order, std::greater<>(), [](const auto& group) { return group.size(); });
  order.resize(std::min(order.size(), kMostMeasured));
  const ScratchFolder scratch("dry-run");
  std::optional<ConfigError> fault;
  for (const std::vector<std::size_t>& group : order) {
    std::vector<Overrides> tried{overrides[group[0]]};
    if (group.size() > 1) tried.push_back(overrides[group[1]]);
    const std::vector<Evaluation> done =
        evaluate_group(spec, tried, {.folder = scratch.path(), .tool_version = tool_version});
    const auto failed = std::ranges::find_if(
        done, [](const Evaluation& point) { return point.status != PointStatus::kDone; });
    if (failed == done.end()) {
      estimate.basis = "evaluated one point in a temporary folder";
      estimate.simulation_s = done[0].wall_s;
      if (done.size() > 1) estimate.accounting_s = done[1].wall_s;
      return;
    }
    if (fault) continue;
    fault.emplace(fmt::format("point {}", group[static_cast<std::size_t>(failed - done.begin())]),
                  "cannot be evaluated: " + failed->error);
  }
  throw *fault;
}

std::vector<std::size_t> all_parameters(const SweepSpec& spec) {
  std::vector<std::size_t> parameters(spec.parameters.size());
  std::iota(parameters.begin(), parameters.end(), std::size_t{0});
  return parameters;
}

std::optional<std::int64_t> dropped_by_constraints(const SweepSpec& spec,
                                                   const ConstraintSet& constraints) {
  if (spec.constraints.empty()) return 0;
  std::int64_t kept = 0;
  const bool finished =
      walk_points(spec, constraints, all_parameters(spec), kMostSteps, [&](const DesignPoint&) {
        ++kept;
        return true;
      });
  if (!finished) return std::nullopt;
  return combinations(spec) - kept;
}

/// What stands for the designs of a search: one that it may find, and one for every trace that may
/// have to be recorded.
std::vector<DesignPoint> searched_points(const SweepSpec& spec) {
  std::vector<std::size_t> parameters;
  for (const std::size_t p : all_parameters(spec)) {
    const bool concerned = std::ranges::any_of(spec.parameters[p].levels, [](const Level& level) {
      return std::ranges::any_of(level.sets,
                                 [](const auto& set) { return concerns_recording(set.first); });
    });
    if (concerned) parameters.push_back(p);
  }
  const ConstraintSet constraints(spec);
  std::vector<DesignPoint> points;
  walk_points(spec, constraints, all_parameters(spec), kMostSteps, [&](const DesignPoint& point) {
    points.push_back(point);
    return false;
  });
  walk_points(spec, constraints, parameters, kMostSteps, [&](const DesignPoint& point) {
    points.push_back(point);
    return true;
  });
  return points;
}

/// What is known of each point that is to be evaluated.
struct Planned {
  std::vector<Overrides> overrides;
  std::map<std::string, std::size_t> places;  ///< in `overrides`, by hash
  std::int64_t equal = 0;
};

Planned plan(const SweepSpec& spec, const std::vector<DesignPoint>& designs,
             const SweepOptions& options) {
  FileHashes files(options.output / kHashesFile);
  PointHasher hasher(spec, options.tool_version, &files);
  Planned planned;
  for (const DesignPoint& design : designs) {
    if (planned.places.emplace(hasher.hash_of(design), planned.overrides.size()).second) {
      planned.overrides.push_back(overrides_of(spec, design));
    } else {
      ++planned.equal;
    }
  }
  return planned;
}

std::int64_t evaluated_in(const fs::path& output, const Planned& planned) {
  if (!fs::exists(output / kStoreFile)) return 0;
  return std::ranges::count_if(
      read_sweep(output / kStoreFile).points, [&](const SweepPoint& point) {
        const bool again =
            point.status == PointStatus::kOpen || point.status == PointStatus::kFailed;
        return !again && planned.places.contains(point.hash);
      });
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Means of what lies in the sweep's folder. Of the points of a group that which took longest has
/// simulated.
bool take_times_from_store(const fs::path& output, const Planned& planned, const Groups& groups,
                           SweepEstimate& estimate) {
  if (!fs::exists(output / kStoreFile)) return false;
  std::vector<std::size_t> group_of(planned.overrides.size());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (const std::size_t point : groups[g]) group_of[point] = g;
  }
  std::vector<std::vector<double>> times(groups.size());
  for (const SweepPoint& point : read_sweep(output / kStoreFile).points) {
    const auto place = planned.places.find(point.hash);
    if (point.status != PointStatus::kDone) continue;
    // What a search found stands for itself.
    if (place == planned.places.end()) {
      times.push_back({point.wall_s});
    } else {
      times[group_of[place->second]].push_back(point.wall_s);
    }
  }
  std::vector<double> simulated, accounted;
  for (std::vector<double>& group : times) {
    std::ranges::sort(group, std::greater<>());
    if (group.empty()) continue;
    simulated.push_back(group.front());
    accounted.insert(accounted.end(), group.begin() + 1, group.end());
  }
  if (simulated.empty()) return false;
  estimate.simulation_s = mean(simulated);
  if (!accounted.empty()) estimate.accounting_s = mean(accounted);
  estimate.basis = fmt::format("the mean of the {} points that are done in {}",
                               simulated.size() + accounted.size(), output.string());
  return true;
}

/// A search tries every design of its last generation, and may meet some again.
void count_searched(const SweepSpec& spec, const Nsga2Strategy& search, SweepEstimate& estimate) {
  estimate.searched = true;
  estimate.equal = 0;  // its designs are not known yet
  const std::int64_t tried = std::int64_t{search.population} * (search.generations + 1);
  const std::int64_t there_are = combinations(spec) - estimate.dropped.value_or(0);
  estimate.points = estimate.simulations = std::min(tried, there_are);
}

double seconds_of(const SweepEstimate& estimate, int jobs) {
  const double left =
      1 - static_cast<double>(estimate.there) / static_cast<double>(estimate.points);
  const auto simulated = static_cast<double>(estimate.simulations);
  const double accounted = static_cast<double>(estimate.points) - simulated;
  return left *
         (simulated * estimate.simulation_s +
          accounted * estimate.accounting_s.value_or(estimate.simulation_s)) /
         jobs;
}

}  // namespace

SweepEstimate estimate_sweep(const SweepSpec& spec, const SweepOptions& options, int jobs,
                             ProgressListener& progress) {
  const auto* search = std::get_if<Nsga2Strategy>(&spec.strategy);
  const Planned planned =
      plan(spec, search != nullptr ? searched_points(spec) : planned_points(spec), options);
  const Groups groups = simulation_groups(planned.overrides);
  SweepEstimate estimate{.combinations = combinations(spec),
                         .dropped = dropped_by_constraints(spec, ConstraintSet(spec)),
                         .points = static_cast<std::int64_t>(planned.overrides.size()),
                         .equal = planned.equal,
                         .there = evaluated_in(options.output, planned),
                         .simulations = static_cast<std::int64_t>(groups.size())};
  if (search != nullptr) count_searched(spec, *search, estimate);
  estimate.recordings = count_recordings(spec, planned.overrides, options.tool_version);
  if (!take_times_from_store(options.output, planned, groups, estimate)) {
    progress.note("evaluating one point in a temporary folder, to see how long it takes");
    measure(spec, planned.overrides, groups, options.tool_version, estimate);
  }
  estimate.seconds = seconds_of(estimate, jobs);
  return estimate;
}

}  // namespace deltasim
