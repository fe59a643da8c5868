#pragma once
// The key `sram` of an energy table's `models`.

#include <filesystem>
#include <optional>

#include "arch/config_reader.h"
#include "energy/energy_table.h"

namespace deltasim {

/// Reads `sram: {model: cacti7, node: 45 nm, cell: itrs-lstp, voltage: 1.1 V, extrapolation:
/// false}`; all but `model` may be left out, and are then those that SramTechnology begins with.
/// @param folder of the table: a model that is a file is looked for there first
std::optional<SramChoice> read_sram_choice(const ConfigNode& models,
                                           const std::filesystem::path& folder);

}  // namespace deltasim
