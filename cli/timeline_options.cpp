#include "cli/timeline_options.h"

#include <CLI/CLI.hpp>

#include "arch/errors.h"
#include "cli/value_kinds.h"
#include "report/trace_events.h"
#include "sim/pipeline/timeline_run.h"

namespace deltasim::cli {
namespace {

constexpr std::int64_t kMostEvents = 100'000'000;

std::unique_ptr<AtomicFile> opened(const std::string& name) {
  return name.empty() ? nullptr : std::make_unique<AtomicFile>(name);
}

TimelineSelection selection_of(const TimelineOptions& options) {
  TimelineSelection selection;
  selection.mode = options.mode;
  selection.streams = options.streams;
  selection.layers = options.layers;
  if (options.frames) {
    selection.frames = parse_timeline_range("--timeline-frames", *options.frames);
  }
  if (options.tiles) selection.tiles = parse_timeline_range("--timeline-tiles", *options.tiles);
  if (options.max_events) selection.max_events = *options.max_events;
  selection.one_layer = !options.waveform.empty();
  return selection;
}

/// A selection of nothing is a forgotten file.
void require_file(const TimelineOptions& options) {
  const bool selects = !options.mode.empty() || !options.streams.empty() ||
                       !options.layers.empty() || options.frames || options.tiles ||
                       options.max_events;
  if (!selects) return;
  throw ConfigError("--timeline",
                    "options that select what is drawn are given, and no file: add "
                    "--timeline FILE or --vcd FILE");
}

}  // namespace

void add_timeline_options(CLI::App& command, TimelineOptions& options) {
  const std::string group = "Timeline";
  command
      .add_option("--timeline", options.timeline,
                  "File that gets what every part did when, as trace events for "
                  "ui.perfetto.dev or chrome://tracing (JSON)")
      ->type_name(kind::kFile)
      ->group(group);
  command
      .add_option("--vcd", options.waveform,
                  "File that gets the waveforms of one layer, for GTKWave (value change dump)")
      ->type_name(kind::kFile)
      ->group(group);
  command
      .add_option("--timeline-mode", options.mode,
                  "Execution mode that is drawn, or baseline [delta, or the last that is run]")
      ->type_name(kind::kMode)
      ->group(group);
  command.add_option("--timeline-streams", options.streams, "Streams, separated by commas [all]")
      ->type_name(kind::kStreams)
      ->delimiter(',')
      ->allow_extra_args(false)
      ->group(group);
  command
      .add_option("--timeline-frames", options.frames,
                  "Frames of those that are run, START:COUNT [1:1, or 0:1 of a single one]")
      ->type_name("START:COUNT")
      ->group(group);
  command
      .add_option("--timeline-layers", options.layers,
                  "Layers, by names or patterns such as 'layer3.*', separated by commas [all]")
      ->type_name(kind::kPattern)
      ->delimiter(',')
      ->allow_extra_args(false)
      ->group(group);
  command.add_option("--timeline-tiles", options.tiles, "Tiles of each layer, START:COUNT [all]")
      ->type_name("START:COUNT")
      ->group(group);
  command
      .add_option("--timeline-events", options.max_events,
                  "Events at most; what is left out is told [500000]")
      ->check(CLI::Range(std::int64_t{1}, kMostEvents))
      ->group(group);
}

TimelineFiles::TimelineFiles(const TimelineOptions& options) {
  if (options.timeline.empty() && options.waveform.empty()) {
    require_file(options);
    return;
  }
  selection_ = selection_of(options);
  timeline_ = opened(options.timeline);
  waveform_ = opened(options.waveform);
}

void TimelineFiles::write(const Timeline& timeline, ProgressListener& progress) {
  for (const std::string& note : timeline.notes) progress.note(note);
  if (timeline_) {
    timeline_->write(trace_events(timeline));
    timeline_->commit();
  }
  if (waveform_) {
    waveform_->write(record_waveform(timeline));
    waveform_->commit();
  }
}

}  // namespace deltasim::cli
