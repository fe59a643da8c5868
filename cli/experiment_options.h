#pragma once
// The options of the commands that simulate an experiment: `run`, `dvfs`, `place`, `faults`.

#include <filesystem>
#include <string>
#include <vector>

#include "sim/pipeline/experiment.h"

namespace CLI {
class App;
}

namespace deltasim::cli {

/// As the user typed them.
struct ExperimentOptions {
  std::string experiment;
  std::string output;
  std::vector<std::string> overrides;
  int jobs = 0;  ///< 0: not given

  /// @throws ConfigError
  Overrides parsed_overrides() const;
  /// --out, else results/NAME.
  std::filesystem::path output_or(const std::string& name) const;
  int jobs_or_cores() const;
};

/// Cores of this machine, at least 1.
int hardware_cores();

/// Adds the positional argument.
void add_experiment(CLI::App& command, ExperimentOptions& options);
/// Adds --out.
/// @param name of the folder below results/ that is written otherwise
void add_output(CLI::App& command, ExperimentOptions& options, const std::string& name);
/// Adds --set.
void add_overrides(CLI::App& command, ExperimentOptions& options);
/// Adds --jobs.
void add_jobs(CLI::App& command, ExperimentOptions& options);

}  // namespace deltasim::cli
