#pragma once
// What `deltasim run --verbose` tells beside the times.

#include <filesystem>
#include <string>
#include <vector>

#include "arch/progress.h"
#include "sim/pipeline/priced_machine.h"
#include "sim/pipeline/simulation.h"
#include "traces/trace.h"

namespace deltasim {

/// Which files a run rests on.
void tell_files(const RunSpec& spec, const std::filesystem::path& trace, const TraceHeader& header,
                std::int64_t frames, ProgressListener& progress);

/// Every layer's mode and mapping, among how many it was chosen, and the cycles it was expected to
/// take.
/// @param streams their names
void tell_mapping(const ModeSetup& setup, const std::vector<std::string>& streams,
                  ProgressListener& progress);

}  // namespace deltasim
