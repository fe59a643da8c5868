#include "explore/local_engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
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

// Re-accounting takes about a millisecond, a process some hundred: units as large as a second.
constexpr std::size_t kSmallestShare = 32;
constexpr std::size_t kLargestUnit = 512;
constexpr int kTries = 2;

/// What a worker sends to the driver.
std::string encode(const std::vector<Evaluation>& evaluations) {
  Json all = Json::array();
  for (const Evaluation& each : evaluations) {
    all.push_back({{"status", static_cast<int>(each.status)},
                   {"objectives", each.objectives},
                   {"error", each.error},
                   {"wall_s", each.wall_s},
                   {"details", each.details}});
  }
  return all.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<Evaluation> decode(const std::string& bytes) {
  std::vector<Evaluation> evaluations;
  for (const Json& each : Json::parse(bytes)) {
    evaluations.push_back({.status = static_cast<PointStatus>(each.at("status").get<int>()),
                           .objectives = each.at("objectives"),
                           .error = each.at("error"),
                           .wall_s = each.at("wall_s"),
                           .details = each.at("details")});
  }
  return evaluations;
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
  void run(const std::vector<WorkUnit>& units) {
    std::vector<std::size_t> items(units.size());
    for (std::size_t i = 0; i < items.size(); ++i) items[i] = i;
    std::optional<std::chrono::duration<double>> limit;
    if (spec_.point_timeout_s) limit.emplace(*spec_.point_timeout_s);
    run_in_workers(
        items, options_.jobs, [&](std::size_t unit) { return evaluate(units[unit]); },
        [&](ItemOutcome outcome) { take(units[outcome.item], std::move(outcome)); }, limit);
  }

  /// In a worker. What comes too late stays open.
  std::string evaluate(const WorkUnit& unit) const {
    if (end_ && Clock::now() >= *end_) return encode({});
    std::vector<Overrides> overrides;
    for (const std::size_t point : unit) overrides.push_back(overrides_[point]);
    std::vector<Evaluation> evaluations;
    try {
      evaluations = options_.evaluate(spec_, overrides, options_.shared);
    } catch (const Interrupted&) {
      return encode({});
    } catch (const std::exception& fault) {
      evaluations.assign(unit.size(), failure(PointStatus::kFailed, fault.what()));
    }
    for (Evaluation& each : evaluations) require_finite(spec_, each);
    return encode(evaluations);
  }

  void take(const WorkUnit& unit, ItemOutcome outcome) {
    if (outcome.fault.empty()) return record(unit, decode(outcome.bytes));
    if (interrupted()) return;  // the signal went to the workers too
    const bool alone = unit.size() == 1;
    if (alone && outcome.timed_out) {
      return record(unit, {failure(PointStatus::kTimedOut, outcome.fault, *spec_.point_timeout_s)});
    }
    if (alone && ++tries_[unit.front()] >= kTries) {
      return record(unit, {failure(PointStatus::kFailed, outcome.fault)});
    }
    // One of them, and which is not known; alone it cannot take others with it.
    for (const std::size_t point : unit) again_.push_back({point});
  }

  void record(const WorkUnit& unit, const std::vector<Evaluation>& evaluations) {
    std::vector<std::pair<std::string, Evaluation>> rows;
    const Evaluation* full_disk = nullptr;
    for (std::size_t i = 0; i < evaluations.size(); ++i) {
      if (is_full_disk(evaluations[i])) {
        full_disk = &evaluations[i];
      } else {
        rows.emplace_back(points_[unit[i]].hash, evaluations[i]);
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

WorkPlan plan_work(const std::vector<std::string>& simulation_keys, int jobs) {
  std::vector<WorkUnit> groups;  // in the order of their first points
  std::map<std::string, std::size_t> group_of;
  for (std::size_t point = 0; point < simulation_keys.size(); ++point) {
    const auto [found, added] = group_of.emplace(simulation_keys[point], groups.size());
    if (added) groups.emplace_back();
    groups[found->second].push_back(point);
  }
  WorkPlan plan;
  for (const WorkUnit& group : groups) {
    const std::size_t shares = 2 * static_cast<std::size_t>(jobs);
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
  std::vector<std::string> keys;
  for (const Overrides& each : overrides) keys.push_back(simulation_key(each));
  std::optional<Clock::time_point> end;
  if (spec.budget.hours) {
    end = made_ + std::chrono::duration_cast<Clock::duration>(
                      std::chrono::duration<double, std::ratio<3600>>(*spec.budget.hours));
  }
  Evaluations(spec, points, overrides, options_, end, store, progress)
      .run(plan_work(keys, options_.jobs));
}

}  // namespace deltasim
