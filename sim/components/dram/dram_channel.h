#pragma once
// One DRAM channel and its controller: FR-FCFS over two windows of bursts, open or closed rows,
// write draining, all-bank refresh. Plain C++ without SystemC; it jumps from command to command.
//
// What happens at a clock, in this order:
//   1. The next burst enters its window (reads and writes have one each), if it was offered and
//      there is room. One burst a clock, in the order offered.
//   2. A rank whose refresh is due takes nothing else any more: its banks are precharged as soon
//      as all of them may be, then it is refreshed.
//   3. Reads are served until the write window is filled to `write_high` or there is no read;
//      then writes are, until `write_low` are left and a read waits.
//   4. One command is issued, of those legal now: one that moves data before one that opens or
//      closes a row, then the one for the oldest burst. A row is not closed while the served
//      window holds a burst for it.
//
// A run of bursts that all find their rows open, in one bank or in the bank groups in turn, has
// its commands at an even pace. It is served in closed form, in one step, with the same completion
// times, counters and state as burst by burst (ChannelOptions::closed_form only changes the speed).

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/components/dram/background_states.h"
#include "sim/components/dram/bus_log.h"
#include "sim/components/dram/channel_setup.h"
#include "sim/components/dram/power_down.h"
#include "sim/components/dram/request_window.h"
#include "sim/components/dram/timing_state.h"

namespace deltasim::dram {

/// A value: a copy is an independent channel in the same state.
class DramChannel {
 public:
  explicit DramChannel(std::shared_ptr<const ChannelSetup> setup);

  /// Marks the bursts offered from here on as the latest transaction.
  void begin_transaction();
  /// Offers `count` bursts of `kind` from number `first` on (of this channel) at clock `offered`,
  /// behind all that was offered before.
  void offer(std::int64_t first, std::int64_t count, bool write, Clock offered,
             DataKind kind = DataKind::kActivation);

  /// Runs until every offered burst is in its window, and issues nothing that a burst offered
  /// later could still change.
  void run_until_taken();
  /// What latest_completed() would be after run_until_served(), where a closed form says so. For
  /// transactions of one direction.
  std::optional<Clock> foretell() const;
  /// Runs until the latest transaction is served.
  void run_until_served();
  /// Runs until all is served.
  void run_until_idle();
  /// Issues what is to be issued before `limit`, refreshes included.
  void run_until(Clock limit);

  /// Whether bursts of the latest transaction are left.
  bool has_latest() const { return latest_left_ > 0; }
  /// Clock at which the last burst so far entered its window.
  Clock last_taken() const { return last_taken_; }
  /// Clock after the last data beat of the latest transaction; 0 where none was served yet.
  Clock latest_completed() const { return latest_completed_; }
  /// Clock after the last data beat of all so far.
  Clock data_end() const { return data_end_; }
  /// First clock at which a command may be issued.
  Clock now() const { return now_; }
  /// Of the commands issued so far; the background states are left out.
  const Counters& counters() const { return counters_; }
  /// Of all ranks up to `end`, which is not before now().
  StateClocks states_until(Clock end) const;
  BusLog& bus_log() { return bus_log_; }

  /// Whether nothing observable, now or later, tells the two apart.
  bool operator==(const DramChannel& other) const;

 private:
  struct Range {
    std::int64_t first, count;
    bool write;
    Clock offered;
    DataKind kind;
    bool operator==(const Range&) const = default;
  };
  /// Of one direction, the bursts that entered last, as long as each is the next of its block and
  /// of the same kind of data, and none of the other direction came in between.
  struct Run {
    std::int64_t next = -1;  ///< burst that would continue it
    std::int64_t next_order = -1;
    std::int64_t block = -1;
    std::int64_t first_order = 0;
    int live = 0;  ///< of its bursts that wait in the window
    std::int32_t row = kNoRow;
    DataKind kind = DataKind::kActivation;
    // Bank of burst b: base + ((b & cycle_mask) ^ twist) * stride.
    std::int32_t base = 0, twist = 0;
  };
  /// What a bank can want; of each there is a set in the served window.
  enum Want : std::size_t { kColumn, kPrechargeRow, kActivateRow };
  struct Choice {
    Clock clock = kNever;
    std::int64_t order = 0;
    int urgency = 3;  ///< 0 refresh, 1 column, 2 row; smaller goes first
    Command command = Command::kRefresh;
    int bank = 0;
  };
  /// A run about to be served in closed form. Burst k of `count` has its command at
  /// start + k * pace.
  struct Streak {
    const Run* run;
    std::int64_t first;    ///< burst
    std::int64_t waiting;  ///< bursts of it in the window
    std::int64_t total;    ///< with those that are yet to enter
    std::int64_t count;    ///< bursts to be served
    Clock start, pace;
    Clock entry;  ///< when the next one enters, if there is room
  };

  const ChannelOptions& options() const { return setup_->options; }
  RequestWindow& window(bool write) { return windows_[write ? 1 : 0]; }
  const RequestWindow& window(bool write) const { return windows_[write ? 1 : 0]; }
  Run& run(bool write) { return runs_[write ? 1 : 0]; }
  const Run& run(bool write) const { return runs_[write ? 1 : 0]; }
  bool all_taken() const { return front_ == pending_.size(); }
  bool idle() const { return all_taken() && windows_[0].empty() && windows_[1].empty(); }

  bool same_state(const DramChannel& other) const;

  // dram_channel.cpp: bursts enter, time passes
  bool step(Clock limit, bool hold);
  bool await(Choice& choice, Clock limit, bool hold);
  bool overrules(const Run& entered, const Choice& choice) const;
  Clock next_entry() const;
  Clock earliest_refresh() const;
  void take(Clock clock);
  void take_all_until_now();
  bool continues_run(const Range& front) const;
  void enter_next(bool write);
  void start_run(const Range& front);
  int bank_of(const Run& run, std::int64_t burst) const;
  void drop_front(std::int64_t count);
  void note_due_refreshes();
  bool has_work(int rank) const;
  void wake(int rank, Clock clock);
  bool next_mode() const;

  // dram_channel_commands.cpp: the next command and what it does
  Choice choose();
  void consider_refreshes(Choice& best) const;
  void consider(Want want, Clock floor, Choice& best);
  BankSet wanting(Want want) const;
  Command command_for(Want want) const;
  void set_mode(bool write);
  void note_want(int bank);
  void issue(const Choice& choice);
  void record(Command command, int bank, Clock clock);
  void issue_column(const Choice& choice);
  void issue_activate(const Choice& choice);
  void issue_precharge(const Choice& choice);
  void issue_precharge_all(const Choice& choice);
  void issue_refresh(const Choice& choice);
  void close(int bank, Clock precharge);
  void note_served(std::int64_t first_order, std::int64_t count, Clock last_command, Clock pace,
                   bool write);

  // dram_channel_streak.cpp: closed form
  bool serve_streak(Clock limit, bool hold);
  void log_streak(const Streak& streak) const;
  bool find_streak(Streak& streak, Clock limit, bool hold) const;
  bool rows_stand_ready(const Streak& streak) const;
  std::int64_t bursts_before(const Streak& streak, Clock clock) const;
  Clock extend(Streak& streak, bool hold) const;
  std::int64_t bursts_in_mode(const Streak& streak) const;
  std::int64_t taken_by_end(const Streak& streak) const;
  void apply_window(const Streak& streak, std::int64_t taken);
  void spell_out(bool write);
  void apply_entries(const Streak& streak, std::int64_t taken);

  std::shared_ptr<const ChannelSetup> setup_;
  TimingState timing_;
  BackgroundStates states_;
  PowerDown power_down_;
  std::array<RequestWindow, 2> windows_;  ///< reads, writes
  std::vector<std::int32_t> open_row_;    ///< of each bank
  BankSet open_banks_ = 0;
  BankSet banks_to_refresh_ = 0;    ///< whose refresh is due
  std::vector<Clock> refresh_due_;  ///< of each unit
  Clock next_refresh_ = 0;          ///< of the units that do not wait for theirs yet
  bool write_mode_ = false;
  /// For each Want no bank of the served window is ready before. Only spares a look at the banks.
  std::array<Clock, 3> soonest_{};

  std::vector<Range> pending_;  ///< offered, not yet taken: from front_ on
  std::size_t front_ = 0;
  std::array<Run, 2> runs_;  ///< reads, writes
  std::int64_t next_order_ = 0;
  std::int64_t offered_ = 0;  ///< bursts so far
  Clock now_ = 0;
  Clock last_taken_ = -1;
  std::array<Clock, 2> slot_free_{};  ///< of each window: the clock after it was last full

  std::int64_t latest_from_ = 0;  ///< order of the latest transaction's first burst
  std::int64_t latest_left_ = 0;
  Clock latest_completed_ = 0;
  Clock data_end_ = 0;
  Counters counters_;
  BusLog bus_log_;
};

}  // namespace deltasim::dram
