#pragma once
// Everything that a recording needs before its first frame: checked input, loaded networks,
// calibrated quantizers.

#include <memory>
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

/// A reader of these frames, made ready for the networks.
ClipReader open_clip(const VideoSpec& video, const FrameRange& frames, int history);

/// Loads, checks, folds and calibrates.
/// @throws ConfigError, IoError
Preparation prepare_recording(const RecordingSpec& spec, ProgressListener& progress);

}  // namespace deltasim
