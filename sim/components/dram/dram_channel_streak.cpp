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

}  // namespace

bool DramChannel::serve_streak(Clock limit, bool hold) {
  Streak streak{};
  if (!find_streak(streak, limit, hold)) return false;
  const Command column = column_command(write_mode_);
  const Clock end = streak.start + (streak.count - 1) * streak.pace;
  note_served(streak.run->next_order - streak.waiting, streak.count, end, streak.pace, write_mode_);
  apply_window(streak, taken_by_end(streak));
  const std::int64_t cycle = setup_->mapping.block().cycle;
  // Earlier commands to the same bank leave no trace: all their limits are passed by its last.
  for (std::int64_t k = std::max<std::int64_t>(0, streak.count - cycle); k < streak.count; ++k) {
    const int bank = bank_of(*streak.run, streak.first + k);
    timing_.issue(column, bank, streak.start + k * streak.pace);
    power_down_.note_command(column, timing_.table().rank_of(bank), streak.start + k * streak.pace);
  }
  if (options().log != nullptr) log_streak(streak);
  // Bursts of the other direction have entered meanwhile.
  for (Clock entry = next_entry(); entry <= end; entry = next_entry()) take(entry);
  now_ = end + 1;
  soonest_ = {};
  return true;
}

void DramChannel::log_streak(const Streak& streak) const {
  for (std::int64_t k = 0; k < streak.count; ++k) {
    options().log->push_back({streak.start + k * streak.pace, column_command(write_mode_),
                              bank_of(*streak.run, streak.first + k)});
  }
}

/// Fills in `streak` where the state allows one.
bool DramChannel::find_streak(Streak& streak, Clock limit, bool hold) const {
  const RequestWindow& served = window(write_mode_);
  streak.run = &run(write_mode_);
  if (streak.run->live != served.size() || served.empty()) return false;
  if (!options().closed_form || !options().open_page || banks_to_refresh_ != 0) return false;
  // All must be row hits: mostly the rows are just being opened where they are not.
  if ((served.wanting_activate() | served.wanting_precharge()) != 0) return false;
  streak.pace = setup_->pace[write_mode_ ? 1 : 0];
  if (streak.pace == 0) return false;
  streak.waiting = served.size();
  streak.first = streak.run->next - streak.waiting;
  const Clock quiet = extend(streak, hold);
  if (streak.total < kWorthwhile || !rows_stand_ready(streak)) return false;
  streak.start = std::max(
      now_, timing_.earliest(column_command(write_mode_), bank_of(*streak.run, streak.first)));
  // While a whole window of the run is left, there is no room for what follows it.
  const std::int64_t by_room = streak.total - options().window;
  streak.count = std::min(streak.total, bursts_before(streak, quiet));
  if (streak.total > streak.waiting) streak.count = std::max(streak.count, by_room);
  streak.count = std::min({streak.count, bursts_in_mode(streak),
                           bursts_before(streak, std::min(limit, next_refresh_))});
  // Where the run does not arrive in time to keep its pace, serve what is there.
  const bool in_time = streak.entry <= streak.start + (streak.waiting - 1) * streak.pace + 1;
  if (!in_time) streak.count = std::min(streak.count, streak.waiting);
  return streak.count >= kWorthwhile;
}

/// How many bursts are served for sure before the mode changes.
std::int64_t DramChannel::bursts_in_mode(const Streak& streak) const {
  const bool other_enters = !all_taken() && pending_[front_].write != write_mode_;
  if (write_mode_) {
    const bool reads_wait = !windows_[0].empty() || other_enters;
    return reads_wait ? streak.waiting - options().write_low : streak.total;
  }
  if (!other_enters) return streak.total;
  // Reads are served until the write comes that fills its window to the mark.
  const Clock entry = next_entry();
  return entry == kNever
             ? streak.total
             : bursts_before(streak, entry + options().write_high - windows_[1].size() - 1);
}

/// How many bursts have their command before `clock`.
std::int64_t DramChannel::bursts_before(const Streak& streak, Clock clock) const {
  if (clock <= streak.start) return 0;
  return (clock - streak.start + streak.pace - 1) / streak.pace;
}

/// Finds how far the run goes on and when its next burst enters.
/// @return the first clock at which, room or not, another burst of this direction could enter: one
///         that waits behind or (`hold`) one that is offered later
Clock DramChannel::extend(Streak& streak, bool hold) const {
  streak.total = streak.waiting;
  streak.entry = kNever;
  if (all_taken()) return kNever;  // not with `hold`, which returned then
  const Range& front = pending_[front_];
  const Clock entry = std::max({last_taken_ + 1, front.offered, slot_free_[front.write ? 1 : 0]});
  std::int64_t entering = front.count;
  if (front.write == write_mode_) {
    if (!continues_run(front)) return entry;
    const std::int64_t block_end = (streak.run->block + 1) << setup_->mapping.block().block_bits;
    entering = std::min(front.count, block_end - front.first);
    streak.total += entering;
    streak.entry = entry;
  } else if (window(front.write).full()) {
    return kNever;  // nothing enters until one of the other direction is served
  }
  const bool followed = entering < front.count || pending_.size() - front_ > 1;
  if (followed) return entry + entering;
  return hold ? entry + entering - 1 : kNever;
}

/// Whether the run's next bursts are the oldest of their banks, in open rows, and ready in turn.
bool DramChannel::rows_stand_ready(const Streak& streak) const {
  const RequestWindow& served = window(write_mode_);
  const Command column = column_command(write_mode_);
  const std::int64_t turn = std::min<std::int64_t>(setup_->mapping.block().cycle, streak.total);
  const Clock first_ready = timing_.earliest(column, bank_of(*streak.run, streak.first));
  const Clock start = std::max(now_, first_ready);
  for (std::int64_t k = 0; k < turn; ++k) {
    const int bank = bank_of(*streak.run, streak.first + k);
    if (open_row_[bank] != streak.run->row) return false;
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
  RequestWindow& served = window(write_mode_);
  // A row is opened for the oldest burst of its bank, which is among the first turn.
  const std::int64_t turn = std::min<std::int64_t>(setup_->mapping.block().cycle, streak.waiting);
  counters_.row_hits += streak.count;
  BankSet banks = 0;
  for (std::int64_t k = 0; k < turn && served.implied() == 0; ++k) {
    const int bank = bank_of(*streak.run, streak.first + k);
    banks |= BankSet{1} << bank;
    const WindowEntry& entry = served.hit(bank);
    if (k >= streak.count || !entry.opened) continue;
    --counters_.row_hits;
    (entry.conflicted ? counters_.row_conflicts : counters_.row_misses) += 1;
  }
  const bool marked_left = served.implied() == 0 && streak.count < turn;
  if (marked_left) {  // some whose row was opened for them stay: keep them as they are
    for (std::int64_t k = 0; k < streak.count; ++k)
      served.leave(bank_of(*streak.run, streak.first + k));
    for (std::int64_t k = streak.waiting; k < taken; ++k) {
      const std::int64_t burst = streak.first + k;
      served.enter(next_order_ + k - streak.waiting, burst, streak.run->kind,
                   bank_of(*streak.run, burst), streak.run->row, streak.run->row);
    }
  } else {
    served.clear(banks);
    served.imply(static_cast<int>(taken - streak.count));
  }
  apply_entries(streak, taken);
}

/// Puts the bursts of a run that a window only implies into it, for the choice among them.
void DramChannel::spell_out(bool write) {
  RequestWindow& implying = window(write);
  const int count = implying.implied();
  if (count == 0) return;
  implying.imply(0);
  const Run& spelt = run(write);
  for (int k = count; k > 0; --k) {
    const int bank = bank_of(spelt, spelt.next - k);
    implying.enter(spelt.next_order - k, spelt.next - k, spelt.kind, bank, spelt.row,
                   open_row_[bank]);
  }
}

std::optional<Clock> DramChannel::foretell() const {
  Streak streak{};
  const bool settled = all_taken() && next_mode() == write_mode_ && next_refresh_ > now_;
  if (!settled || !find_streak(streak, kNever, false)) return std::nullopt;
  // The transaction's last burst, which entered last, must be the run's last one.
  if (streak.count < streak.total || streak.run->next_order != next_order_) {
    return std::nullopt;
  }
  const DramPart& part = setup_->part;
  const Clock last = streak.start + (streak.count - 1) * streak.pace;
  return last + (write_mode_ ? part.write_latency : part.read_latency) + part.burst_clocks;
}

/// Brings the clocks of the entries up to date.
void DramChannel::apply_entries(const Streak& streak, std::int64_t taken) {
  const std::int64_t capacity = options().window;
  Run& served = run(write_mode_);
  Clock& slot_free = slot_free_[write_mode_ ? 1 : 0];
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
    served.next_order = next_order_;
    served.next += entered;
    drop_front(entered);
  }
  served.live = static_cast<int>(taken - streak.count);
}

}  // namespace deltasim::dram
