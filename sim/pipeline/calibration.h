#pragma once
// What the quantizers of a recording are calibrated on: its own frames, or clips chosen for it,
// whose calibration is then the same for every recording.

#include <filesystem>

#include "arch/progress.h"
#include "sim/pipeline/prepare.h"

namespace deltasim {

/// Decodes as far as calibration reaches, so that what is too short shows before anything runs.
/// @throws ConfigError
void require_calibration_range(const RecordingSpec& spec, int history);

/// Runs the unquantized network over the calibration frames.
/// @param folder of calibrations over RecordingSpec::calibration_clips that were done before, by
///        what they depend on; empty: none is kept
/// @throws ConfigError, IoError; Interrupted
Calibration calibration_of(const PreparedStream& stream, const RecordingSpec& spec,
                           const Preparation& prepared, const std::filesystem::path& folder,
                           ProgressListener& progress);

}  // namespace deltasim
