#include "sim/components/dram/queued_channel.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace deltasim::dram {

QueuedChannel::QueuedChannel(std::shared_ptr<const ChannelSetup> setup)
    : setup_(std::move(setup)),
      timing_(setup_->table),
      states_(setup_->table->ranks()),
      power_down_(setup_),
      rank_waiting_(static_cast<std::size_t>(setup_->table->ranks()), 0),
      banks_(static_cast<std::size_t>(setup_->table->banks())),
      refresh_due_(setup_->first_refreshes()) {}

void QueuedChannel::begin_transaction() {
  latest_from_ = offered_;
  latest_left_ = 0;
  latest_completed_ = 0;
}

void QueuedChannel::offer(std::int64_t first, std::int64_t count, bool write, Clock offered,
                          DataKind kind) {
  if (count == 0) return;
  offered_ += count;
  latest_left_ += count;
  bus_log_.add({BusRecord::What::kOffered, offered, 0, count});
  pending_.push_back({first, count, write, offered, kind});
}

void QueuedChannel::run_until_taken() {
  while (front_ < pending_.size()) step(kNever);
}

void QueuedChannel::run_until_served() {
  while (latest_left_ > 0) step(kNever);
}

void QueuedChannel::run_until_idle() {
  while (!idle()) step(kNever);
}

void QueuedChannel::run_until(Clock limit) {
  while (now_ < limit) step(limit);
}

bool QueuedChannel::idle() const { return front_ == pending_.size() && waiting_ == 0; }

/// Lets time pass to the next clock at which something can happen, and lets it happen; where that
/// is not before `limit`, time passes to there.
void QueuedChannel::step(Clock limit) {
  const Clock event = std::min({next_entry(), next_refresh(), soonest_});
  now_ = std::max(now_, std::min(event, limit));
  if (now_ >= limit) return;
  bool changed = take();
  note_due_refreshes();
  changed |= advance_refresh() || issue_next();
  changed |= move_transaction();
  ++now_;
  soonest_ = changed ? now_ : next_command();
}

Clock QueuedChannel::next_command() const {
  Clock next = kNever;
  for (int bank = 0; bank < timing_.table().banks(); ++bank) {
    if (banks_[static_cast<std::size_t>(bank)].queue.empty() || is_refreshing(bank)) continue;
    next = std::min(next, candidate(bank).ready);
  }
  return refresh_queue_.empty() ? next : std::min(next, refresh_step().ready);
}

Clock QueuedChannel::next_entry() const {
  if (front_ == pending_.size()) return kNever;
  const Range& front = pending_[front_];
  const auto& queue = transactions_[front.write ? 1 : 0];
  if (static_cast<int>(queue.size()) >= options().window) return kNever;
  return std::max(last_taken_ + 1, front.offered);
}

bool QueuedChannel::take() {
  if (next_entry() > now_) return false;
  Range& front = pending_[front_];
  const Place place = setup_->mapping.place(front.first);
  transactions(front.write)
      .push_back({next_order_++, place.bank, place.row, front.write, front.kind});
  ++waiting_;
  begin_work(timing_.table().rank_of(place.bank));
  last_taken_ = now_;
  ++front.first;
  if (--front.count == 0 && ++front_ == pending_.size()) {
    pending_.clear();
    front_ = 0;
  }
  return true;
}

Clock QueuedChannel::next_refresh() const {
  return refresh_due_.empty() ? kNever
                              : *std::min_element(refresh_due_.begin(), refresh_due_.end());
}

void QueuedChannel::note_due_refreshes() {
  for (std::size_t unit = 0; unit < refresh_due_.size(); ++unit) {
    if (refresh_due_[unit] > now_) continue;
    refresh_queue_.push_back(static_cast<int>(unit));
    const BankSet banks = setup_->refreshed_banks(static_cast<int>(unit));
    begin_work(timing_.table().rank_of(std::countr_zero(banks)));
    refresh_due_[unit] += setup_->refresh_interval;
  }
}

bool QueuedChannel::is_refreshing(int bank) const {
  return !refresh_queue_.empty() &&
         ((setup_->refreshed_banks(refresh_queue_.front()) >> bank) & 1) != 0;
}

/// What the first waiting refresh needs next: a precharge of one of its banks, or itself.
QueuedChannel::RefreshStep QueuedChannel::refresh_step() const {
  const BankSet banks = setup_->refreshed_banks(refresh_queue_.front());
  RefreshStep close;
  RefreshStep refresh{0, setup_->refresh_command(), std::countr_zero(banks)};
  for (BankSet left = banks; left != 0; left &= left - 1) {
    const int bank = std::countr_zero(left);
    if (banks_[static_cast<std::size_t>(bank)].open_row == kNoRow) {
      refresh.ready = std::max(refresh.ready, timing_.earliest(refresh.command, bank));
      continue;
    }
    const Clock ready = std::max(now_, timing_.earliest(Command::kPrecharge, bank));
    if (ready < close.ready) close = {ready, Command::kPrecharge, bank};
  }
  return close.ready < kNever ? close : refresh;
}

/// Brings the first waiting refresh on by a command, where one is legal now.
bool QueuedChannel::advance_refresh() {
  if (refresh_queue_.empty()) return false;
  const RefreshStep step = refresh_step();
  if (step.ready > now_) return false;
  record(step.command, step.bank);
  if (step.command == Command::kPrecharge) {
    precharge(step.bank, now_);
    return true;
  }
  ++(step.command == Command::kRefresh ? counters_.refreshes : counters_.bank_refreshes);
  states_.busy(timing_.table().rank_of(step.bank), now_, now_ + setup_->refresh_clocks);
  refresh_queue_.erase(refresh_queue_.begin());
  --rank_waiting_[static_cast<std::size_t>(timing_.table().rank_of(step.bank))];
  return true;
}

bool QueuedChannel::issue_next() {
  const int queues = timing_.table().banks();
  for (int i = 1; i <= queues; ++i) {
    const int bank = (last_queue_ + i) % queues;
    if (banks_[static_cast<std::size_t>(bank)].queue.empty() || is_refreshing(bank)) continue;
    const Candidate next = candidate(bank);
    if (next.ready > now_) continue;
    last_queue_ = bank;
    issue(bank, next);
    return true;
  }
  return false;
}

/// The first in the queue's order that is legal now, or the one that is legal next.
QueuedChannel::Candidate QueuedChannel::candidate(int number) const {
  const Bank& bank = banks_[static_cast<std::size_t>(number)];
  const std::vector<Entry>& queue = bank.queue;
  if (bank.open_row == kNoRow) {
    return {timing_.earliest(Command::kActivate, number), Command::kActivate, 0};
  }
  Candidate best;
  const auto hits = [&](const Entry& entry) { return entry.row == bank.open_row; };
  const bool may_close = !hits(queue.front()) && (bank.uses >= options().row_hit_limit ||
                                                  std::none_of(queue.begin(), queue.end(), hits));
  if (may_close) {
    best = {timing_.earliest(Command::kPrecharge, number), Command::kPrecharge, 0};
    if (best.ready <= now_) return best;
  }
  for (std::size_t i = 0; i < queue.size(); ++i) {
    if (!hits(queue[i])) continue;
    const Command column = column_command(queue[i].write);
    const Clock ready = timing_.earliest(column, number);
    if (ready < best.ready) best = {ready, column, i};
    if (ready <= now_) break;
  }
  return best;
}

void QueuedChannel::issue(int number, const Candidate& candidate) {
  Bank& bank = banks_[static_cast<std::size_t>(number)];
  Entry& entry = bank.queue[candidate.entry];
  if (candidate.command == Command::kActivate) {
    bank.open_row = entry.row;
    bank.uses = 0;
    entry.opened = true;
    ++counters_.activates_for[static_cast<std::size_t>(entry.kind)];
    states_.row_opened(timing_.table().rank_of(number), now_);
  } else if (candidate.command == Command::kPrecharge) {
    entry.conflicted = true;
    precharge(number, now_);
  } else {
    issue_column(number, candidate);
    return;
  }
  record(candidate.command, number);
}

void QueuedChannel::issue_column(int number, const Candidate& candidate) {
  Bank& bank = banks_[static_cast<std::size_t>(number)];
  const Entry entry = bank.queue[candidate.entry];
  bank.queue.erase(bank.queue.begin() + static_cast<std::ptrdiff_t>(candidate.entry));
  --waiting_;
  --rank_waiting_[static_cast<std::size_t>(timing_.table().rank_of(number))];
  ++bank.uses;
  const DramPart& part = setup_->part;
  const Clock latency = entry.write ? part.write_latency : part.read_latency;
  const Clock end = now_ + latency + part.burst_clocks;
  (!entry.opened      ? counters_.row_hits
   : entry.conflicted ? counters_.row_conflicts
                      : counters_.row_misses) += 1;
  ++(entry.write ? counters_.writes : counters_.reads);
  counters_.busy += part.burst_clocks;
  data_end_ = std::max(data_end_, end);
  bus_log_.add({entry.write ? BusRecord::What::kWrite : BusRecord::What::kRead,
                end - part.burst_clocks, 0, 1});
  if (entry.order >= latest_from_) {
    --latest_left_;
    latest_completed_ = std::max(latest_completed_, end);
  }
  const bool wanted = std::any_of(bank.queue.begin(), bank.queue.end(),
                                  [&](const Entry& e) { return e.row == bank.open_row; });
  if (options().open_page || wanted) {
    record(candidate.command, number);
    return;
  }
  const Clock starts = setup_->auto_precharge_start(timing_, number, entry.write, now_);
  record(entry.write ? Command::kWriteAuto : Command::kReadAuto, number);
  precharge(number, starts);
}

/// Counts; the command itself is issued by the caller.
void QueuedChannel::precharge(int bank, Clock starts) {
  banks_[static_cast<std::size_t>(bank)].open_row = kNoRow;
  ++counters_.precharges;
  states_.row_closed(timing_.table().rank_of(bank), starts);
}

bool QueuedChannel::move_transaction() {
  const int writes = static_cast<int>(transactions(true).size());
  const bool half_full = transactions(false).empty() && 2 * writes >= options().window;
  const bool nothing_else = waiting_ == writes;
  if (draining_ == 0 && (writes >= options().window || half_full || nothing_else)) {
    draining_ = writes;
  }
  std::vector<Entry>& queue = transactions(draining_ > 0);
  for (auto it = queue.begin(); it != queue.end(); ++it) {
    std::vector<Entry>& target = banks_[static_cast<std::size_t>(it->bank)].queue;
    if (static_cast<int>(target.size()) >= options().commands_per_bank) continue;
    if (it->write) --draining_;
    target.push_back(*it);
    queue.erase(it);
    return true;
  }
  return false;
}

/// A burst or a refresh waits for the rank from now on.
void QueuedChannel::begin_work(int rank) {
  if (rank_waiting_[static_cast<std::size_t>(rank)]++ > 0) return;
  if (const Clock awake = power_down_.wake(rank, now_, states_); awake > 0) {
    timing_.hold(rank, awake);
  }
}

StateClocks QueuedChannel::states_until(Clock end) const {
  BackgroundStates states = states_;
  for (int rank = 0; rank < timing_.table().ranks(); ++rank) {
    const bool works = rank_waiting_[static_cast<std::size_t>(rank)] > 0;
    if (!works) power_down_.count_sleep(rank, end, states);
  }
  return states.until(end);
}

void QueuedChannel::record(Command command, int bank) {
  timing_.issue(command, bank, now_);
  power_down_.note_command(command, timing_.table().rank_of(bank), now_);
  if (options().log != nullptr) options().log->push_back({now_, command, bank});
}

}  // namespace deltasim::dram
