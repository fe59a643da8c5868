#pragma once
// The figures of runs as tables with a row a mode, layer, frame or site, read from result.json.

#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "report/run_view.h"
#include "report/table.h"

namespace deltasim {

/// Tables by the name of their file, without its ending: modes, layers, frames, sites, waterfall,
/// reductions and, where selective execution was run, choices. Of several runs, the first column
/// names the run. A table without rows is left out.
/// @throws ConfigError with file and key where a result lacks what it must have
std::vector<std::pair<std::string, Table>> result_tables(std::span<const RunView> runs);

/// Writes NAME.csv or NAME.json (an array of objects) of every table. @throws IoError
void write_csv_tables(std::span<const RunView> runs, const std::filesystem::path& folder);
void write_json_tables(std::span<const RunView> runs, const std::filesystem::path& folder);

}  // namespace deltasim
