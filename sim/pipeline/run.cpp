#include "sim/pipeline/run.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "arch/atomic_file.h"
#include "arch/errors.h"
#include "arch/stage_clock.h"
#include "sim/pipeline/account_run.h"
#include "sim/pipeline/experiment_trace.h"
#include "sim/pipeline/output_folder.h"
#include "sim/pipeline/prepare.h"
#include "sim/pipeline/record_source.h"
#include "sim/pipeline/run_details.h"
#include "sim/pipeline/timeline_run.h"
#include "sim/pipeline/trace_frames.h"

namespace deltasim {
namespace {

/// What the user asks for must be there before anything is simulated.
std::optional<TimelineChoice> what_to_draw(const RunSpec& spec, const RunOptions& options,
                                           const RecordSource& records) {
  if (!options.timeline) return std::nullopt;
  std::vector<std::string> modes = spec.modes;
  if (spec.baseline) modes.emplace_back(kBaselineMode);
  return choose_timeline(*options.timeline, modes, records.header().streams, records.frames());
}

void draw(const SimulatedMode& mode, const TimelineChoice& choice, const RunSpec& spec,
          const RunOptions& options, const RecordSource& records, ProgressListener& progress) {
  Timeline timeline = record_timeline(
      *options.timeline, choice,
      {.setup = mode.setup, .results = mode.results, .trace = records.file()}, progress);
  timeline.provenance.emplace_back("experiment", spec.name);
  timeline.provenance.emplace_back("deltasim", options.tool_version);
  timeline.provenance.emplace_back("command", options.command);
  options.draw(timeline);
}

struct Input {
  LoadedMachines loaded;
  PricedMachines machines;
  std::unique_ptr<RecordSource> records;
  std::optional<TimelineChoice> drawn;
};

/// All that can be wrong with the input shows here, before anything is simulated.
Input read_input(const RunSpec& spec, const RunOptions& options, ProgressListener& progress) {
  const StageClock stage(progress, "reading the input");
  LoadedMachines loaded = load_machines(spec);
  PricedMachines priced = price(loaded, spec);
  std::unique_ptr<RecordSource> records = experiment_records(spec, options, progress);
  if (spec.placement && spec.wants(kSelectiveMode)) {
    set_up(kSelectiveMode, loaded.machine,
           place_layers(*spec.placement, records->header().streams, loaded.machine.spec), *records);
  }
  std::optional<TimelineChoice> drawn = what_to_draw(spec, options, *records);
  tell_files(spec, records->file(), records->header(), records->frames(), progress);
  return {std::move(loaded), std::move(priced), std::move(records), std::move(drawn)};
}

}  // namespace

std::unique_ptr<RecordSource> experiment_records(const RunSpec& spec, const RunOptions& options,
                                                 ProgressListener& progress) {
  if (options.timeline && spec.batch > 1) {
    throw ConfigError(Fault{.key_path = "batch",
                            .found = std::to_string(spec.batch),
                            .expected = "1 where a timeline is drawn, which shows single frames"});
  }
  SourceOptions source{.frames = spec.frames,
                       .batch = spec.batch,
                       .tool_version = options.tool_version,
                       .items = options.items_folder(),
                       .jobs = options.jobs};
  if (spec.store_trace && !spec.trace && spec.batch > 1) {
    // What makes no batches shows before it is recorded.
    const std::int64_t recorded = frames_to_record(spec.recording).count;
    require_whole_batches(spec.recording.video.file,
                          std::min(recorded, spec.frames.value_or(recorded)), recorded, spec.batch);
  }
  if (spec.store_trace) {
    return stored_records(experiment_trace(spec, options, progress), source);
  }
  if (options.timeline) {
    throw ConfigError("store_trace", "a timeline is drawn from a stored trace: leave it true");
  }
  // What is calibrated for one run alone need not be kept.
  if (options.shared) source.calibrations = *options.shared / "calibrations";
  return live_records(spec.recording, source, progress);
}

RunResult run_experiment(const RunSpec& spec, const RunOptions& options,
                         ProgressListener& progress) {
  const OutputFolder folder(options.output);
  remove_partial_files(options.output, 1);
  const Input input = read_input(spec, options, progress);
  RecordSource& records = *input.records;
  const SimulatedExperiment simulated = simulate_experiment(input.loaded, records, spec, progress);
  std::optional<SelectedModes> selected;
  if (spec.wants(kSelectiveMode)) {
    selected = spec.placement ? place_modes(simulated, *spec.placement, records, progress)
                              : select_modes(simulated, input.machines.machine, records, progress);
  }
  if (input.drawn) {
    const bool of_selection = input.drawn->mode == kSelectiveMode;
    draw(of_selection ? selected->mode : simulated.mode(input.drawn->mode), *input.drawn, spec,
         options, records, progress);
  }
  const StageClock stage(progress, "accounting");
  return account(simulated, input.machines, selected ? &*selected : nullptr, spec,
                 {.experiment = options.experiment,
                  .command = options.command,
                  .tool_version = options.tool_version});
}

}  // namespace deltasim
