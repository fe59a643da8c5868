#pragma once
// Who evaluates the points of a sweep: worker processes here, or the jobs of a cluster.

#include <vector>

#include "arch/progress.h"
#include "explore/sweep_spec.h"
#include "explore/sweep_store.h"

namespace deltasim {

class Engine {
 public:
  virtual ~Engine() = default;
  /// Evaluates `points`, which are open in the store, and records what becomes of each; all steps
  /// of `progress` are points, and whoever calls begins and ends it.
  /// @param overrides of each point, complete
  /// @throws Interrupted, IoError; what was done by then is in the store
  virtual void evaluate(const SweepSpec& spec, const std::vector<SweepPoint>& points,
                        const std::vector<Overrides>& overrides, SweepStore& store,
                        ProgressListener& progress) = 0;
};

}  // namespace deltasim
