#pragma once
// Energy tables that are read again and again with other figures, as by the points of a sweep.

#include <cstddef>
#include <filesystem>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "arch/config_reader.h"
#include "energy/energy_table.h"

namespace deltasim {

/// Reads each table once, and of the same table with other figures only the entries that these are
/// of. A file that changes meanwhile is not looked at again.
class EnergyTables {
 public:
  /// The same as read_energy_table(), and throws the same.
  EnergyTable read(const std::filesystem::path& file,
                   const std::optional<TechnologyPoint>& scale_to,
                   const ConfigOverrides& overrides);

 private:
  /// A table without overrides.
  struct Known {
    std::filesystem::path file;
    std::optional<TechnologyPoint> scale_to;
    ConfigDocument document;           ///< nobody has read it
    std::optional<EnergyTable> table;  ///< none where its entries are not all of the file's list
  };
  const Known& known(const std::filesystem::path& file,
                     const std::optional<TechnologyPoint>& scale_to);
  static std::optional<EnergyTable> changed(const Known& known, const ConfigOverrides& overrides);

  std::list<Known> known_;
};

}  // namespace deltasim
