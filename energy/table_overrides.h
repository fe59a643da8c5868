#pragma once
// Keys of an energy table that the user changes for one run, as with --set energy.KEY=VALUE.

#include <string>
#include <vector>

#include "arch/accelerator_reader.h"
#include "arch/config_reader.h"

namespace deltasim {

/// Changes the document before it is read. A key is a path in the file ("extrapolation",
/// "entries.3.energy"), or names an entry by what it prices: "dram.read.energy", or
/// "sram.access.64 KiB.energy" where its capacity (or width) must tell it from others.
///
/// A figure (energy, power, ratio, zero_because) takes the place of the one that the entry had,
/// and the entry is no longer verified: its source is then the override, unless that is set too.
/// @param file for messages
/// @throws ConfigError with every key that names no entry, or more than one
void override_table(ConfigDocument& document, const std::string& file,
                    const ConfigOverrides& overrides);

/// Where in a table's file the keys of overrides lead, such as "entries.3.energy"; parallel to
/// them.
/// @throws ConfigError as override_table()
std::vector<std::string> override_paths(const ConfigTree& table, const std::string& file,
                                        const ConfigOverrides& overrides);

/// The second half of override_table(), for a document that need not have all of the table.
/// @param paths that override_paths() found for the overrides
void override_at(ConfigDocument& document, const std::vector<std::string>& paths,
                 const ConfigOverrides& overrides);

}  // namespace deltasim
