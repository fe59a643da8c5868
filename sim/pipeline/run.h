#pragma once
// The main job: read trace -> map -> simulate -> account -> report.

#include <filesystem>

#include "arch/progress.h"
#include "report/run_result.h"
#include "sim/pipeline/experiment.h"

namespace deltasim {

struct RunOptions {
  std::filesystem::path output;  ///< folder of the result; made where it does not exist
  int jobs = 1;
  std::string tool_version;
  std::string experiment;  ///< its file, for provenance
};

/// Runs an experiment and writes result.json, layers.csv and frames.csv into the output folder.
/// What an interrupted run of the same experiment left there is used again.
/// @throws ConfigError, IoError, Interrupted; InternalError where a worker crashed
RunResult run_experiment(const RunSpec& spec, const RunOptions& options,
                         ProgressListener& progress);

}  // namespace deltasim
