#pragma once
// A run on one screen of the terminal.

#include <string>

#include "arch/run_result.h"

namespace deltasim {

/// Claims, modes, waterfall, the most expensive layers and where the state lives; at most 100
/// columns wide.
std::string result_text(const RunResult& result);

}  // namespace deltasim
