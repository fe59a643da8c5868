#pragma once
// The figures of one work item (stream x frame x mode) as bytes: from a worker process to its
// parent, and to the disk, where an interrupted run finds them again.

#include <optional>
#include <string>
#include <string_view>

#include "sim/engine/simulate.h"

namespace deltasim {

/// Figures only: names, modes and mappings follow from the stream's program.
std::string to_bytes(const FrameResult& result);

/// @return nothing where these are not the bytes of a result, whole and undamaged
std::optional<FrameResult> frame_result_from(std::string_view bytes);

}  // namespace deltasim
