#pragma once
// result.json, schema deltasim.result/1 (docs/result-format.md).

#include <string>

#include "arch/run_result.h"

namespace deltasim {

/// The whole document, two spaces deep, ending in a line feed. The same result gives the same
/// bytes.
std::string result_json(const RunResult& result);

}  // namespace deltasim
