#pragma once
// A clip's figures: out of a run's result, and to and from the text that a sweep keeps of a point.

#include <string>

#include "arch/clip_figures.h"
#include "arch/run_result.h"

namespace deltasim {

ClipFigures clip_figures(const RunResult& result);

/// JSON on one line; numbers read back as they were.
std::string clip_details(const ClipFigures& figures);

/// @param point whose details these are, for the message
/// @throws ConfigError where this is no such text
ClipFigures clip_figures_from(const std::string& details, const std::string& point);

}  // namespace deltasim
