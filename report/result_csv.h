#pragma once
// layers.csv and frames.csv: one row a layer or frame, stream and mode; units in the column names.

#include <string>
#include <vector>

#include "arch/run_result.h"

namespace deltasim {

/// The columns that layers, frames and modes share, with their units: frames, cycles, time_s, ...
std::vector<std::string> figure_columns();

std::string layers_csv(const RunResult& result);
std::string frames_csv(const RunResult& result);

}  // namespace deltasim
