#pragma once
// layers.csv and frames.csv: one row a layer or frame, stream and mode; units in the column names.

#include <string>

#include "arch/run_result.h"

namespace deltasim {

std::string layers_csv(const RunResult& result);
std::string frames_csv(const RunResult& result);

}  // namespace deltasim
