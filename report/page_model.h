#pragma once
// What report.html shows, as one JSON value: figures a frame, in the units in which they are read.
// The page's script only draws it.

#include <span>

#include "report/result_document.h"

namespace deltasim {

/// The model of a page about one run, or about several side by side.
/// @param differences what does not match between the runs (see comparison.h)
/// @throws ConfigError with file and key where a result lacks what it must have; a mode that was
///         not run is not a fault
Json page_model(std::span<const ResultDocument> runs, const std::vector<std::string>& differences);

}  // namespace deltasim
