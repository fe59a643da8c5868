#pragma once
// The prices of one accelerator's counts under one energy table. A finer model (DRAM currents,
// SRAM fits) is another way to fill the prices, or a breakdown of its own to add to.

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "arch/accelerator.h"
#include "arch/activity.h"
#include "arch/dram_controller.h"
#include "arch/errors.h"
#include "energy/dvfs.h"
#include "energy/energy_table.h"
#include "energy/price_series.h"

namespace deltasim {

class EnergyPrices {
 public:
  /// Looks every price up once. A price that the table cannot give is noted; it is a fault only
  /// when something asks for it.
  /// @throws ConfigError where the table says nothing about leakage, or asks for an SRAM model that
  ///         does not cover the accelerator's memories.
  EnergyPrices(EnergyTable table, const AcceleratorSpec& spec);

  /// @throws ConfigError naming the entry, or the part's current, that is missing; InternalError
  /// where the component has
  ///         no such action.
  const Price& at(Component component, Action action, DataKind kind) const;

  /// Asks for every price that a run of the accelerator may need, by what its DRAM controller does
  /// (refreshes, bank by bank or not, power-down) too, so that a gap in the table or in the DRAM
  /// part's currents shows before anything is simulated.
  /// @throws ConfigError with every entry, or current, that is missing.
  void require_complete() const;

  /// Of the whole chip and its DRAM, at the accelerator's voltage and temperature.
  Watts leakage() const;
  /// What one entry adds to leakage().
  Watts leakage_of(std::size_t entry) const;
  /// The entries that leakage() adds up.
  const std::vector<std::size_t>& leakage_entries() const { return leakage_entries_; }

  /// Of the clock network at the accelerator's clock, where the table prices it: no part of
  /// leakage(), for an idle chip may stop its clock.
  Watts clock_power() const;
  /// What clock_power() adds up.
  struct ClockPower {
    std::size_t entry = 0;  ///< index into EnergyTable::entries
    Watts power;
  };
  const std::vector<ClockPower>& clock_entries() const { return clock_entries_; }
  /// Of the memory that the state lives in; DRAM counts its refresh commands.
  Watts state_refresh() const;
  /// Where the memory holds no state.
  void stop_state_refresh() { refresh_entries_.clear(); }
  /// The entries that state_refresh() adds up.
  const std::vector<std::size_t>& refresh_entries() const { return refresh_entries_; }

  /// With the entries that models wrote for this accelerator.
  const EnergyTable& table() const { return table_; }

 private:
  Fault gap(Component component, const std::string& missing) const;
  bool dram_may_count(Action action) const;

  EnergyTable table_;
  std::array<Price, kComponents * kActions * kDataKinds> prices_;
  std::vector<std::size_t> leakage_entries_, refresh_entries_;
  std::vector<ClockPower> clock_entries_;
  EnergyScale scale_;
  bool gates_ = false;             ///< the array may count gated multiply-accumulates
  bool has_state_memory_ = false;  ///< state lives in a memory of its own
  dram::ControllerSpec controller_;
};

}  // namespace deltasim
