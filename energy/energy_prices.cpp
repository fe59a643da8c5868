#include "energy/energy_prices.h"

#include <set>
#include <utility>

#include "arch/errors.h"
#include "energy/energy_breakdown.h"
#include "energy/price_finder.h"
#include "energy/sram_prices.h"

namespace deltasim {
namespace {

std::size_t index(Component component, Action action, DataKind kind) {
  return (static_cast<std::size_t>(component) * kActions + static_cast<std::size_t>(action)) *
             kDataKinds +
         static_cast<std::size_t>(kind);
}

bool exists(Component component, Action action) {
  switch (component) {
    case Component::kDram:
      return action == Action::kRead || action == Action::kWrite || action == Action::kActivate ||
             action == Action::kRefresh || action == Action::kRefreshBank ||
             energy_data(action, DataKind::kWeight) == EnergyData::kBackground;
    case Component::kGlb:
    case Component::kRegisterFile:
    case Component::kStateMemory:
      return action == Action::kRead || action == Action::kWrite;
    case Component::kNoc:
      return action == Action::kTransfer;
    case Component::kPe:
      return action == Action::kMac || action == Action::kGatedMac;
    case Component::kDeltaUnit:
      return action == Action::kAccumulate || action == Action::kQuantize ||
             action == Action::kEncode || action == Action::kDecode;
  }
  return false;
}

template <typename Visit>
void for_each_counted(Visit visit) {
  for (std::size_t c = 0; c < kComponents; ++c) {
    for (std::size_t a = 0; a < kActions; ++a) {
      for (std::size_t k = 0; k < kDataKinds; ++k) {
        const auto component = static_cast<Component>(c);
        const auto action = static_cast<Action>(a);
        if (exists(component, action)) visit(component, action, static_cast<DataKind>(k));
      }
    }
  }
}

/// Whether a component lies in the voltage domain of `dvfs`. DRAM has supplies of its own, and so
/// have the memories that are named for what they are made of.
bool shares_supply(PricedComponent component) {
  return component != PricedComponent::kDram && component != PricedComponent::kStateMemory;
}

template <typename Suits>
std::vector<std::size_t> find_entries(const EnergyTable& table, Suits suits) {
  std::vector<std::size_t> entries;
  for (std::size_t i = 0; i < table.entries.size(); ++i) {
    if (suits(table.entries[i])) entries.push_back(i);
  }
  return entries;
}

/// An entry for "pe" is of one of them.
std::vector<EnergyPrices::ClockPower> find_clock(const EnergyTable& table,
                                                 const AcceleratorSpec& spec) {
  std::vector<EnergyPrices::ClockPower> found;
  for (std::size_t i = 0; i < table.entries.size(); ++i) {
    const EnergyEntry& entry = table.entries[i];
    if (entry.action != PricedAction::kClock) continue;
    const int copies = entry.component == PricedComponent::kPe ? spec.pe_array.pes() : 1;
    found.push_back({i, entry.energy * copies / (Cycles(1) / spec.clock)});
  }
  return found;
}

bool leaks(const EnergyEntry& entry) { return entry.action == PricedAction::kLeak; }

bool refreshes_all_the_time(const EnergyEntry& entry) { return entry.is_power() && !leaks(entry); }

Watts power_of(const EnergyTable& table, const std::vector<std::size_t>& entries) {
  Watts sum;
  for (const std::size_t entry : entries) sum += table.entries[entry].power;
  return sum;
}

}  // namespace

EnergyPrices::EnergyPrices(EnergyTable table, const AcceleratorSpec& spec)
    : table_(with_sram_entries(std::move(table), spec)),
      leakage_entries_(find_entries(table_, leaks)),
      refresh_entries_(find_entries(table_, refreshes_all_the_time)),
      clock_entries_(find_clock(table_, spec)),
      scale_(energy_scale(spec)),
      gates_(spec.pe_array.zero_handling == ZeroHandling::kGate),
      has_state_memory_(spec.state_memory() != nullptr),
      controller_(spec.dram.controller) {
  if (leakage_entries_.empty()) {
    throw ConfigError(table_.file,
                      "no entry for leakage; one with zero_because says that it is "
                      "not modelled");
  }
  const PriceFinder finder(table_, spec);
  for_each_counted([&](Component component, Action action, DataKind kind) {
    Price& price = prices_[index(component, action, kind)];
    price = finder.find(component, action, kind);
    if (shares_supply(priced(component))) price.scale(scale_.dynamic);
  });
  for (ClockPower& clock : clock_entries_) clock.power = clock.power * scale_.dynamic;
}

const Price& EnergyPrices::at(Component component, Action action, DataKind kind) const {
  DELTASIM_INVARIANT(exists(component, action), "a count is of an action that its component has");
  const Price& price = prices_[index(component, action, kind)];
  if (!price.known()) throw ConfigError(gap(component, price.missing));
  return price;
}

/// A price that is missing from the table, or from what the DRAM part states.
Fault EnergyPrices::gap(Component component, const std::string& missing) const {
  Fault fault;
  const bool of_part = component == Component::kDram && table_.dram == DramEnergyModel::kCurrents;
  if (of_part) {
    fault.key_path = "dram.part";
    fault.found = "no energy for " + missing;
    fault.expected =
        "a part that states it, a controller that does without it, or dram_energy: table";
  } else {
    fault.file = table_.file;
    fault.found = "no entry for " + missing;
  }
  return fault;
}

/// Whether the DRAM of this accelerator can come to count an action.
bool EnergyPrices::dram_may_count(Action action) const {
  const bool refreshed = controller_.refresh_stretch > 0;
  const bool by_bank = controller_.refresh == dram::RefreshGranularity::kPerBank;
  switch (action) {
    case Action::kRefresh:
      return refreshed && !by_bank;
    case Action::kRefreshBank:
      return refreshed && by_bank;
    case Action::kActivePowerDown:
    case Action::kPrechargedPowerDown:
      return controller_.power_down_after.has_value();
    case Action::kSelfRefresh:
      return false;  // only between frames, which has a price of its own (idle_power)
    default:
      return true;
  }
}

void EnergyPrices::require_complete() const {
  const auto may_count = [&](Component component, Action action) {
    if (action == Action::kGatedMac) return gates_;
    if (component == Component::kStateMemory) return has_state_memory_;
    return component != Component::kDram || dram_may_count(action);
  };
  std::set<std::string> told;
  std::vector<Fault> faults;
  for_each_counted([&](Component component, Action action, DataKind kind) {
    const Price& price = prices_[index(component, action, kind)];
    if (price.known() || !may_count(component, action)) return;
    if (told.insert(price.missing).second) faults.push_back(gap(component, price.missing));
  });
  if (!faults.empty()) throw ConfigError(std::move(faults));
}

Watts EnergyPrices::leakage_of(std::size_t entry) const {
  const EnergyEntry& leaking = table_.entries[entry];
  return leaking.power * (shares_supply(leaking.component) ? scale_.leakage : 1.0);
}

Watts EnergyPrices::leakage() const {
  Watts sum;
  for (const std::size_t entry : leakage_entries_) sum += leakage_of(entry);
  return sum;
}

Watts EnergyPrices::state_refresh() const { return power_of(table_, refresh_entries_); }

Watts EnergyPrices::clock_power() const {
  Watts sum;
  for (const ClockPower& clock : clock_entries_) sum += clock.power;
  return sum;
}

}  // namespace deltasim
