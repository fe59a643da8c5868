#pragma once
// What a search for a placement found, as files and as text.

#include <filesystem>
#include <string>

#include "explore/place.h"
#include "report/table.h"

namespace deltasim {

/// A row a layer: what it costs in every mode and place among its neighbours as they were chosen,
/// what was chosen, and why. Energies in pJ and times in s, over all frames.
Table placement_table(const PlacementResult& result);

/// Schema deltasim.placement/1.
std::string placement_json(const PlacementResult& result);

/// For the terminal.
std::string placement_text(const PlacementResult& result);

/// placement.yaml (an experiment's key, with the command that runs it), placement.json and
/// placement.csv.
/// @param experiment as `run` takes it
void write_placement_files(const PlacementResult& result, const std::string& experiment,
                           const Overrides& overrides, const std::filesystem::path& folder);

}  // namespace deltasim
