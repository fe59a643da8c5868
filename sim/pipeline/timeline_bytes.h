#pragma once
// A timeline as bytes, from a worker process to its parent.

#include <optional>
#include <string>
#include <string_view>

#include "arch/timeline.h"

namespace deltasim {

/// Only the same program reads them again.
std::string to_bytes(const Timeline& timeline);

/// @return nothing where these are not the bytes of a timeline
std::optional<Timeline> timeline_from(std::string_view bytes);

}  // namespace deltasim
