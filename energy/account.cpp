#include "energy/account.h"

#include <fmt/format.h>

#include <iterator>
#include <map>

namespace deltasim {
namespace {

/// Calls visit(component, action, kind, count, price) for every count that is not zero.
template <typename Visit>
void for_each_count(const Activity& activity, const EnergyPrices& prices, Visit visit) {
  for (std::size_t c = 0; c < kComponents; ++c) {
    for (std::size_t a = 0; a < kActions; ++a) {
      for (std::size_t k = 0; k < kDataKinds; ++k) {
        const auto component = static_cast<Component>(c);
        const auto action = static_cast<Action>(a);
        const auto kind = static_cast<DataKind>(k);
        const std::int64_t count = activity.at(component, action, kind);
        if (count != 0) visit(component, action, kind, count, prices.at(component, action, kind));
      }
    }
  }
}

}  // namespace

EnergyBreakdown account(const Activity& activity, const EnergyPrices& prices, Seconds time) {
  EnergyBreakdown breakdown;
  for_each_count(activity, prices,
                 [&](Component component, Action action, DataKind kind, std::int64_t count,
                     const Price& price) {
                   breakdown.add(static_cast<EnergyComponent>(component), energy_data(action, kind),
                                 price.energy() * count);
                 });
  breakdown.add(EnergyComponent::kLeakage, EnergyData::kLeakage, prices.leakage() * time);
  breakdown.add(EnergyComponent::kClock, EnergyData::kClock, prices.clock_power() * time);
  breakdown.add(EnergyComponent::kStateMemory, EnergyData::kRefresh, prices.state_refresh() * time);
  return breakdown;
}

EnergyBreakdown account(const Activity& activity, const AcceleratorSpec& spec,
                        const EnergyTable& table, Seconds time) {
  return account(activity, EnergyPrices(table, spec), time);
}

EnergyTableReport energy_table_report(const Activity& activity, const EnergyPrices& prices,
                                      Seconds time) {
  std::map<std::size_t, Picojoules> energy_of;
  for_each_count(activity, prices,
                 [&](Component, Action, DataKind, std::int64_t count, const Price& price) {
                   for (const PricePart& part : price.parts) {
                     energy_of[part.entry] += part.energy * count;
                   }
                 });
  const std::vector<EnergyEntry>& entries = prices.table().entries;
  for (const std::size_t entry : prices.leakage_entries()) {
    energy_of[entry] += prices.leakage_of(entry) * time;
  }
  for (const std::size_t entry : prices.refresh_entries()) {
    energy_of[entry] += entries[entry].power * time;
  }
  for (const auto& [entry, power] : prices.clock_entries()) energy_of[entry] += power * time;

  EnergyTableReport report;
  for (const auto& [entry, energy] : energy_of) report.total += energy;
  for (const auto& [entry, energy] : energy_of) {
    const double share = report.total.value() > 0 ? energy / report.total : 0;
    report.used.push_back({entry, energy, share});
    if (!entries[entry].verified) report.unverified_share += share;
    if (!entries[entry].zero_because.empty()) report.as_zero.push_back(entry);
  }
  return report;
}

std::string describe(const EnergyTableReport& report, const EnergyTable& table) {
  std::string text;
  for (const EntryUse& use : report.used) {
    const EnergyEntry& entry = table.entries[use.entry];
    if (!entry.zero_because.empty()) continue;
    fmt::format_to(std::back_inserter(text), "{:<40} {:>12} {:>6.2f} %{}\n", entry.title(),
                   print(use.energy), 100 * use.share, entry.verified ? "" : "  not verified");
  }
  for (const std::size_t entry : report.as_zero) {
    fmt::format_to(std::back_inserter(text), "{:<40} counted as zero: {}\n",
                   table.entries[entry].title(), table.entries[entry].zero_because);
  }
  fmt::format_to(std::back_inserter(text), "{:.2f} % of the energy rests on unverified entries\n",
                 100 * report.unverified_share);
  return text;
}

}  // namespace deltasim
