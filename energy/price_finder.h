#pragma once
// Which entries of a table price one action of one accelerator.

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "arch/accelerator.h"
#include "arch/activity.h"
#include "energy/energy_table.h"
#include "energy/price_series.h"

namespace deltasim {

/// The entry that prices a counted component, or an action of it, by its own name.
PricedComponent priced(Component component);
PricedAction priced(Action action);

/// The memory in a PE that holds a kind of data: weight memory, partial-sum memory (state passes
/// through it too), or the event FIFO (activations and their indices).
Bytes register_file_capacity(const PeArraySpec& array, DataKind kind);

/// Looks prices up in one table for one accelerator; both must outlive it.
class PriceFinder {
 public:
  PriceFinder(const EnergyTable& table, const AcceleratorSpec& spec);

  /// The price of one unit; unknown where the table does not give it, with what is missing.
  Price find(Component component, Action action, DataKind kind) const;

 private:
  /// An operation that a datapath action is composed of, and its operands' width.
  struct AluStep {
    PricedAction action;
    double width;  ///< bits; the geometric mean of two widths need not be whole
  };

  /// The entries for an action, those for "access" included.
  const std::vector<std::size_t>& entries_for(PricedComponent component, PricedAction action) const;
  /// Those that name the very kind of data, else those for any.
  std::vector<std::size_t> entries_moving(PricedComponent component, PricedAction action,
                                          DataKind kind) const;
  Price one_entry(std::size_t entry, double units) const;

  /// DRAM and NoC: the same energy wherever it is spent. An entry for the very topology goes
  /// before one for all.
  Price flat_price(PricedComponent component, PricedAction action, DataKind kind) const;
  /// Why the currents of the DRAM part give an action no price.
  Price current_not_stated(PricedAction action) const;
  /// A flat table's price of a moved bit has the background in it: counted free of charge, in the
  /// name of the refresh entry. So is a bank's refresh, but only where the rank's is.
  Price contained(PricedAction action) const;
  /// Of the first of `components` that has entries.
  Price memory_price(std::initializer_list<PricedComponent> components, Action action,
                     DataKind kind, Bytes capacity) const;
  Price register_file_price(Action action, DataKind kind) const;
  /// What a bank of the memory takes that the state lives in.
  Price state_memory_price(Action action, DataKind kind) const;
  /// A datapath action's own entry, else the sum of its arithmetic.
  Price datapath_price(Component component, Action action) const;
  /// @param what says what is priced, for a price that is missing
  template <typename What>
  Price operation_price(const std::vector<std::size_t>& entries, double width,
                        const What& what) const;
  template <typename What>
  Price within(std::vector<PricePoint> points, double x, const What& what) const;

  /// A multiplier's energy grows with the product of its operands' widths.
  double multiplier_width() const;
  double own_width(Action action) const;
  std::vector<AluStep> steps(Action action) const;

  const EnergyTable& table_;
  const AcceleratorSpec& spec_;
  std::vector<std::vector<std::size_t>> entries_;  ///< by component and action
};

}  // namespace deltasim
