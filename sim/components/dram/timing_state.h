#pragma once
// When a command is legal: the constraints of a part as flat tables, and the earliest times that
// follow from the commands issued so far.

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/components/dram/dram_part.h"

namespace deltasim::dram {

/// A part's constraints, compiled for a number of ranks. Immutable, shared by all channels.
class TimingTable {
 public:
  TimingTable(const DramPart& part, int ranks);

  int banks() const { return static_cast<int>(bases_.size()); }
  int banks_per_rank() const { return banks_per_rank_; }
  int ranks() const { return ranks_; }
  int rank_of(int bank) const { return bank / banks_per_rank_; }
  int group_of(int bank) const { return bank / banks_per_group_; }
  /// Clocks from `from` in one bank to `to` in another (or the same) one; 0 where no rule is.
  Clock distance(Command from, int from_bank, Command to, int to_bank) const;

 private:
  friend class TimingState;
  /// The three entries that limit a command to a bank.
  struct Bases {
    std::int32_t bank, group, rank;
  };
  struct Rule {
    std::int32_t level;  ///< 0 bank, 1 group, 2 rank
    std::int32_t to;
    Clock clocks;
  };
  std::vector<Rule>& rules(Command from) { return rules_[static_cast<std::size_t>(from)]; }
  void add(const Constraint& constraint);

  int ranks_;
  int banks_per_rank_;
  int banks_per_group_;
  std::vector<Bases> bases_;  ///< of each bank, in units of commands
  std::size_t entries_ = 0;
  std::array<std::vector<Rule>, kCommands> rules_;
  std::array<std::vector<Rule>, kCommands> other_rank_rules_;
  std::vector<ActivateWindow> windows_;
};

/// The earliest legal time of every command in every bank. A value: copies are independent.
class TimingState {
 public:
  explicit TimingState(std::shared_ptr<const TimingTable> table);

  /// Earliest clock at which `command` may be issued to `bank`; for commands to a whole rank any
  /// bank of it serves. Does not know which rows are open.
  Clock earliest(Command command, int bank) const {
    const TimingTable::Bases& base = bases_[bank];
    const int c = static_cast<int>(command);
    const Clock bank_time = next_[base.bank + c];
    const Clock group_time = next_[base.group + c];
    const Clock rank_time = next_[base.rank + c];
    const Clock shared = group_time > rank_time ? group_time : rank_time;
    return bank_time > shared ? bank_time : shared;
  }
  /// The part of earliest() that all banks of the rank share: a lower bound for each.
  Clock rank_bound(Command command, int bank) const {
    return next_[bases_[bank].rank + static_cast<int>(command)];
  }
  /// Notes that `command` was issued to `bank` at `clock`.
  void issue(Command command, int bank, Clock clock);

  const TimingTable& table() const { return *table_; }
  bool operator==(const TimingState& other) const {
    return next_ == other.next_ && activates_ == other.activates_ && newest_ == other.newest_;
  }

 private:
  void note_activate(int bank, Clock clock);

  std::shared_ptr<const TimingTable> table_;
  const TimingTable::Bases* bases_;   ///< the table's, at hand for the innermost loop
  std::vector<Clock> next_;           ///< [banks, then bank groups, then ranks][command]
  std::vector<Clock> activates_;      ///< [window][rank][count]: the last activates, a ring
  std::vector<std::int32_t> newest_;  ///< [window][rank]: where the next one goes
};

}  // namespace deltasim::dram
