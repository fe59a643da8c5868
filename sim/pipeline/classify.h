#pragma once
// What the unquantized network sees: its most probable classes.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "arch/progress.h"
#include "sim/pipeline/workload.h"

namespace deltasim {

struct ClassScore {
  int output = 0;          ///< index among the network's outputs
  std::string label;       ///< empty where no labels were given
  double probability = 0;  ///< softmax, averaged over frames and streams
};

struct Classification {
  std::int64_t frames = 0;
  WeightsKind weights_kind = WeightsKind::kUntrained;
  std::vector<ClassScore> top;  ///< most probable first
};

/// One name a line. Lines such as "12 Archery" (a number from 1 on, and a name) are read as well.
/// @throws ConfigError, IoError
std::vector<std::string> read_labels(const std::filesystem::path& file);

/// Softmax scores, averaged over the frames and (average fusion) over the streams. With one
/// output more than labels, output 0 is the background class.
/// @param labels none: classes have numbers only
/// @throws ConfigError where the number of labels does not fit the network
Classification classify(const RecordingSpec& spec,
                        const std::optional<std::filesystem::path>& labels, int top,
                        ProgressListener& progress);

}  // namespace deltasim
