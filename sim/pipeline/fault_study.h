#pragma once
// What faults of its memories cost the reference network, and what they save.

#include "arch/fault_result.h"
#include "arch/progress.h"
#include "sim/pipeline/experiment.h"

namespace deltasim {

/// Runs the video's frames through the undisturbed network and then, point by point, through the
/// disturbed one, with the same quantizers. Where some point disturbs state, all of them run by
/// the delta recursion, so that nothing but the faults tells them apart.
/// @throws ConfigError, IoError; Interrupted, with nothing written
FaultStudyResult study_faults(const FaultStudySpec& spec, std::string_view tool_version,
                              ProgressListener& progress);

}  // namespace deltasim
