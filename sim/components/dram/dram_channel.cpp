#include "sim/components/dram/dram_channel.h"

#include <algorithm>

#include "arch/errors.h"

namespace deltasim::dram {
namespace {

Command column_command(bool write) { return write ? Command::kWrite : Command::kRead; }

BankSet banks_of_rank(const TimingTable& table, int rank) {
  const int count = table.banks_per_rank();
  const BankSet low = count == kMaxBanks ? ~BankSet{0} : (BankSet{1} << count) - 1;
  return low << (rank * count);
}

void check(const ChannelSetup& setup) {
  const int banks = setup.table->banks();
  const ChannelOptions& options = setup.options;
  if (banks > kMaxBanks) {
    throw ConfigError(setup.part.name, "a channel has at most 64 banks, all ranks together");
  }
  DELTASIM_INVARIANT(options.window >= 1 && options.window <= kMaxWindow &&
                         options.write_low < options.write_high &&
                         options.write_high <= options.window,
                     "0 <= write_low < write_high <= window <= 64");
}

}  // namespace

Counters& Counters::operator+=(const Counters& other) {
  reads += other.reads;
  writes += other.writes;
  activates += other.activates;
  precharges += other.precharges;
  row_hits += other.row_hits;
  row_misses += other.row_misses;
  row_conflicts += other.row_conflicts;
  refreshes += other.refreshes;
  busy += other.busy;
  return *this;
}

ChannelSetup::ChannelSetup(DramPart p, AddressMapping m, ChannelOptions o)
    : part(std::move(p)),
      mapping(std::move(m)),
      options(o),
      table(std::make_shared<const TimingTable>(part, mapping.ranks())),
      pace{pace_of(Command::kRead), pace_of(Command::kWrite)} {
  check(*this);
}

DramChannel::DramChannel(std::shared_ptr<const ChannelSetup> setup)
    : setup_(std::move(setup)),
      timing_(setup_->table),
      windows_{RequestWindow(setup_->table->banks(), setup_->options.window),
               RequestWindow(setup_->table->banks(), setup_->options.window)},
      open_row_(static_cast<std::size_t>(setup_->table->banks()), kNoRow) {
  // Ranks take turns, so that not all of them are away at once.
  const int ranks = setup_->table->ranks();
  for (int rank = 0; rank < ranks; ++rank) {
    const Clock interval = setup_->part.refresh_interval;
    refresh_due_.push_back(interval + rank * interval / ranks);
  }
  next_refresh_ = earliest_refresh();
}

void DramChannel::begin_transaction() {
  latest_from_ = offered_;
  latest_left_ = 0;
  latest_completed_ = 0;
}

void DramChannel::offer(std::int64_t first, std::int64_t count, bool write, Clock offered) {
  if (count == 0) return;
  offered_ += count;
  latest_left_ += count;
  if (!all_taken()) {
    Range& back = pending_.back();
    if (back.write == write && back.offered == offered && back.first + back.count == first) {
      back.count += count;
      return;
    }
  }
  pending_.push_back({first, count, write, offered});
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
  if (run_.live == window(write_mode_).size() && serve_streak(limit, hold)) return true;
  spell_out(write_mode_);
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
    const RequestWindow& served = window(write_mode_);
    const BankSet before = served.wanting_column();
    const BankSet rows_before = served.wanting_activate() | served.wanting_precharge();
    take(entry);
    const bool same = before == served.wanting_column() &&
                      rows_before == (served.wanting_activate() | served.wanting_precharge()) &&
                      write_mode_ == next_mode();
    if (same && !(hold && all_taken())) continue;
    choice.clock = entry;
    // Where nothing changed, only the caller's wish ends the wait, and time stands still.
    if (!same) now_ = std::max(now_, entry);
    return false;
  }
}

Clock DramChannel::next_entry() const {
  if (all_taken()) return kNever;
  const Range& front = pending_[front_];
  if (window(front.write).full()) return kNever;
  return std::max({last_taken_ + 1, front.offered, slot_free_[front.write ? 1 : 0]});
}

Clock DramChannel::earliest_refresh() const {
  Clock next = kNever;
  for (std::size_t rank = 0; rank < refresh_due_.size(); ++rank) {
    const BankSet first_bank = BankSet{1}
                               << (static_cast<int>(rank) * timing_.table().banks_per_rank());
    if ((ranks_to_refresh_ & first_bank) == 0) next = std::min(next, refresh_due_[rank]);
  }
  return next;
}

void DramChannel::take_all_until_now() {
  for (Clock entry = next_entry(); entry <= now_; entry = next_entry()) take(entry);
}

void DramChannel::take(Clock clock) {
  const Range& front = pending_[front_];
  const bool write = front.write;
  const std::int64_t burst = front.first;
  if (!continues_run(burst, write)) {
    spell_out(run_.write);
    start_run(burst, write);
  }
  enter_next(burst, write);
  ++run_.next;
  ++run_.live;
  ++next_order_;
  last_taken_ = clock;
  drop_front(1);
}

bool DramChannel::continues_run(std::int64_t burst, bool write) const {
  return run_.next == burst && run_.write == write &&
         run_.block == burst >> setup_->mapping.block().block_bits;
}

void DramChannel::enter_next(std::int64_t burst, bool write) {
  RequestWindow& entered = window(write);
  if (entered.implied() > 0) {
    entered.imply(entered.implied() + 1);
    return;
  }
  const int bank = run_bank(burst);
  const bool was_there = entered.has(bank);
  entered.enter(next_order_, burst, bank, run_.row, open_row_[bank]);
  // An entry can only bring a bank's next command forward where it is the first or a row hit.
  if (write == write_mode_ && (!was_there || run_.row == open_row_[bank])) note_want(bank);
}

void DramChannel::start_run(std::int64_t burst, bool write) {
  const Place place = setup_->mapping.place(burst);
  const BlockShape block = setup_->mapping.block();
  const Organisation& organisation = setup_->part.organisation;
  const int low = static_cast<int>(burst & (block.cycle - 1));
  const int group = place.bank / organisation.banks_per_group % organisation.bank_groups;
  run_.write = write;
  run_.next = burst;
  run_.block = burst >> block.block_bits;
  run_.first_order = next_order_;
  run_.live = 0;
  run_.row = place.row;
  run_.twist = block.cycle > 1 ? group ^ low : 0;
  run_.base = place.bank - (low ^ run_.twist) * organisation.banks_per_group;
}

int DramChannel::run_bank(std::int64_t burst) const {
  const int low = static_cast<int>(burst & (setup_->mapping.block().cycle - 1));
  return run_.base + (low ^ run_.twist) * setup_->part.organisation.banks_per_group;
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
  for (std::size_t rank = 0; rank < refresh_due_.size(); ++rank) {
    if (refresh_due_[rank] > now_) continue;
    ranks_to_refresh_ |= banks_of_rank(timing_.table(), static_cast<int>(rank));
  }
  next_refresh_ = earliest_refresh();
}

/// Whether writes are to be served now.
bool DramChannel::next_mode() const {
  const RequestWindow& reads = windows_[0];
  const RequestWindow& writes = windows_[1];
  if (writes.empty()) return false;
  if (reads.empty()) return true;
  return write_mode_ ? writes.size() > options().write_low : writes.size() >= options().write_high;
}

void DramChannel::set_mode(bool write) {
  write_mode_ = write;
  soonest_ = {};
}

/// Keeps soonest_ right after `bank` began to want something else.
void DramChannel::note_want(int bank) {
  const RequestWindow& served = window(write_mode_);
  const BankSet bit = BankSet{1} << bank;
  const auto lower = [&](Want want, Command command) {
    soonest_[want] = std::min(soonest_[want], timing_.earliest(command, bank));
  };
  if ((served.wanting_column() & bit) != 0) {
    lower(kColumn, column_command(write_mode_));
  } else if ((served.wanting_precharge() & bit) != 0) {
    lower(kPrechargeRow, Command::kPrecharge);
  } else if ((served.wanting_activate() & bit) != 0) {
    lower(kActivateRow, Command::kActivate);
  }
}

DramChannel::Choice DramChannel::choose() {
  Choice best;
  if (ranks_to_refresh_ != 0) consider_refreshes(best);
  // The likely want first, so that the others mostly need no look.
  std::array<Clock, 3> bounds{};
  for (std::size_t want = 0; want < bounds.size(); ++want) {
    bounds[want] = std::max(soonest_[want], timing_.floor(command_for(static_cast<Want>(want))));
  }
  for (std::size_t looks = 0; looks < bounds.size(); ++looks) {
    std::size_t want = bounds[kPrechargeRow] < bounds[kColumn] ? kPrechargeRow : kColumn;
    if (bounds[kActivateRow] < bounds[want]) want = kActivateRow;
    if (bounds[want] > best.clock) break;
    consider(static_cast<Want>(want), best);
    bounds[want] = kNever + 1;
  }
  return best;
}

Command DramChannel::command_for(Want want) const {
  if (want == kColumn) return column_command(write_mode_);
  return want == kPrechargeRow ? Command::kPrecharge : Command::kActivate;
}

void DramChannel::consider_refreshes(Choice& best) const {
  const TimingTable& table = timing_.table();
  for (int rank = 0; rank < table.ranks(); ++rank) {
    const BankSet banks = banks_of_rank(table, rank);
    if ((ranks_to_refresh_ & banks) == 0) continue;
    const Command command = (open_banks_ & banks) != 0 ? Command::kPrechargeAll : Command::kRefresh;
    const int bank = rank * table.banks_per_rank();
    const Clock clock = std::max(now_, timing_.earliest(command, bank));
    if (clock < best.clock) best = {clock, 0, 0, command, bank};
  }
}

/// Looks for a better choice among the banks with this want.
void DramChannel::consider(Want want, Choice& best) {
  const Command command = command_for(want);
  const TimingState::Times times = timing_.times(command);
  const RequestWindow& served = window(write_mode_);
  const int urgency = want == kColumn ? 1 : 2;
  // At the clock of the best so far, only what is as urgent and older is better.
  std::int64_t oldest = best.urgency < urgency ? -1 : best.urgency == urgency ? best.order : kNever;
  Clock clock = best.clock;
  Clock soonest = kNever;
  int chosen = -1;
  for (BankSet banks = wanting(want) & ~ranks_to_refresh_; banks != 0; banks &= banks - 1) {
    const int bank = std::countr_zero(banks);
    const Clock ready = times.earliest(bank);
    soonest = std::min(soonest, ready);
    const Clock at = std::max(now_, ready);
    if (at > clock) continue;
    const std::int64_t order = served.order(bank, want == kColumn);
    if (at == clock && order > oldest) continue;
    clock = at;
    oldest = order;
    chosen = bank;
  }
  soonest_[want] = soonest;
  if (chosen >= 0) best = {clock, oldest, urgency, command, chosen};
}

BankSet DramChannel::wanting(Want want) const {
  const RequestWindow& served = window(write_mode_);
  if (want == kColumn) return served.wanting_column();
  return want == kPrechargeRow ? served.wanting_precharge() : served.wanting_activate();
}

void DramChannel::issue(const Choice& choice) {
  switch (choice.command) {
    case Command::kRead:
    case Command::kWrite:
      issue_column(choice);
      break;
    case Command::kActivate:
      issue_activate(choice);
      break;
    case Command::kPrecharge:
      issue_precharge(choice);
      break;
    default:
      issue_rank_command(choice);
  }
  const bool still_column =
      choice.urgency == 1 && ((window(write_mode_).wanting_column() >> choice.bank) & 1) != 0;
  if (!still_column) note_want(choice.bank);  // it wants something else now
  now_ = choice.clock + 1;
}

void DramChannel::record(Command command, int bank, Clock clock) {
  timing_.issue(command, bank, clock);
  if (options().log != nullptr) options().log->push_back({clock, command, bank});
}

void DramChannel::issue_column(const Choice& choice) {
  const bool write = write_mode_;
  RequestWindow& served = window(write);
  const WindowEntry& entry = served.hit(choice.bank);
  (!entry.opened      ? counters_.row_hits
   : entry.conflicted ? counters_.row_conflicts
                      : counters_.row_misses) += 1;
  if (run_.write == write && entry.order >= run_.first_order) --run_.live;
  note_served(entry.order, 1, choice.clock, write);
  if (served.full()) slot_free_[write ? 1 : 0] = choice.clock + 1;
  served.leave(choice.bank);
  const BankSet bank = BankSet{1} << choice.bank;
  const bool wanted = ((windows_[0].wanting_column() | windows_[1].wanting_column()) & bank) != 0;
  if (options().open_page || wanted) {
    record(choice.command, choice.bank, choice.clock);
  } else {
    record(write ? Command::kWriteAuto : Command::kReadAuto, choice.bank, choice.clock);
    close(choice.bank);
  }
}

void DramChannel::issue_activate(const Choice& choice) {
  WindowEntry& entry = window(write_mode_).oldest(choice.bank);
  entry.opened = true;
  open_row_[choice.bank] = entry.row;
  open_banks_ |= BankSet{1} << choice.bank;
  ++counters_.activates;
  record(choice.command, choice.bank, choice.clock);
  for (RequestWindow& each : windows_) each.row_opened(choice.bank, entry.row);
}

void DramChannel::issue_precharge(const Choice& choice) {
  window(write_mode_).oldest(choice.bank).conflicted = true;
  record(choice.command, choice.bank, choice.clock);
  close(choice.bank);
}

void DramChannel::issue_rank_command(const Choice& choice) {
  const TimingTable& table = timing_.table();
  const int rank = table.rank_of(choice.bank);
  const BankSet banks = banks_of_rank(table, rank);
  record(choice.command, choice.bank, choice.clock);
  if (choice.command == Command::kPrechargeAll) {
    for (BankSet left = open_banks_ & banks; left != 0; left &= left - 1) {
      close(std::countr_zero(left));
    }
    return;
  }
  ++counters_.refreshes;
  ranks_to_refresh_ &= ~banks;
  refresh_due_[static_cast<std::size_t>(rank)] += setup_->part.refresh_interval;
  next_refresh_ = earliest_refresh();
  soonest_ = {};  // banks that were held back may want something again
}

void DramChannel::close(int bank) {
  open_row_[bank] = kNoRow;
  open_banks_ &= ~(BankSet{1} << bank);
  ++counters_.precharges;
  for (RequestWindow& each : windows_) each.row_closed(bank);
}

/// Counts `count` bursts whose last one got its command at `last_command`.
void DramChannel::note_served(std::int64_t first_order, std::int64_t count, Clock last_command,
                              bool write) {
  const DramPart& part = setup_->part;
  const Clock end =
      last_command + (write ? part.write_latency : part.read_latency) + part.burst_clocks;
  (write ? counters_.writes : counters_.reads) += count;
  counters_.busy += count * part.burst_clocks;
  data_end_ = std::max(data_end_, end);
  const std::int64_t latest = first_order + count - std::max(first_order, latest_from_);
  if (latest <= 0) return;
  latest_left_ -= latest;
  latest_completed_ = std::max(latest_completed_, end);
}

bool DramChannel::operator==(const DramChannel& other) const {
  DramChannel mine = *this;
  DramChannel theirs = other;
  mine.spell_out(mine.run_.write);
  theirs.spell_out(theirs.run_.write);
  return mine.same_state(theirs);
}

bool DramChannel::same_state(const DramChannel& other) const {
  const bool same_run = run_.next == other.run_.next && run_.write == other.run_.write &&
                        run_.first_order == other.run_.first_order && run_.live == other.run_.live;
  const std::vector<Range> mine(pending_.begin() + static_cast<std::ptrdiff_t>(front_),
                                pending_.end());
  const std::vector<Range> theirs(
      other.pending_.begin() + static_cast<std::ptrdiff_t>(other.front_), other.pending_.end());
  return same_run && mine == theirs && timing_ == other.timing_ && windows_ == other.windows_ &&
         open_row_ == other.open_row_ && ranks_to_refresh_ == other.ranks_to_refresh_ &&
         refresh_due_ == other.refresh_due_ && write_mode_ == other.write_mode_ &&
         next_order_ == other.next_order_ && now_ == other.now_ &&
         last_taken_ == other.last_taken_ && slot_free_ == other.slot_free_ &&
         latest_from_ == other.latest_from_ && latest_left_ == other.latest_left_ &&
         latest_completed_ == other.latest_completed_ && data_end_ == other.data_end_ &&
         counters_ == other.counters_;
}

}  // namespace deltasim::dram
