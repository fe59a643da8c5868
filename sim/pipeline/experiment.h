#pragma once
// The experiment file: what is recorded, and (for `deltasim run`) on what it is simulated.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "arch/config_reader.h"
#include "sim/pipeline/workload.h"

namespace deltasim {

/// Key and value of one --set option.
using Overrides = std::vector<std::pair<std::string, std::string>>;

/// Splits "key.path=value".
/// @throws ConfigError where there is no '=' or no key
std::pair<std::string, std::string> parse_override(const std::string& text);

/// Reads the keys `network`, `video`, `quantizer`, `backend`, `fidelity` and `values` of an
/// experiment; faults are collected in the document. Relative paths start at `folder`.
RecordingSpec read_recording(const ConfigNode& root, const std::filesystem::path& folder);

/// Reads an experiment file that is only to be recorded; what `run` needs may stand in it too.
/// @throws ConfigError with all its faults
RecordingSpec load_recording(const std::filesystem::path& file, const Overrides& overrides);

}  // namespace deltasim
