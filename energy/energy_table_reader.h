#pragma once
// What the readers of energy tables share.

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "arch/config_reader.h"
#include "energy/energy_table.h"

namespace deltasim {

/// A table's entries as they were read before, so that those that have not changed since need not
/// be read again.
struct KnownEntries {
  const std::vector<EnergyEntry>& entries;  ///< by their place in the file; scaled
  const std::set<std::size_t>& changed;     ///< places of those that are to be read
};

/// @param known for a table without an ERT; its document need not have the other entries
/// @throws ConfigError as read_energy_table(); with `known` also where an entry that was changed
///         has the same price as another, which then is not told as a reader of all of them would
EnergyTable read_table_document(ConfigDocument document, const std::string& file,
                                const std::optional<TechnologyPoint>& scale_to,
                                const KnownEntries* known = nullptr);

}  // namespace deltasim
