#pragma once
// The shipped data files (configs/): where they are, and what is among them.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace deltasim {

/// The folder of the shipped configurations: $DELTASIM_CONFIGS where that is set, else
/// ../share/deltasim/configs beside the executable's folder, else the source tree's configs/.
/// @throws ConfigError where $DELTASIM_CONFIGS is no folder, or none of them exists.
std::filesystem::path configs_folder();

/// The names in `configs/<kind>/` ("accelerators", "energy", "dram"), without ".yaml", sorted.
std::vector<std::string> resource_names(std::string_view kind);

/// The file that a user means: a path where `name_or_file` has a folder or ends in ".yaml" or
/// ".yml", else `configs/<kind>/<name>.yaml`.
/// @throws ConfigError where there is no such file, with the nearest name.
std::filesystem::path find_resource(std::string_view kind, std::string_view name_or_file);

}  // namespace deltasim
