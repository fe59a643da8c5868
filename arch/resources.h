#pragma once
// The shipped data files (configs/): where they are, and what is among them.

#include <filesystem>
#include <optional>
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

/// A file that a configuration file names: beside the latter, else in the current folder. An
/// absolute path is taken as it is.
/// @param folder of the configuration file; empty is the current one
/// @param tried what was looked for, for messages
/// @return nothing where there is no such file
std::optional<std::filesystem::path> find_beside(const std::filesystem::path& folder,
                                                 const std::filesystem::path& file,
                                                 std::string& tried);

/// Whether a configuration means a file, by a '/' or the ending .yaml, and not a shipped name.
bool names_a_file(std::string_view name);

}  // namespace deltasim
