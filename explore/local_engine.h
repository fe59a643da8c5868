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

/// Units of points with equal keys. Many points of one key are several units, so that every job has
/// work, and little is lost with a process.
/// @param simulation_keys of each point
WorkPlan plan_work(const std::vector<std::string>& simulation_keys, int jobs);

/// evaluate_group(), or what stands for it in a test.
using EvaluateGroup = std::function<std::vector<Evaluation>(
    const SweepSpec&, std::span<const Overrides>, const SharedWork&)>;

struct LocalEngineOptions {
  SharedWork shared;
  int jobs = 1;
  EvaluateGroup evaluate = evaluate_group;
};

/// A point whose process dies is tried once more, alone: what killed it may have come from outside.
/// The sweep's budget of hours begins when the engine is made.
class LocalEngine : public Engine {
 public:
  explicit LocalEngine(LocalEngineOptions options);
  /// @throws IoError also where the disk is full: that is no fault of a point
  void evaluate(const SweepSpec& spec, const std::vector<SweepPoint>& points,
                const std::vector<Overrides>& overrides, SweepStore& store,
                ProgressListener& progress) override;

 private:
  LocalEngineOptions options_;
  std::chrono::steady_clock::time_point made_;
};

}  // namespace deltasim
