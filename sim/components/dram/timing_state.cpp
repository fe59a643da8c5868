#include "sim/components/dram/timing_state.h"

#include <algorithm>

namespace deltasim::dram {
namespace {

constexpr int kStride = static_cast<int>(kCommands);

bool is_column(Command c) { return c == Command::kRead || c == Command::kWrite; }
Command with_auto_precharge(Command c) {
  return c == Command::kRead ? Command::kReadAuto : Command::kWriteAuto;
}

}  // namespace

TimingTable::TimingTable(const DramPart& part, int ranks)
    : ranks_(ranks),
      banks_per_rank_(part.organisation.banks()),
      banks_per_group_(part.organisation.banks_per_group),
      windows_(part.activate_windows) {
  const int banks = ranks * banks_per_rank_;
  const int groups = ranks * part.organisation.bank_groups;
  for (int bank = 0; bank < banks; ++bank) {
    bases_.push_back({bank * kStride, (banks + group_of(bank)) * kStride,
                      (banks + groups + rank_of(bank)) * kStride});
  }
  entries_ = static_cast<std::size_t>((banks + groups + ranks) * kStride);
  for (const Constraint& constraint : part.constraints) {
    add(constraint);
    // A column command with auto-precharge starts as the plain one does and holds the bus alike.
    if (is_column(constraint.to)) {
      add({constraint.from, with_auto_precharge(constraint.to), constraint.scope,
           constraint.clocks});
    }
    if (!is_column(constraint.from) || !is_column(constraint.to)) continue;
    const Command from = with_auto_precharge(constraint.from);
    add({from, constraint.to, constraint.scope, constraint.clocks});
    add({from, with_auto_precharge(constraint.to), constraint.scope, constraint.clocks});
  }
}

void TimingTable::add(const Constraint& constraint) {
  const std::size_t from = static_cast<std::size_t>(constraint.from);
  const bool other_rank = constraint.scope == Scope::kOtherRank;
  std::vector<Rule>& list = other_rank ? other_rank_rules_[from] : rules_[from];
  const Rule rule{other_rank ? 2 : static_cast<std::int32_t>(constraint.scope),
                  static_cast<std::int32_t>(constraint.to), constraint.clocks};
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
    : table_(std::move(table)), bases_(table_->bases_.data()), next_(table_->entries_, 0) {
  std::size_t ring = 0;
  for (const ActivateWindow& window : table_->windows_) {
    ring += static_cast<std::size_t>(window.count * table_->ranks());
  }
  activates_.assign(ring, -kNever);
  newest_.assign(table_->windows_.size() * static_cast<std::size_t>(table_->ranks()), 0);
}

void TimingState::issue(Command command, int bank, Clock clock) {
  const std::size_t c = static_cast<std::size_t>(command);
  const TimingTable::Bases& base = bases_[bank];
  const std::int32_t offsets[] = {base.bank, base.group, base.rank};
  for (const TimingTable::Rule& rule : table_->rules_[c]) {
    Clock& next = next_[offsets[rule.level] + rule.to];
    next = std::max(next, clock + rule.clocks);
  }
  if (table_->ranks() > 1) {
    for (const TimingTable::Rule& rule : table_->other_rank_rules_[c]) {
      for (int rank = 0; rank < table_->ranks(); ++rank) {
        if (rank == table_->rank_of(bank)) continue;
        Clock& next = next_[bases_[rank * table_->banks_per_rank()].rank + rule.to];
        next = std::max(next, clock + rule.clocks);
      }
    }
  }
  if (command == Command::kActivate) note_activate(bank, clock);
}

void TimingState::note_activate(int bank, Clock clock) {
  const int ranks = table_->ranks();
  const int rank = table_->rank_of(bank);
  Clock* ring = activates_.data();
  std::int32_t* newest = newest_.data() + rank;
  for (const ActivateWindow& window : table_->windows_) {
    Clock* mine = ring + rank * window.count;
    mine[*newest] = clock;
    *newest = (*newest + 1) % window.count;
    // The slot to be overwritten next holds the oldest of the last `count` activates.
    Clock& next = next_[bases_[bank].rank + static_cast<int>(Command::kActivate)];
    next = std::max(next, mine[*newest] + window.clocks);
    ring += ranks * window.count;
    newest += ranks;
  }
}

}  // namespace deltasim::dram
