#pragma once
// The main job: read trace -> map -> simulate (simulated_experiment.h) -> account (account_run.h).
// What is found is a plain value, which report/ writes.

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "arch/progress.h"
#include "arch/run_result.h"
#include "arch/timeline.h"
#include "sim/pipeline/experiment.h"
#include "sim/pipeline/record_source.h"
#include "sim/pipeline/timeline_selection.h"

namespace deltasim {

struct RunOptions {
  std::filesystem::path output;  ///< folder of the result; made where it does not exist
  int jobs = 1;
  std::string tool_version;
  std::string experiment;                       ///< its file, for provenance
  std::string command;                          ///< that makes the result again, for provenance
  std::optional<TimelineSelection> timeline;    ///< none: nothing is drawn
  std::function<void(const Timeline&)> draw{};  ///< gets it after the simulation
  /// Where several runs, also at the same time, share work items, recordings and calibrations over
  /// clips, each by what it is of: items/, traces/ and calibrations/ in this folder. None: they lie
  /// in the result's, and such calibrations are not kept.
  std::optional<std::filesystem::path> shared{};

  std::filesystem::path items_folder() const { return shared.value_or(output) / "items"; }
};

/// The frames of an experiment, recorded on the way where it names no trace.
/// @throws as experiment_trace() and stored_records(), or live_records()
std::unique_ptr<RecordSource> experiment_records(const RunSpec& spec, const RunOptions& options,
                                                 ProgressListener& progress);

/// Runs an experiment. What an interrupted run of the same experiment left in the output folder is
/// used again.
/// @throws ConfigError, IoError, Interrupted; InternalError where a worker crashed
RunResult run_experiment(const RunSpec& spec, const RunOptions& options,
                         ProgressListener& progress);

}  // namespace deltasim
