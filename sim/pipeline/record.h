#pragma once
// Records a trace: video -> networks -> bitmaps -> file.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "arch/progress.h"
#include "sim/pipeline/workload.h"

namespace deltasim {

struct RecordReport {
  std::int64_t frames = 0;    ///< per stream, those of an earlier, interrupted run included
  std::int64_t repeated = 0;  ///< frames whose picture equals the one before
  double seconds = 0;         ///< spent in running the networks and writing
};

/// Everything that can be wrong with the input is found before a file is made.
/// @param resume goes on with OUTPUT.partial where there is one
/// @throws ConfigError, IoError; Interrupted after the last whole frame is on the disk
RecordReport record_trace(const RecordingSpec& spec, const std::filesystem::path& output,
                          bool resume, std::string_view tool_version, ProgressListener& progress);

}  // namespace deltasim
