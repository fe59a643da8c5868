#pragma once
// The text of a configuration file, for who does not want to parse it.

#include <filesystem>
#include <string>

namespace deltasim {

/// At most 4 MiB and a byte of it, so that a device without an end can be read too.
/// @throws IoError where it cannot be read
std::string read_config_text(const std::filesystem::path& file);

}  // namespace deltasim
