#pragma once
// A timeline in the Trace Event Format (JSON object form), which ui.perfetto.dev and
// chrome://tracing open. Format: "Trace Event Format", the Chromium project, 2016.

#include <string>

#include "arch/timeline.h"

namespace deltasim {

/// The whole document, an event a line: every part of the accelerator is a process and every track
/// a thread, in the order of the timeline; slices are complete events, samples counter events.
/// `ts` and `dur` are microseconds of simulated time with six decimals, so they are exact to the
/// picosecond. The same timeline gives the same bytes.
std::string trace_events(const Timeline& timeline);

}  // namespace deltasim
