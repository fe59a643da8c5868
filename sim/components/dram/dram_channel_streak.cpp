// The closed form of a run of row hits: the same commands that step() would issue one by one.
//
// A run is a stretch of consecutive bursts of one block, all of one direction, whose rows stand
// open. While nothing but such bursts is in the served window, no rank waits for a refresh and the
// mode cannot change, FR-FCFS has only column commands to choose from:
//   - in one bank each burst waits for the one before it: the pace is the distance of two column
//     commands in a bank (tCCD_L);
//   - over bank groups in turn it is their distance between groups (tCCD_S), provided that a
//     group's own distance fits into a whole turn. No younger burst is ready before the oldest.
// So burst k has its command at start + k * pace. Bursts enter one a clock while there is room, so
// by clock t there have entered
//   min(total, served before t + window, waiting + t - entry + 1),
// since serving takes at least a clock a burst. What the run leaves behind follows from the two.

#include <algorithm>

#include "sim/components/dram/dram_channel.h"

namespace deltasim::dram {
namespace {

/// Below this, finding out costs more than it saves.
constexpr std::int64_t kWorthwhile = 3;

Command column_command(bool write) { return write ? Command::kWrite : Command::kRead; }

}  // namespace

Clock ChannelSetup::pace_of(Command column) const {
  const int cycle = mapping.block().cycle;
  const int stride = part.organisation.banks_per_group;
  const Clock in_bank = table->distance(column, 0, column, 0);
  const Clock between = cycle == 1 ? in_bank : table->distance(column, 0, column, stride);
  for (int a = 0; a < cycle; ++a) {
    for (int b = 0; b < cycle; ++b) {
      const Clock distance = table->distance(column, a * stride, column, b * stride);
      if (a != b && distance != between) return 0;
    }
  }
  return between >= 1 && in_bank <= cycle * between ? between : 0;
}

bool DramChannel::serve_streak(Clock limit, bool hold) {
  Streak streak{};
  if (!find_streak(streak, limit, hold)) return false;
  const Clock end = streak.start + (streak.count - 1) * streak.pace;
  const std::int64_t taken = taken_by_end(streak);
  note_served(next_order_ - streak.waiting, streak.count, end, run_.write);
  apply_window(streak, taken);
  const std::int64_t cycle = setup_->mapping.block().cycle;
  // Earlier commands to the same bank leave no trace: all their limits are passed by its last.
  for (std::int64_t k = std::max<std::int64_t>(0, streak.count - cycle); k < streak.count; ++k) {
    timing_.issue(column_command(run_.write), run_bank(streak.first + k),
                  streak.start + k * streak.pace);
  }
  if (options().log != nullptr) log_streak(streak);
  now_ = end + 1;
  soonest_ = {};
  return true;
}

void DramChannel::log_streak(const Streak& streak) const {
  for (std::int64_t k = 0; k < streak.count; ++k) {
    options().log->push_back(
        {streak.start + k * streak.pace, column_command(run_.write), run_bank(streak.first + k)});
  }
}

/// Fills in `streak` where the state allows one.
bool DramChannel::find_streak(Streak& streak, Clock limit, bool hold) const {
  const bool write = write_mode_;
  const RequestWindow& served = window(write);
  if (run_.write != write || run_.live != served.size() || served.empty()) return false;
  if (!options().closed_form || !options().open_page || ranks_to_refresh_ != 0) return false;
  if (write && !windows_[0].empty()) return false;
  streak.pace = setup_->pace[write ? 1 : 0];
  if (streak.pace == 0) return false;
  streak.waiting = served.size();
  streak.first = run_.next - streak.waiting;
  const Clock quiet = extend(streak, hold);
  if (streak.total < kWorthwhile || !rows_stand_ready(streak)) return false;
  streak.start = std::max(now_, timing_.earliest(column_command(write), run_bank(streak.first)));
  // While a whole window of the run is left, there is no room for what follows it.
  const std::int64_t by_room = streak.total - options().window;
  streak.count = std::min(streak.total, bursts_before(streak, quiet));
  if (streak.total > streak.waiting) streak.count = std::max(streak.count, by_room);
  streak.count = std::min(streak.count, bursts_before(streak, std::min(limit, next_refresh_)));
  // Where the run does not arrive in time to keep its pace, serve what is there.
  const bool in_time = streak.entry <= streak.start + (streak.waiting - 1) * streak.pace + 1;
  if (!in_time) streak.count = std::min(streak.count, streak.waiting);
  return streak.count >= kWorthwhile;
}

/// How many bursts have their command before `clock`.
std::int64_t DramChannel::bursts_before(const Streak& streak, Clock clock) const {
  if (clock <= streak.start) return 0;
  return (clock - streak.start + streak.pace - 1) / streak.pace;
}

/// Finds how far the run goes on and when its next burst enters.
/// @return the first clock at which, room or not, a burst of another kind could enter: one that
///         waits behind the run or (`hold`) one that is offered later
Clock DramChannel::extend(Streak& streak, bool hold) const {
  streak.total = streak.waiting;
  streak.entry = kNever;
  if (all_taken()) return kNever;  // not with `hold`, which returned then
  const Range& front = pending_[front_];
  const int block_bits = setup_->mapping.block().block_bits;
  const Clock entry = std::max({last_taken_ + 1, front.offered, slot_free_[front.write ? 1 : 0]});
  const bool goes_on = front.write == run_.write && front.first == run_.next &&
                       front.first >> block_bits == run_.block;
  if (!goes_on) return entry;
  const std::int64_t block_end = (run_.block + 1) << block_bits;
  const std::int64_t more = std::min(front.count, block_end - front.first);
  streak.total += more;
  streak.entry = entry;
  const bool followed = more < front.count || pending_.size() - front_ > 1;
  if (followed) return entry + more;
  return hold ? entry + more - 1 : kNever;
}

/// Whether the run's next bursts are the oldest of their banks, in open rows, and ready in turn.
bool DramChannel::rows_stand_ready(const Streak& streak) const {
  const RequestWindow& served = window(run_.write);
  const Command column = column_command(run_.write);
  const std::int64_t turn = std::min<std::int64_t>(setup_->mapping.block().cycle, streak.total);
  const Clock first_ready = timing_.earliest(column, run_bank(streak.first));
  const Clock start = std::max(now_, first_ready);
  for (std::int64_t k = 0; k < turn; ++k) {
    const int bank = run_bank(streak.first + k);
    if (open_row_[bank] != run_.row) return false;
    if (k < streak.waiting && served.implied() == 0) {
      if (((served.wanting_column() >> bank) & 1) == 0) return false;
      if (served.hit(bank).burst != streak.first + k) return false;
    }
    const Clock ready = timing_.earliest(column, bank);
    if (ready > start + k * streak.pace) return false;
    if (start > now_ && ready < first_ready) return false;
  }
  return true;
}

/// Bursts of the run that have entered by the clock of the last served one.
std::int64_t DramChannel::taken_by_end(const Streak& streak) const {
  const Clock end = streak.start + (streak.count - 1) * streak.pace;
  const Clock clocks = std::max<Clock>(0, end - streak.entry + 1);
  return std::min({streak.total, streak.count - 1 + options().window, streak.waiting + clocks});
}

/// Takes the served bursts out of the window and puts in those that entered meanwhile.
void DramChannel::apply_window(const Streak& streak, std::int64_t taken) {
  RequestWindow& served = window(run_.write);
  // A row is opened for the oldest burst of its bank, which is among the first turn.
  const std::int64_t turn = std::min<std::int64_t>(setup_->mapping.block().cycle, streak.waiting);
  counters_.row_hits += streak.count;
  BankSet banks = 0;
  for (std::int64_t k = 0; k < turn && served.implied() == 0; ++k) {
    const int bank = run_bank(streak.first + k);
    banks |= BankSet{1} << bank;
    const WindowEntry& entry = served.hit(bank);
    if (k >= streak.count || !entry.opened) continue;
    --counters_.row_hits;
    (entry.conflicted ? counters_.row_conflicts : counters_.row_misses) += 1;
  }
  const bool marked_left = served.implied() == 0 && streak.count < turn;
  if (marked_left) {  // some whose row was opened for them stay: keep them as they are
    for (std::int64_t k = 0; k < streak.count; ++k) served.leave(run_bank(streak.first + k));
    for (std::int64_t k = streak.waiting; k < taken; ++k) {
      const std::int64_t burst = streak.first + k;
      served.enter(next_order_ + k - streak.waiting, burst, run_bank(burst), run_.row, run_.row);
    }
  } else {
    served.clear(banks);
    served.imply(static_cast<int>(taken - streak.count));
  }
  apply_entries(streak, taken);
}

/// Puts the bursts of a run that a window only implies into it, for the choice among them.
void DramChannel::spell_out(bool write) {
  RequestWindow& window_of_run = window(write);
  const int count = window_of_run.implied();
  if (count == 0) return;
  window_of_run.imply(0);
  for (int k = count; k > 0; --k) {
    const std::int64_t burst = run_.next - k;
    window_of_run.enter(next_order_ - k, burst, run_bank(burst), run_.row, run_.row);
  }
}

std::optional<Clock> DramChannel::foretell() const {
  Streak streak{};
  const bool settled = all_taken() && next_mode() == write_mode_ && next_refresh_ > now_;
  if (!settled || !find_streak(streak, kNever, false) || streak.count < streak.total) {
    return std::nullopt;
  }
  const DramPart& part = setup_->part;
  const Clock last = streak.start + (streak.count - 1) * streak.pace;
  return last + (run_.write ? part.write_latency : part.read_latency) + part.burst_clocks;
}

/// Brings the clocks of the entries up to date.
void DramChannel::apply_entries(const Streak& streak, std::int64_t taken) {
  const std::int64_t capacity = options().window;
  Clock& slot_free = slot_free_[run_.write ? 1 : 0];
  const auto clock_of = [&](std::int64_t k) { return streak.start + k * streak.pace; };
  const std::int64_t entered = taken - streak.waiting;
  // The last burst before whose command the window was full.
  const auto full_at = [&](std::int64_t k) {
    const Clock clocks = std::max<Clock>(0, clock_of(k) - streak.entry + 1);
    return k >= 0 && streak.waiting + clocks >= k + capacity;
  };
  const std::int64_t last = std::min(streak.count - 1, streak.total - capacity);
  if (full_at(last)) {
    slot_free = clock_of(last) + 1;
  } else if (streak.waiting == capacity) {
    slot_free = clock_of(0) + 1;
  }
  if (entered > 0) {
    const Clock unhindered = streak.entry + entered - 1;
    const std::int64_t room_by = taken - capacity;  // this many had to be served before
    last_taken_ = room_by >= 1 ? std::max(unhindered, clock_of(room_by - 1) + 1) : unhindered;
    next_order_ += entered;
    run_.next += entered;
    drop_front(entered);
  }
  run_.live = static_cast<int>(taken - streak.count);
}

}  // namespace deltasim::dram
