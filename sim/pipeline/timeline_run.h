#pragma once
// Draws frames of a run: they are simulated once more, each in a process of its own, with somebody
// who writes down what the machine does. So a run that nobody draws pays nothing, and what an
// earlier run left on the disk need not be made again.

#include <filesystem>
#include <string>

#include "arch/progress.h"
#include "arch/timeline.h"
#include "sim/pipeline/simulation.h"
#include "sim/pipeline/timeline_selection.h"

namespace deltasim {

/// What has been run.
struct TimelineSource {
  const ModeSetup& setup;
  const ModeResults& results;
  std::filesystem::path trace;
};

/// One frame after the other as the accelerator runs them: of each the streams in turn. It ends
/// where `max_events` is reached; the notes say where that is and what is left out.
/// @throws ConfigError where the selection has no events; Interrupted; IoError
/// @throws InternalError where a frame comes out other than in the run
Timeline record_timeline(const TimelineSelection& selection, const TimelineChoice& choice,
                         const TimelineSource& source, ProgressListener& progress);

/// The timeline's one layer as a value change dump, made in a process of its own.
/// @throws IoError, Interrupted
std::string record_waveform(const Timeline& timeline);

}  // namespace deltasim
