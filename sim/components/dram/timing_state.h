#pragma once
// When a command is legal: the constraints of a part as flat tables, and the earliest times that
// follow from the commands issued so far.

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "arch/dram_part.h"

namespace deltasim::dram {

/// A part's constraints, compiled for a number of ranks. Immutable, shared by all channels.
class TimingTable {
 public:
  TimingTable(const DramPart& part, int ranks);

  int banks() const { return ranks_ * banks_per_rank_; }
  int banks_per_rank() const { return banks_per_rank_; }
  int ranks() const { return ranks_; }
  int rank_of(int bank) const { return bank >> rank_shift_; }
  BankSet banks_of(int rank) const {
    const BankSet all = ~BankSet{0} >> (kMaxBanks - banks_per_rank_);
    return all << (rank * banks_per_rank_);
  }
  int group_of(int bank) const { return bank >> group_shift_; }
  /// Clocks from `from` in one bank to `to` in another (or the same) one; 0 where no rule is.
  Clock distance(Command from, int from_bank, Command to, int to_bank) const;

 private:
  friend class TimingState;
  struct Rule {
    std::int32_t level;  ///< 0 bank, 1 group, 2 rank
    std::int32_t to;
    std::int32_t base;   ///< of the command and the level in the state's times
    std::int32_t shift;  ///< from a bank's number to the level's
    Clock clocks;
  };
  std::vector<Rule>& rules(Command from) { return rules_[static_cast<std::size_t>(from)]; }
  void add(const Constraint& constraint);

  int ranks_;
  int banks_per_rank_;
  int rank_shift_;   ///< a bank's rank is its number shifted by this
  int group_shift_;  ///< and its bank group, counted through all ranks
  int groups_;
  int entries_;  ///< of one command: banks, then bank groups, then ranks
  std::array<std::vector<Rule>, kCommands> rules_;
  std::array<std::vector<Rule>, kCommands> other_rank_rules_;
  std::vector<ActivateWindow> windows_;
};

/// The earliest legal time of every command in every bank. A value: copies are independent.
class TimingState {
 public:
  explicit TimingState(std::shared_ptr<const TimingTable> table);

  /// Earliest clock at which `command` may be issued to `bank`; for commands to a whole rank any
  /// bank of it serves. A column command with auto-precharge may be issued when the plain one
  /// may, and is not to be asked for. Does not know which rows are open.
  Clock earliest(Command command, int bank) const { return times(command).earliest(bank); }

  /// The same for one command and many banks.
  class Times {
   public:
    Clock earliest(int bank) const {
      const Clock bank_time = banks_[bank];
      const Clock group_time = groups_[bank >> group_shift_];
      const Clock rank_time = ranks_[bank >> rank_shift_];
      const Clock shared = group_time > rank_time ? group_time : rank_time;
      return bank_time > shared ? bank_time : shared;
    }

    /// Without what the rank has to say.
    Clock earliest_in_rank(int bank) const {
      const Clock bank_time = banks_[bank];
      const Clock group_time = groups_[bank >> group_shift_];
      return bank_time > group_time ? bank_time : group_time;
    }

   private:
    friend class TimingState;
    const Clock *banks_, *groups_, *ranks_;
    int group_shift_, rank_shift_;
  };
  Times times(Command command) const {
    const TimingTable& table = *table_;
    Times times;
    times.banks_ = next_.data() + static_cast<int>(command) * entries_;
    times.groups_ = times.banks_ + table.banks();
    times.ranks_ = times.groups_ + table.groups_;
    times.group_shift_ = table.group_shift_;
    times.rank_shift_ = table.rank_shift_;
    return times;
  }

  /// No bank is earlier, for what the ranks have to say.
  Clock floor(Command command) const {
    const Clock* ranks = next_.data() + (static_cast<int>(command) + 1) * entries_ - 1;
    Clock floor = *ranks;
    for (int rank = 1; rank < ranks_; ++rank) {
      if (ranks[-rank] < floor) floor = ranks[-rank];
    }
    return floor;
  }
  /// Notes that `command` was issued to `bank` at `clock`.
  void issue(Command command, int bank, Clock clock);

  /// Lets no command to `rank` be legal before `clock`.
  void hold(int rank, Clock clock);

  const TimingTable& table() const { return *table_; }
  bool operator==(const TimingState& other) const {
    return next_ == other.next_ && activates_ == other.activates_ && newest_ == other.newest_;
  }

 private:
  void note_activate(int bank, Clock clock);

  std::shared_ptr<const TimingTable> table_;
  int entries_, ranks_;               ///< the table's
  std::vector<Clock> next_;           ///< [command][banks, then bank groups, then ranks]
  std::vector<Clock> activates_;      ///< [window][rank][count]: the last activates, a ring
  std::vector<std::int32_t> newest_;  ///< [window][rank]: where the next one goes
};

}  // namespace deltasim::dram
