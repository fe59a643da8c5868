#pragma once
// Everything that a recording needs before its first frame: checked input, loaded networks,
// calibrated quantizers.

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "arch/progress.h"
#include "sim/pipeline/record_stream.h"
#include "sim/pipeline/workload.h"
#include "workloads/execution/workers.h"
#include "workloads/video/clip.h"
#include "workloads/weights.h"

namespace deltasim {

struct Preparation {
  FrameRange frames;
  int history = 0;  ///< earlier frames that the temporal stream needs
  VideoDescription video;
  std::vector<PreparedStream> streams;
  std::vector<Calibration> calibrations;  ///< parallel to streams
  std::shared_ptr<Workers> workers;
};

/// The frames that a recording is to have: those asked for, or all that its streams can use.
/// @throws ConfigError for a network that there is not, or a video without a usable frame
FrameRange frames_to_record(const RecordingSpec& spec);

/// A reader of these frames, made ready for the networks.
ClipReader open_clip(const VideoSpec& video, const FrameRange& frames, int history);

struct PreparationOptions {
  int threads = available_threads();   ///< that run the networks
  std::filesystem::path calibrations;  ///< folder that keeps calibrations over clips; empty: none
};

/// Loads, checks, folds and calibrates.
/// @throws ConfigError, IoError
Preparation prepare_recording(const RecordingSpec& spec, ProgressListener& progress,
                              const PreparationOptions& options = {});

/// What a trace of it begins with.
TraceHeader recording_header(const RecordingSpec& spec, const Preparation& prepared,
                             std::string_view tool_version);

/// One a stream. The preparation outlives them.
std::vector<std::unique_ptr<StreamRecorder>> make_recorders(const RecordingSpec& spec,
                                                            const Preparation& prepared);

}  // namespace deltasim
