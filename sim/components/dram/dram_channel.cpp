#include "sim/components/dram/dram_channel.h"

#include <algorithm>
#include <bit>

namespace deltasim::dram {
DramChannel::DramChannel(std::shared_ptr<const ChannelSetup> setup)
    : setup_(std::move(setup)),
      timing_(setup_->table),
      states_(setup_->table->ranks()),
      power_down_(setup_),
      windows_{RequestWindow(setup_->table->banks(), setup_->options.window),
               RequestWindow(setup_->table->banks(), setup_->options.window)},
      open_row_(static_cast<std::size_t>(setup_->table->banks()), kNoRow),
      refresh_due_(setup_->first_refreshes()) {
  next_refresh_ = earliest_refresh();
}

void DramChannel::begin_transaction() {
  latest_from_ = offered_;
  latest_left_ = 0;
  latest_completed_ = 0;
}

void DramChannel::offer(std::int64_t first, std::int64_t count, bool write, Clock offered,
                        DataKind kind) {
  if (count == 0) return;
  offered_ += count;
  bus_log_.add({BusRecord::What::kOffered, offered, 0, count});
  latest_left_ += count;
  if (!all_taken()) {
    Range& back = pending_.back();
    const bool alike = back.write == write && back.offered == offered && back.kind == kind;
    if (alike && back.first + back.count == first) {
      back.count += count;
      return;
    }
  }
  pending_.push_back({first, count, write, offered, kind});
}

void DramChannel::run_until_taken() {
  while (true) {
    take_all_until_now();
    if (all_taken()) return;
    step(kNever, true);
  }
}

void DramChannel::run_until_served() {
  while (latest_left_ > 0) step(kNever, false);
}

void DramChannel::run_until_idle() {
  while (!idle()) step(kNever, false);
}

void DramChannel::run_until(Clock limit) {
  while (step(limit, false)) {
  }
}

/// Takes one step: a command, a run of them, or the wait for something that happens first.
/// @param hold return as soon as all bursts are taken
/// @return false where nothing is left to be done before `limit`
bool DramChannel::step(Clock limit, bool hold) {
  take_all_until_now();
  if (hold && all_taken()) return false;
  if (next_refresh_ <= now_) note_due_refreshes();
  if (const bool mode = next_mode(); mode != write_mode_) set_mode(mode);
  if (run(write_mode_).live == window(write_mode_).size() && serve_streak(limit, hold)) return true;
  if (window(write_mode_).implied() > 0) spell_out(write_mode_);
  Choice choice = choose();
  if (!await(choice, limit, hold)) return choice.clock < limit;
  if (choice.clock >= limit) return false;
  issue(choice);
  return true;
}

/// Lets everything happen that comes before the chosen command.
/// @return whether the choice still stands; where not, `choice.clock` is where time now stands,
///         or beyond `limit`
bool DramChannel::await(Choice& choice, Clock limit, bool hold) {
  while (true) {
    const Clock entry = next_entry();
    const Clock event = std::min(entry, next_refresh_);
    if (event > choice.clock || (event == kNever && choice.clock == kNever)) return true;
    if (event >= limit) {
      choice.clock = kNever;
      return false;
    }
    if (event < entry) {
      choice.clock = now_ = event;
      return false;
    }
    const bool to_served = pending_[front_].write == write_mode_;
    take(entry);
    const bool same =
        write_mode_ == next_mode() && !(to_served && overrules(run(write_mode_), choice));
    if (same && !(hold && all_taken())) continue;
    choice.clock = entry;
    // Where nothing changed, only the caller's wish ends the wait, and time stands still.
    if (!same) now_ = std::max(now_, entry);
    return false;
  }
}

/// Whether the burst that has just entered the served window puts the choice into question.
bool DramChannel::overrules(const Run& entered, const Choice& choice) const {
  if (window(write_mode_).implied() > 0) return true;
  const int bank = bank_of(entered, entered.next - 1);
  if (choice.urgency > 0 && bank == choice.bank) return true;
  const BankSet bit = BankSet{1} << bank;
  if ((banks_to_refresh_ & bit) != 0) return false;
  const RequestWindow& served = window(write_mode_);
  const Want want = (served.wanting_column() & bit) != 0      ? kColumn
                    : (served.wanting_precharge() & bit) != 0 ? kPrechargeRow
                                                              : kActivateRow;
  const Clock ready = std::max(last_taken_, timing_.earliest(command_for(want), bank));
  return ready < choice.clock || (ready == choice.clock && want == kColumn && choice.urgency > 1);
}

Clock DramChannel::next_entry() const {
  if (all_taken()) return kNever;
  const Range& front = pending_[front_];
  if (window(front.write).full()) return kNever;
  return std::max({last_taken_ + 1, front.offered, slot_free_[front.write ? 1 : 0]});
}

Clock DramChannel::earliest_refresh() const {
  Clock next = kNever;
  for (std::size_t unit = 0; unit < refresh_due_.size(); ++unit) {
    const BankSet banks = setup_->refreshed_banks(static_cast<int>(unit));
    if ((banks_to_refresh_ & banks) == 0) next = std::min(next, refresh_due_[unit]);
  }
  return next;
}

void DramChannel::take_all_until_now() {
  for (Clock entry = next_entry(); entry <= now_; entry = next_entry()) take(entry);
}

void DramChannel::take(Clock clock) {
  const Range& front = pending_[front_];
  const bool write = front.write;
  if (!continues_run(front)) {
    spell_out(write);
    start_run(front);
  }
  if (power_down_.enabled()) {
    wake(timing_.table().rank_of(bank_of(run(write), front.first)), clock);
  }
  enter_next(write);
  last_taken_ = clock;
  drop_front(1);
}

bool DramChannel::continues_run(const Range& front) const {
  const Run& before = run(front.write);
  return before.next == front.first && before.next_order == next_order_ &&
         before.kind == front.kind &&
         before.block == front.first >> setup_->mapping.block().block_bits;
}

void DramChannel::start_run(const Range& front) {
  const std::int64_t burst = front.first;
  const Place place = setup_->mapping.place(burst);
  const BlockShape block = setup_->mapping.block();
  const Organisation& organisation = setup_->part.organisation;
  const int low = static_cast<int>(burst & (block.cycle - 1));
  const int group = place.bank / organisation.banks_per_group % organisation.bank_groups;
  Run& started = run(front.write);
  started.next = burst;
  started.next_order = started.first_order = next_order_;
  started.block = burst >> block.block_bits;
  started.live = 0;
  started.row = place.row;
  started.kind = front.kind;
  started.twist = block.cycle > 1 ? group ^ low : 0;
  started.base = place.bank - (low ^ started.twist) * organisation.banks_per_group;
}

/// Puts the run's next burst into its window.
void DramChannel::enter_next(bool write) {
  Run& entering = run(write);
  RequestWindow& entered = window(write);
  if (entered.implied() > 0) {
    entered.imply(entered.implied() + 1);
  } else {
    const int bank = bank_of(entering, entering.next);
    const std::int32_t open_row = open_row_[bank];
    const bool was_there = entered.has(bank);
    entered.enter(next_order_, entering.next, entering.kind, bank, entering.row, open_row);
    // It can only bring a bank's next command forward where it is the first or a row hit.
    if (write == write_mode_ && (!was_there || entering.row == open_row)) note_want(bank);
  }
  ++entering.next;
  ++entering.live;
  entering.next_order = ++next_order_;
}

int DramChannel::bank_of(const Run& run, std::int64_t burst) const {
  const int low = static_cast<int>(burst & (setup_->mapping.block().cycle - 1));
  return run.base + (low ^ run.twist) * setup_->part.organisation.banks_per_group;
}

void DramChannel::drop_front(std::int64_t count) {
  Range& front = pending_[front_];
  front.first += count;
  front.count -= count;
  if (front.count > 0) return;
  if (++front_ == pending_.size()) {
    pending_.clear();
    front_ = 0;
  }
}

void DramChannel::note_due_refreshes() {
  for (std::size_t unit = 0; unit < refresh_due_.size(); ++unit) {
    if (refresh_due_[unit] > now_) continue;
    if (power_down_.enabled()) {
      const BankSet banks = setup_->refreshed_banks(static_cast<int>(unit));
      wake(timing_.table().rank_of(std::countr_zero(banks)), now_);
    };
    banks_to_refresh_ |= setup_->refreshed_banks(static_cast<int>(unit));
  }
  next_refresh_ = earliest_refresh();
}

bool DramChannel::has_work(int rank) const {
  const BankSet banks = timing_.table().banks_of(rank);
  if ((banks_to_refresh_ & banks) != 0) return true;
  for (const bool write : {false, true}) {
    const RequestWindow& waiting = window(write);
    const Run& implied = run(write);
    const bool works = waiting.implied() > 0
                           ? timing_.table().rank_of(bank_of(implied, implied.next - 1)) == rank
                           : ((waiting.wanting_column() | waiting.wanting_activate() |
                               waiting.wanting_precharge()) &
                              banks) != 0;
    if (works) return true;
  }
  return false;
}

/// Wakes a rank that gets work at `clock`, should it sleep.
void DramChannel::wake(int rank, Clock clock) {
  if (has_work(rank)) return;
  if (const Clock awake = power_down_.wake(rank, clock, states_); awake > 0) {
    timing_.hold(rank, awake);
  }
}

StateClocks DramChannel::states_until(Clock end) const {
  if (!power_down_.enabled()) return states_.until(end);
  BackgroundStates states = states_;
  for (int rank = 0; rank < timing_.table().ranks(); ++rank) {
    if (!has_work(rank)) power_down_.count_sleep(rank, end, states);
  }
  return states.until(end);
}

/// Whether writes are to be served now.
bool DramChannel::next_mode() const {
  const RequestWindow& reads = windows_[0];
  const RequestWindow& writes = windows_[1];
  if (writes.empty()) return false;
  if (reads.empty()) return true;
  return write_mode_ ? writes.size() > options().write_low : writes.size() >= options().write_high;
}

bool DramChannel::operator==(const DramChannel& other) const {
  DramChannel mine = *this;
  DramChannel theirs = other;
  for (const bool write : {false, true}) {
    mine.spell_out(write);
    theirs.spell_out(write);
  }
  return mine.same_state(theirs);
}

bool DramChannel::same_state(const DramChannel& other) const {
  const bool same_run =
      std::equal(runs_.begin(), runs_.end(), other.runs_.begin(), [](const Run& a, const Run& b) {
        return a.next == b.next && a.next_order == b.next_order && a.first_order == b.first_order &&
               a.live == b.live;
      });
  const std::vector<Range> mine(pending_.begin() + static_cast<std::ptrdiff_t>(front_),
                                pending_.end());
  const std::vector<Range> theirs(
      other.pending_.begin() + static_cast<std::ptrdiff_t>(other.front_), other.pending_.end());
  return same_run && mine == theirs && timing_ == other.timing_ && windows_ == other.windows_ &&
         open_row_ == other.open_row_ && banks_to_refresh_ == other.banks_to_refresh_ &&
         refresh_due_ == other.refresh_due_ && write_mode_ == other.write_mode_ &&
         next_order_ == other.next_order_ && now_ == other.now_ &&
         last_taken_ == other.last_taken_ && slot_free_ == other.slot_free_ &&
         latest_from_ == other.latest_from_ && latest_left_ == other.latest_left_ &&
         latest_completed_ == other.latest_completed_ && data_end_ == other.data_end_ &&
         counters_ == other.counters_ && states_ == other.states_ &&
         power_down_ == other.power_down_;
}

}  // namespace deltasim::dram
