#pragma once
// SCALE-Sim topology files: shapes of layers only.

#include <filesystem>
#include <vector>

#include "workloads/graph.h"

namespace deltasim {

/// Reads a topology CSV: a heading, then a line a layer with name, ifmap height and width, filter
/// height and width, channels, number of filters, stride; a comma may end a line.
///
/// Layers stand alone: each has its own input map (its index in the result), none feeds another,
/// and none is padded. Yet SCALE-Sim rounds the number of windows up where the stride does not
/// divide: such a layer gets the padding behind the map that its last window needs.
/// @throws ConfigError with every fault, each with its line
std::vector<Layer> read_topology(const std::filesystem::path& path);

}  // namespace deltasim
