#pragma once
// Which of a trace's frames are run, and which the mapping may look at.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "traces/reader.h"

namespace deltasim {

/// Which frames the mapping may look at: the second and third; of a recording of one frame, that.
inline constexpr std::size_t kFirstSample = 1, kExpectedFrames = 2;

/// Frames that every stream has, or the first `wanted` of them.
/// @throws ConfigError where there is none, or fewer than are wanted
std::int64_t frames_to_run(const std::filesystem::path& trace, const TraceReader& reader,
                           std::optional<std::int64_t> wanted);

/// @param recorded frames that there are
/// @throws ConfigError where `frames` is no multiple of `batch`, with the next numbers that are
void require_whole_batches(const std::filesystem::path& source, std::int64_t frames,
                           std::int64_t recorded, int batch);

/// Of each stream a frame or two to expect densities from: not the first, which is no usual one.
/// They are the same however many frames are run, so that a frame's figures do not depend on that.
std::vector<std::vector<FrameRecord>> sample_frames(TraceReader& reader);

}  // namespace deltasim
