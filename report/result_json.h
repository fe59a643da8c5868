#pragma once
// result.json, schema deltasim.result/1 (docs/result-format.md).

#include <nlohmann/json.hpp>
#include <string>

#include "arch/run_result.h"

namespace deltasim {

/// The whole document, two spaces deep, ending in a line feed. The same result gives the same
/// bytes.
std::string result_json(const RunResult& result);

/// All of it but the modes and the baseline.
nlohmann::ordered_json result_without_modes(const RunResult& result);
/// The keys that modes, streams, frames and layers share.
nlohmann::ordered_json figures_json(const Figures& figures);
/// Its part of one mode, or of the baseline.
nlohmann::ordered_json mode_json(const ModeFigures& mode);

}  // namespace deltasim
