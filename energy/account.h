#pragma once
// Counts times prices.

#include <string>
#include <vector>

#include "arch/accelerator.h"
#include "arch/activity.h"
#include "arch/quantities.h"
#include "energy/energy_breakdown.h"
#include "energy/energy_prices.h"
#include "energy/energy_table.h"

namespace deltasim {

/// The energy of `activity`, and of leaking, clocking and refreshing the state's memory for `time`.
/// Linear in both (up to rounding); cells are summed in a fixed order, so that equal counts give
/// equal bytes.
/// @throws ConfigError where a count that is not zero has no price.
EnergyBreakdown account(const Activity& activity, const EnergyPrices& prices, Seconds time);
/// For a single account; where there are many, make the prices once.
EnergyBreakdown account(const Activity& activity, const AcceleratorSpec& spec,
                        const EnergyTable& table, Seconds time);

/// What one entry contributed.
struct EntryUse {
  std::size_t entry = 0;  ///< index into EnergyTable::entries
  Picojoules energy;
  double share = 0;  ///< of the total; 0 where the total is zero
};

/// Which entries an account rests on.
struct EnergyTableReport {
  Picojoules total;
  std::vector<EntryUse> used;        ///< in the table's order
  double unverified_share = 0;       ///< of the total, by entries with verified: false
  std::vector<std::size_t> as_zero;  ///< entries that were needed and are counted as zero
};
EnergyTableReport energy_table_report(const Activity& activity, const EnergyPrices& prices,
                                      Seconds time);
/// The report as text, a line an entry.
std::string describe(const EnergyTableReport& report, const EnergyTable& table);

}  // namespace deltasim
