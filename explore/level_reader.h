#pragma once
// The parameters of a sweep file: lists, ranges and bundles become levels.

#include <filesystem>
#include <vector>

#include "arch/config_reader.h"
#include "explore/sweep_spec.h"

namespace deltasim {

/// Reads `parameters`; what is wrong is collected in the document.
/// @param folder of the sweep file: files that levels name are looked for there first
std::vector<SweepParameter> read_parameters(const ConfigNode& parameters,
                                            const std::filesystem::path& folder);

/// Reads `set`, keys of every point; files as those of levels.
Overrides read_set(const ConfigNode& set, const std::filesystem::path& folder);

/// One name for a key that has two: "clock" is short for "accelerator.clock".
std::string canonical_key(std::string_view key);

}  // namespace deltasim
