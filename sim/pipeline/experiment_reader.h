#pragma once
// One experiment, read again and again with other overrides, as by the points of a sweep.

#include <filesystem>
#include <map>

#include "sim/pipeline/experiment.h"

namespace deltasim {

/// Reads an experiment once for all overrides that differ in keys of the energy table only, which
/// stand in a file of their own. A file that changes meanwhile is not looked at again.
class ExperimentReader {
 public:
  explicit ExperimentReader(std::filesystem::path file) : file_(std::move(file)) {}

  /// The same as load_experiment(), and throws the same.
  RunSpec read(const Overrides& overrides);

 private:
  std::filesystem::path file_;
  std::map<Overrides, RunSpec> known_;  ///< by the overrides of other keys
};

}  // namespace deltasim
