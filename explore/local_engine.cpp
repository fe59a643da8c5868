#include "explore/local_engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <ratio>
#include <system_error>
#include <utility>

#include "arch/errors.h"
#include "arch/interrupt.h"
#include "sim/pipeline/worker_pool.h"

namespace deltasim {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;

constexpr std::size_t kSmallestShare = 32;
constexpr int kTries = 2;

/// What a worker sends to the driver.
std::string encode(const Evaluation& evaluation) {
  return Json{{"status", static_cast<int>(evaluation.status)},
              {"objectives", evaluation.objectives},
              {"error", evaluation.error},
              {"wall_s", evaluation.wall_s},
              {"details", evaluation.details}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

Evaluation decode(const std::string& bytes) {
  const Json json = Json::parse(bytes);
  return {.status = static_cast<PointStatus>(json.at("status").get<int>()),
          .objectives = json.at("objectives"),
          .error = json.at("error"),
          .wall_s = json.at("wall_s"),
          .details = json.at("details")};
}

Evaluation failure(PointStatus status, std::string why, double wall_s = 0) {
  return {.status = status, .objectives = {}, .error = std::move(why), .wall_s = wall_s};
}

/// JSON, SQL and the Pareto set know finite numbers only.
void require_finite(const SweepSpec& spec, Evaluation& evaluation) {
  if (evaluation.status != PointStatus::kDone) return;
  for (std::size_t i = 0; i < evaluation.objectives.size(); ++i) {
    if (std::isfinite(evaluation.objectives[i])) continue;
    evaluation = failure(PointStatus::kFailed,
                         fmt::format("the objective {} is {}: it has no value at this point",
                                     spec.objectives.at(i).name, evaluation.objectives[i]),
                         evaluation.wall_s);
    return;
  }
}

/// A point cannot help that there is no room for its files.
bool is_full_disk(const Evaluation& evaluation) {
  if (evaluation.status != PointStatus::kFailed) return false;
  constexpr std::array kReasons{ENOSPC, EDQUOT, EFBIG};
  return std::ranges::any_of(kReasons, [&](int reason) {
    return evaluation.error.find(std::generic_category().message(reason)) != std::string::npos;
  });
}

/// One call of evaluate().
class Evaluations {
 public:
  Evaluations(const SweepSpec& spec, const std::vector<SweepPoint>& points,
              const std::vector<Overrides>& overrides, const LocalEngineOptions& options,
              std::optional<Clock::time_point> end, SweepStore& store, ProgressListener& progress)
      : spec_(spec),
        points_(points),
        overrides_(overrides),
        options_(options),
        end_(end),
        store_(store),
        progress_(progress),
        tries_(points.size()) {}

  void run(const WorkPlan& plan) {
    run(plan.first);
    run(plan.then);
    while (!again_.empty()) run(std::exchange(again_, {}));
  }

 private:
  struct BudgetSpent {};

  void run(const std::vector<WorkUnit>& units) {
    std::vector<std::size_t> items(units.size());
    std::iota(items.begin(), items.end(), std::size_t{0});
    std::vector<WorkUnit> left = units;  // points that nothing is known of yet
    std::optional<std::chrono::duration<double>> limit;
    if (spec_.point_timeout_s) limit.emplace(*spec_.point_timeout_s);
    run_in_workers(items, options_.jobs,
                   {.work =
                        [&](std::size_t unit, const SendPart& send) {
                          evaluate(units[unit], send);
                          return std::string();
                        },
                    .take = [&](std::size_t unit,
                                const std::vector<std::string>& parts) { take(left[unit], parts); },
                    .done = [&](const ItemOutcome& outcome) { end(left[outcome.item], outcome); }},
                   limit);
  }

  /// In a worker. What comes too late stays open.
  void evaluate(const WorkUnit& unit, const SendPart& send) const {
    if (store_.inputs().change()) return;  // end() says so
    std::vector<Overrides> overrides;
    for (const std::size_t point : unit) overrides.push_back(overrides_[point]);
    std::size_t sent = 0;
    const auto tell = [&](Evaluation evaluation) {
      require_finite(spec_, evaluation);
      send(encode(evaluation));
      ++sent;
      require_time();
    };
    try {
      require_time();
      options_.evaluate(spec_, overrides, options_.shared, tell);
    } catch (const BudgetSpent&) {
    } catch (const Interrupted&) {
    } catch (const std::exception& fault) {
      while (sent++ < unit.size()) send(encode(failure(PointStatus::kFailed, fault.what())));
    }
  }

  void require_time() const {
    if (end_ && Clock::now() >= *end_) throw BudgetSpent();
  }

  /// @param left of the unit; the evaluations are of its first points
  void take(WorkUnit& left, const std::vector<std::string>& evaluations) {
    // What was evaluated meanwhile may be of other files than it is called after.
    store_.inputs().require_unchanged();
    std::vector<std::pair<std::size_t, Evaluation>> known;
    for (std::size_t i = 0; i < evaluations.size(); ++i) {
      known.emplace_back(left.at(i), within_limit(decode(evaluations[i])));
    }
    left.erase(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(evaluations.size()));
    record(known);
  }

  /// On a busy machine a point may be done before it is seen to be late.
  Evaluation within_limit(Evaluation evaluation) const {
    const std::optional<double> limit = spec_.point_timeout_s;
    const bool late = limit && evaluation.wall_s > *limit;
    if (!late || evaluation.status != PointStatus::kDone) return evaluation;
    return failure(PointStatus::kTimedOut, fmt::format("took longer than {:g} s", *limit),
                   evaluation.wall_s);
  }

  /// @param left of the unit; the process was at the first of them
  void end(const WorkUnit& left, const ItemOutcome& outcome) {
    store_.inputs().require_unchanged();
    if (outcome.fault.empty() || left.empty()) return;
    if (interrupted()) return;  // the signal went to the workers too
    const std::size_t point = left.front();
    if (outcome.timed_out) {
      record({{point, failure(PointStatus::kTimedOut, outcome.fault, *spec_.point_timeout_s)}});
    } else if (++tries_[point] >= kTries) {
      record({{point, failure(PointStatus::kFailed, outcome.fault)}});
    } else {
      again_.push_back({point});
    }
    share({left.begin() + 1, left.end()});
  }

  /// Among all jobs: what ended one process may end more.
  void share(const WorkUnit& points) {
    const auto jobs = static_cast<std::size_t>(options_.jobs);
    const std::size_t size = (points.size() + jobs - 1) / jobs;
    for (std::size_t at = 0; at < points.size(); at += size) {
      const auto begin = points.begin() + static_cast<std::ptrdiff_t>(at);
      const auto count = static_cast<std::ptrdiff_t>(std::min(size, points.size() - at));
      again_.emplace_back(begin, begin + count);
    }
  }

  /// A point cannot help that there is no room for its files: it stays open.
  void record(const std::vector<std::pair<std::size_t, Evaluation>>& by_point) {
    std::vector<std::pair<std::string, Evaluation>> rows;
    const Evaluation* full_disk = nullptr;
    for (const auto& [point, evaluation] : by_point) {
      if (is_full_disk(evaluation)) {
        full_disk = &evaluation;
      } else {
        rows.emplace_back(points_[point].hash, evaluation);
      }
    }
    store_.record(rows);
    progress_.advance(static_cast<std::int64_t>(rows.size()));
    if (full_disk != nullptr) throw IoError(full_disk->error, "go on with the sweep", 0);
  }

  const SweepSpec& spec_;
  const std::vector<SweepPoint>& points_;
  const std::vector<Overrides>& overrides_;
  const LocalEngineOptions& options_;
  std::optional<Clock::time_point> end_;
  SweepStore& store_;
  ProgressListener& progress_;
  std::vector<int> tries_;  ///< in which the point's process died, by point
  std::vector<WorkUnit> again_;
};

}  // namespace

WorkPlan plan_work(const std::vector<std::vector<std::size_t>>& groups, int jobs) {
  WorkPlan plan;
  for (const WorkUnit& group : groups) {
    // One simulates; then there are two for each job.
    const std::size_t shares = 2 * static_cast<std::size_t>(jobs) + 1;
    const std::size_t size =
        std::clamp((group.size() + shares - 1) / shares, kSmallestShare, kLargestUnit);
    for (std::size_t at = 0; at < group.size(); at += size) {
      const auto begin = group.begin() + static_cast<std::ptrdiff_t>(at);
      const auto count = static_cast<std::ptrdiff_t>(std::min(size, group.size() - at));
      (at == 0 ? plan.first : plan.then).emplace_back(begin, begin + count);
    }
  }
  return plan;
}

LocalEngine::LocalEngine(LocalEngineOptions options)
    : options_(std::move(options)), made_(Clock::now()) {}

void LocalEngine::evaluate(const SweepSpec& spec, const std::vector<SweepPoint>& points,
                           const std::vector<Overrides>& overrides, SweepStore& store,
                           ProgressListener& progress) {
  std::optional<Clock::time_point> end;
  if (spec.budget.hours) {
    end = made_ + std::chrono::duration_cast<Clock::duration>(
                      std::chrono::duration<double, std::ratio<3600>>(*spec.budget.hours));
  }
  Evaluations(spec, points, overrides, options_, end, store, progress)
      .run(plan_work(simulation_groups(overrides), options_.jobs));
}

}  // namespace deltasim
