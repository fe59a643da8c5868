#pragma once
// The files of a run's folder.

#include <filesystem>

#include "arch/run_result.h"

namespace deltasim {

/// Makes the folder, and writes layers.csv, frames.csv and, last, result.json; each appears whole
/// or not at all.
/// @throws IoError
void write_result_files(const RunResult& result, const std::filesystem::path& folder);

}  // namespace deltasim
