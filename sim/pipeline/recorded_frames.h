#pragma once
// How many frames a run records that uses the first few only.

#include <algorithm>
#include <cstdint>
#include <optional>

namespace deltasim {

/// Fewer are never recorded where the video has them: the batch norms of an untrained network are
/// calibrated on the first four, and the mapping expects what the second and the third hold, so
/// that neither depends on how many frames are run.
inline constexpr std::int64_t kFewestFrames = 4;

/// @param used the run's `frames`; none: all
inline std::optional<std::int64_t> frames_to_record(std::optional<std::int64_t> used) {
  return used ? std::optional(std::max(*used, kFewestFrames)) : std::nullopt;
}

}  // namespace deltasim
