#pragma once
// One DRAM channel behind a controller with a command queue for every bank, as DRAMsim3 has it
// (Li et al., IEEE CAL 2020; umd-memsys/DRAMsim3, src/controller.cc and src/command_queue.cc).
// Plain C++ without SystemC; it jumps over clocks at which nothing can happen.
//
// What happens at a clock, in this order:
//   1. The next burst enters the transaction queue of its direction, if it was offered and there
//      is room. One burst a clock, in the order offered.
//   2. The rank that waits longest for a refresh has one of its banks precharged, or is refreshed
//      when all are; its queues are passed over meanwhile.
//   3. Else one command is issued: the queues take turns, from the one behind the last served on.
//      In a queue the oldest burst whose command is legal now goes first; a row is closed only for
//      the oldest of all, when no burst in the queue is for it or it was used `row_hit_limit`
//      times.
//   4. The oldest transaction whose bank's queue has room moves there: a read, or, from when the
//      write queue is full (half full, where no read waits) until as many as were in it have
//      moved, a write.
// Bursts of the same place are neither merged nor forwarded.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/components/dram/bus_log.h"
#include "sim/components/dram/channel_setup.h"
#include "sim/components/dram/power_down.h"
#include "sim/components/dram/request_window.h"

namespace deltasim::dram {

/// A value: a copy is an independent channel in the same state. The members are those of
/// DramChannel.
class QueuedChannel {
 public:
  explicit QueuedChannel(std::shared_ptr<const ChannelSetup> setup);

  void begin_transaction();
  void offer(std::int64_t first, std::int64_t count, bool write, Clock offered,
             DataKind kind = DataKind::kActivation);
  void run_until_taken();
  /// There is no closed form of this controller.
  std::optional<Clock> foretell() const { return std::nullopt; }
  void run_until_served();
  void run_until_idle();
  void run_until(Clock limit);

  bool has_latest() const { return latest_left_ > 0; }
  Clock last_taken() const { return last_taken_; }
  Clock latest_completed() const { return latest_completed_; }
  Clock data_end() const { return data_end_; }
  Clock now() const { return now_; }
  const Counters& counters() const { return counters_; }
  StateClocks states_until(Clock end) const;
  BusLog& bus_log() { return bus_log_; }

 private:
  struct Range {
    std::int64_t first, count;
    bool write;
    Clock offered;
    DataKind kind;
  };
  struct Entry {
    std::int64_t order;
    std::int32_t bank, row;
    bool write;
    DataKind kind;
    bool opened = false;      ///< its row was opened for it
    bool conflicted = false;  ///< another row was closed for it
  };
  struct Bank {
    std::vector<Entry> queue;
    std::int32_t open_row = kNoRow;
    int uses = 0;  ///< column commands since the row was opened
  };
  /// A command that the state of its bank asks for.
  struct Candidate {
    Clock ready = kNever;
    Command command = Command::kActivate;
    std::size_t entry = 0;
  };

  struct RefreshStep {
    Clock ready = kNever;
    Command command = Command::kPrecharge;
    int bank = 0;
  };

  const ChannelOptions& options() const { return setup_->options; }
  std::vector<Entry>& transactions(bool write) { return transactions_[write ? 1 : 0]; }
  bool idle() const;

  void step(Clock limit);
  bool take();
  Clock next_entry() const;
  Clock next_refresh() const;
  Clock next_command() const;
  void note_due_refreshes();
  RefreshStep refresh_step() const;
  bool advance_refresh();
  bool issue_next();
  Candidate candidate(int bank) const;
  void issue(int bank, const Candidate& candidate);
  void issue_column(int bank, const Candidate& candidate);
  void precharge(int bank, Clock starts);
  bool move_transaction();
  void record(Command command, int bank);
  bool is_refreshing(int bank) const;
  void begin_work(int rank);

  std::shared_ptr<const ChannelSetup> setup_;
  TimingState timing_;
  BackgroundStates states_;
  PowerDown power_down_;
  std::vector<int> rank_waiting_;  ///< bursts and refreshes that wait, of each rank
  std::array<std::vector<Entry>, 2> transactions_;  ///< reads, writes; the oldest first
  std::vector<Bank> banks_;
  int last_queue_ = 0;
  int draining_ = 0;                ///< writes that are still to be moved before reads are again
  std::vector<int> refresh_queue_;  ///< units that wait for their refresh, the first one first
  std::vector<Clock> refresh_due_;

  std::vector<Range> pending_;  ///< offered, not yet taken: from front_ on
  std::size_t front_ = 0;
  std::int64_t next_order_ = 0;
  std::int64_t offered_ = 0;
  int waiting_ = 0;  ///< bursts in all queues
  Clock now_ = 0;
  /// No command becomes legal before, unless a burst moves to a queue.
  Clock soonest_ = 0;
  Clock last_taken_ = -1;

  std::int64_t latest_from_ = 0;  ///< order of the latest transaction's first burst
  std::int64_t latest_left_ = 0;
  Clock latest_completed_ = 0;
  Clock data_end_ = 0;
  Counters counters_;
  BusLog bus_log_;
};

}  // namespace deltasim::dram
