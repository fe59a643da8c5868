#include "sim/components/dram/timing_state.h"

#include <algorithm>
#include <bit>

namespace deltasim::dram {
namespace {

bool is_column(Command c) { return c == Command::kRead || c == Command::kWrite; }
Command with_auto_precharge(Command c) {
  return c == Command::kRead ? Command::kReadAuto : Command::kWriteAuto;
}

int shift_of(int power_of_two) { return std::countr_zero(static_cast<unsigned>(power_of_two)); }

}  // namespace

TimingTable::TimingTable(const DramPart& part, int ranks)
    : ranks_(ranks),
      banks_per_rank_(part.organisation.banks()),
      rank_shift_(shift_of(banks_per_rank_)),
      group_shift_(shift_of(part.organisation.banks_per_group)),
      groups_(ranks * part.organisation.bank_groups),
      entries_(ranks * banks_per_rank_ + groups_ + ranks),
      windows_(part.activate_windows) {
  for (const Constraint& constraint : part.constraints) {
    add(constraint);
    // With auto-precharge a column command holds the bus as the plain one does.
    if (!is_column(constraint.from) || !is_column(constraint.to)) continue;
    add({with_auto_precharge(constraint.from), constraint.to, constraint.scope, constraint.clocks});
  }
}

void TimingTable::add(const Constraint& constraint) {
  const std::size_t from = static_cast<std::size_t>(constraint.from);
  const bool other_rank = constraint.scope == Scope::kOtherRank;
  std::vector<Rule>& list = other_rank ? other_rank_rules_[from] : rules_[from];
  Rule rule{};
  rule.level = other_rank ? 2 : static_cast<std::int32_t>(constraint.scope);
  rule.to = static_cast<std::int32_t>(constraint.to);
  const int bases[] = {0, banks(), banks() + groups_};
  const int shifts[] = {0, group_shift_, rank_shift_};
  rule.base = rule.to * entries_ + bases[rule.level];
  rule.shift = shifts[rule.level];
  rule.clocks = constraint.clocks;
  const auto same = std::find_if(list.begin(), list.end(), [&](const Rule& r) {
    return r.level == rule.level && r.to == rule.to;
  });
  if (same == list.end()) {
    list.push_back(rule);
  } else {
    same->clocks = std::max(same->clocks, rule.clocks);
  }
}

Clock TimingTable::distance(Command from, int from_bank, Command to, int to_bank) const {
  Clock clocks = 0;
  const bool same_rank = rank_of(from_bank) == rank_of(to_bank);
  const bool reaches[] = {from_bank == to_bank, group_of(from_bank) == group_of(to_bank),
                          same_rank};
  const auto& list = (same_rank ? rules_ : other_rank_rules_)[static_cast<std::size_t>(from)];
  for (const Rule& rule : list) {
    const bool holds = !same_rank || reaches[rule.level];
    if (holds && rule.to == static_cast<std::int32_t>(to)) clocks = std::max(clocks, rule.clocks);
  }
  return clocks;
}

TimingState::TimingState(std::shared_ptr<const TimingTable> table)
    : table_(std::move(table)),
      entries_(table_->entries_),
      ranks_(table_->ranks()),
      next_(kCommands * static_cast<std::size_t>(entries_), 0) {
  std::size_t ring = 0;
  for (const ActivateWindow& window : table_->windows_) {
    ring += static_cast<std::size_t>(window.count * table_->ranks());
  }
  activates_.assign(ring, -kNever);
  newest_.assign(table_->windows_.size() * static_cast<std::size_t>(table_->ranks()), 0);
}

void TimingState::issue(Command command, int bank, Clock clock) {
  const std::size_t c = static_cast<std::size_t>(command);
  for (const TimingTable::Rule& rule : table_->rules_[c]) {
    Clock& next = next_[rule.base + (bank >> rule.shift)];
    next = std::max(next, clock + rule.clocks);
  }
  if (table_->ranks() > 1) {
    for (const TimingTable::Rule& rule : table_->other_rank_rules_[c]) {
      for (int rank = 0; rank < table_->ranks(); ++rank) {
        if (rank == table_->rank_of(bank)) continue;
        Clock& next = next_[rule.base + rank];
        next = std::max(next, clock + rule.clocks);
      }
    }
  }
  if (command == Command::kActivate) note_activate(bank, clock);
}

void TimingState::hold(int rank, Clock clock) {
  const std::size_t rank_time = static_cast<std::size_t>(table_->banks() + table_->groups_ + rank);
  for (std::size_t c = 0; c < kCommands; ++c) {
    Clock& next = next_[c * static_cast<std::size_t>(table_->entries_) + rank_time];
    next = std::max(next, clock);
  }
}

void TimingState::note_activate(int bank, Clock clock) {
  const int ranks = table_->ranks();
  const int rank = table_->rank_of(bank);
  const int rank_time = static_cast<int>(Command::kActivate) * table_->entries_ + table_->banks() +
                        table_->groups_ + rank;
  Clock* ring = activates_.data();
  std::int32_t* newest = newest_.data() + rank;
  for (const ActivateWindow& window : table_->windows_) {
    Clock* mine = ring + rank * window.count;
    mine[*newest] = clock;
    *newest = *newest + 1 == window.count ? 0 : *newest + 1;
    // The slot to be overwritten next holds the oldest of the last `count` activates.
    Clock& next = next_[rank_time];
    next = std::max(next, mine[*newest] + window.clocks);
    ring += ranks * window.count;
    newest += ranks;
  }
}

}  // namespace deltasim::dram
