#pragma once
// Points of a sweep in worker processes of this machine.

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "explore/engine.h"
#include "explore/evaluation.h"

namespace deltasim {

/// Points that one process evaluates, by their place in a list: they share a simulation.
using WorkUnit = std::vector<std::size_t>;

/// How points are handed to processes: what stands in `first` simulates, what stands in `then`
/// finds that simulation done.
struct WorkPlan {
  std::vector<WorkUnit> first, then;
};

/// Most points of a unit: to account a point anew takes less than half a millisecond, to read the
/// trace and map the network in a process some hundred.
inline constexpr std::size_t kLargestUnit = 2048;

/// Units of points that share a simulation. Many of them are several units, so that every job has
/// work.
/// @param groups as of simulation_groups()
WorkPlan plan_work(const std::vector<std::vector<std::size_t>>& groups, int jobs);

/// evaluate_each(), or what stands for it in a test.
using EvaluateEach = std::function<void(const SweepSpec&, std::span<const Overrides>,
                                        const SharedWork&, const TakeEvaluation&)>;

struct LocalEngineOptions {
  SharedWork shared;
  int jobs = 1;
  EvaluateEach evaluate = evaluate_each;
};

/// Each point is recorded as soon as it is known, and has the time limit of a point to itself, with
/// the simulation where it is the first of a process. Where a process dies or is late, that is put
/// down to the point that it was at; others of its unit are evaluated by new ones. A point whose
/// process dies is tried once more, alone: what killed it may have come from outside.
/// The sweep's budget of hours begins when the engine is made.
class LocalEngine : public Engine {
 public:
  explicit LocalEngine(LocalEngineOptions options);
  /// @throws IoError also where the disk is full: that is no fault of a point; ConfigError where an
  ///         input of the store has changed: points that were in flight stay open
  void evaluate(const SweepSpec& spec, const std::vector<SweepPoint>& points,
                const std::vector<Overrides>& overrides, SweepStore& store,
                ProgressListener& progress) override;

 private:
  LocalEngineOptions options_;
  std::chrono::steady_clock::time_point made_;
};

}  // namespace deltasim
