#pragma once
// Accelergy's energy reference tables (ERTs): what an action of a component costs, in picojoules an
// action. Both forms are read: `ERT` (versions 0.3 and 0.4: a row for every value of an action's
// arguments) and `ERT_summary` (an action once, with the average over those rows).

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "arch/quantities.h"

namespace deltasim {

/// Over the rows of an action that differ in their arguments (such as the wires that toggle);
/// average as Accelergy's own summaries have it, all rows alike.
struct ErtAction {
  std::string name;
  Picojoules average, smallest, largest;
};

struct ErtComponent {
  std::string name;  ///< "system.chip.PE[0..167].mac"
  std::vector<ErtAction> actions;

  /// Null where it has no such action.
  const ErtAction* action(std::string_view name) const;
  /// The product of its index ranges: 168.
  int instances() const;
};

struct EnergyReferenceTable {
  std::string file;
  std::vector<ErtComponent> components;

  /// By its name, with or without the index ranges; null where there is none.
  const ErtComponent* component(std::string_view name) const;
};

/// "system.chip.PE.mac" of "system.chip.PE[0..167].mac"
std::string without_ranges(std::string_view name);

/// Whether the file is a map with a key `ERT` or `ERT_summary`.
/// @throws IoError, ConfigError where it is no YAML
bool is_energy_reference_table(const std::filesystem::path& file);

/// @throws ConfigError with every fault: no ERT, a component or an action that stands twice, an
///         energy that is missing, negative or no number
EnergyReferenceTable read_energy_reference_table(const std::filesystem::path& file);
/// The same from text; `file` is used in messages only.
EnergyReferenceTable parse_energy_reference_table(std::string_view text, const std::string& file);

/// Components and their actions, for a reader who writes the map to our components.
std::string describe(const EnergyReferenceTable& table);

}  // namespace deltasim
