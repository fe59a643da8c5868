#include "arch/dram_part_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace deltasim::dram {
namespace {

using C = Command;

/// Per cent of the time that refreshing bank by bank may take. Beyond it rows can hardly be opened,
/// and a controller that refreshes first never comes to an end.
constexpr Clock kMostPercent = 90;
constexpr std::pair<C, C> kColumnPairs[] = {
    {C::kRead, C::kRead}, {C::kWrite, C::kWrite}, {C::kRead, C::kWrite}, {C::kWrite, C::kRead}};

/// The longest of the waits for any of `from` that any of `to` has.
Clock longest(const DramPart& part, std::initializer_list<C> from, std::initializer_list<C> to) {
  Clock clocks = 0;
  for (const C before : from) {
    for (const C after : to) clocks = std::max(clocks, part.wait(before, after));
  }
  return clocks;
}

/// From the clock at which a refresh is due until all banks are closed for it, at the latest. A
/// controller may close them one after the other.
Clock closing(const DramPart& part, C refresh) {
  const Clock precharge =
      longest(part, {C::kActivate, C::kRead, C::kWrite}, {C::kPrecharge, C::kPrechargeAll});
  const Clock others =
      (part.organisation.banks() - 1) * std::max<Clock>(1, part.wait(C::kPrecharge, C::kPrecharge));
  const Clock closed = longest(part, {C::kPrecharge, C::kPrechargeAll}, {refresh, C::kActivate});
  const Clock by_itself = longest(part, {C::kActivate, C::kReadAuto, C::kWriteAuto}, {refresh});
  return std::max(precharge + (refresh == C::kRefresh ? others : 0) + closed, by_itself);
}

/// From the clock at which a refresh is due until a row was closed, the refresh done, a row opened
/// and a burst of it moved, at the latest.
Clock due_to_burst(const DramPart& part, C refresh) {
  Clock opening = part.wait(C::kActivate, C::kActivate);
  for (const ActivateWindow& window : part.activate_windows) {
    opening = std::max(opening, window.clocks);
  }
  // Banks that are refreshed one by one wait for their turn.
  const Clock turns = refresh == C::kRefresh ? 0
                                             : (part.organisation.banks() - 1) *
                                                   part.wait(C::kRefreshBank, C::kRefreshBank);
  const Clock opened =
      std::max(closing(part, refresh) + turns + part.wait(refresh, C::kActivate), opening);
  const Clock turn_round = longest(part, {C::kRead, C::kWrite}, {C::kRead, C::kWrite});
  return std::max(opened + longest(part, {C::kActivate}, {C::kRead, C::kWrite}), turn_round);
}

Clock latency(const DramPart& part, C column) {
  return column == C::kRead ? part.read_latency : part.write_latency;
}

/// Clocks between two commands to banks of different groups, which are the least within a rank.
Clock rank_distance(const DramPart& part, C from, C to) {
  const Organisation& o = part.organisation;
  Clock clocks = 0;
  for (const Constraint& c : part.constraints) {
    const bool reaches = c.scope == Scope::kSameRank ||
                         (c.scope == Scope::kSameBankGroup && o.bank_groups == 1) ||
                         (c.scope == Scope::kSameBank && o.banks() == 1);
    if (c.from == from && c.to == to && reaches) clocks = std::max(clocks, c.clocks);
  }
  return clocks;
}

}  // namespace

std::vector<std::string> refresh_misfits(const DramPart& part) {
  std::vector<std::string> misfits;
  Clock blocked = 0;
  for (const Constraint& c : part.constraints) {
    const bool refreshes = c.from == C::kRefresh || c.from == C::kRefreshBank;
    if (refreshes) blocked = std::max(blocked, c.clocks);
  }
  if (part.refresh_interval <= 2 * blocked) {
    misfits.push_back(fmt::format("more than twice the {} clocks of a refresh", blocked));
  }
  const int banks = part.organisation.banks();
  const Clock turn = banks * part.wait(C::kRefreshBank, C::kRefreshBank);
  if (part.refresh_interval * kMostPercent <= turn * 100) {
    misfits.push_back(fmt::format(
        "more than {} clocks, of which the refreshes of {} banks one after the other (from "
        "refresh_bank to refresh_bank) take {}",
        turn * 100 / kMostPercent, banks, turn));
  }
  for (const C refresh : {C::kRefresh, C::kRefreshBank}) {
    if (refresh == C::kRefreshBank && part.wait(refresh, C::kActivate) == 0) continue;
    const Clock least = due_to_burst(part, refresh);
    if (part.refresh_interval > least) continue;
    misfits.push_back(fmt::format(
        "more than the {} clocks in which a row is closed, the refresh ({}) done, a row opened and "
        "a burst of it moved",
        least, to_string(refresh)));
  }
  return misfits;
}

std::vector<std::string> data_bus_misfits(const DramPart& part) {
  std::vector<std::string> misfits;
  for (const auto& [from, to] : kColumnPairs) {
    const Clock least = latency(part, from) + part.burst_clocks - latency(part, to);
    const Clock distance = rank_distance(part, from, to);
    if (distance >= least) continue;
    misfits.push_back(fmt::format(
        "from {} to {}, scope same_rank, at least {} clocks, not {}: bursts of {} clocks follow "
        "each other on the data bus",
        to_string(from), to_string(to), least, distance, part.burst_clocks));
  }
  return misfits;
}

std::vector<std::string> missing_rank_to_rank(const DramPart& part) {
  std::vector<std::string> missing;
  for (const auto& [from, to] : kColumnPairs) {
    const bool there = std::ranges::any_of(part.constraints, [from = from, to = to](const auto& c) {
      return c.from == from && c.to == to && c.scope == Scope::kOtherRank;
    });
    if (!there) missing.push_back(fmt::format("{} to {}", to_string(from), to_string(to)));
  }
  return missing;
}

}  // namespace deltasim::dram
