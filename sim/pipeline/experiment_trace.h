#pragma once
// Where a run's trace comes from.

#include <filesystem>

#include "arch/progress.h"
#include "sim/pipeline/run.h"

namespace deltasim {

/// The trace of the experiment: the one it names, or the one recorded on the way into the folder of
/// the result, or into the shared one; a recording of the same experiment that lies there is used
/// again. Of several processes that need the same shared one at once, one records and the others
/// wait for it.
/// @throws ConfigError where a trace lies there that no run recorded; as record_trace()
std::filesystem::path experiment_trace(const RunSpec& spec, const RunOptions& options,
                                       ProgressListener& progress);

}  // namespace deltasim
