// Which command is next, and what it does.

#include <algorithm>

#include "sim/components/dram/dram_channel.h"

namespace deltasim::dram {

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
  if (banks_to_refresh_ != 0) consider_refreshes(best);
  // The likely want first, so that the others mostly need no look.
  const RequestWindow& served = window(write_mode_);
  const std::array<Clock, 3> floors{timing_.floor(column_command(write_mode_)),
                                    timing_.floor(Command::kPrecharge),
                                    timing_.floor(Command::kActivate)};
  const auto bound = [&](Want want, BankSet banks) {
    return banks == 0 ? kNever + 1 : std::max(soonest_[want], floors[want]);
  };
  std::array<Clock, 3> bounds{bound(kColumn, served.wanting_column()),
                              bound(kPrechargeRow, served.wanting_precharge()),
                              bound(kActivateRow, served.wanting_activate())};
  for (std::size_t looks = 0; looks < bounds.size(); ++looks) {
    std::size_t want = bounds[kPrechargeRow] < bounds[kColumn] ? kPrechargeRow : kColumn;
    if (bounds[kActivateRow] < bounds[want]) want = kActivateRow;
    if (bounds[want] > best.clock) break;
    consider(static_cast<Want>(want), floors[want], best);
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
  const bool whole_ranks = options().refresh == RefreshGranularity::kAllBank;
  for (BankSet left = banks_to_refresh_; left != 0;) {
    const int bank = std::countr_zero(left);
    const BankSet banks = whole_ranks ? table.banks_of(table.rank_of(bank)) : BankSet{1} << bank;
    left &= ~banks;
    const bool open = (open_banks_ & banks) != 0;
    const Command command = whole_ranks ? (open ? Command::kPrechargeAll : Command::kRefresh)
                                        : (open ? Command::kPrecharge : Command::kRefreshBank);
    const Clock clock = std::max(now_, timing_.earliest(command, bank));
    if (clock < best.clock) best = {clock, 0, 0, command, bank};
  }
}

/// Looks for a better choice among the banks with this want, none of which is ready before
/// `floor`. One number orders them by clock and then by age, so that the loop has no branches to
/// guess. No bank is 2^31 clocks away from
/// its command, and no burst waits while 2^31 others enter.
void DramChannel::consider(Want want, Clock floor, Choice& best) {
  const Command command = command_for(want);
  const TimingState::Times times = timing_.times(command);
  const RequestWindow& served = window(write_mode_);
  const bool one_rank = timing_.table().ranks() == 1;  // its times are the floor
  const Clock start = std::max(now_, floor);
  const std::int64_t youngest = next_order_;
  Clock soonest = kNever;
  std::uint64_t least = ~std::uint64_t{0};
  int chosen = -1;
  for (BankSet banks = wanting(want) & ~banks_to_refresh_; banks != 0; banks &= banks - 1) {
    const int bank = std::countr_zero(banks);
    const Clock ready = one_rank ? times.earliest_in_rank(bank) : times.earliest(bank);
    const std::int64_t age = youngest - served.order(bank, want == kColumn);
    const std::uint64_t key = (static_cast<std::uint64_t>(std::max(start, ready) - start) << 32) |
                              static_cast<std::uint64_t>((std::int64_t{1} << 31) - age);
    soonest = ready < soonest ? ready : soonest;
    chosen = key < least ? bank : chosen;
    least = key < least ? key : least;
  }
  soonest_[want] = soonest;
  if (chosen < 0) return;
  const int urgency = want == kColumn ? 1 : 2;
  const Clock clock = start + static_cast<Clock>(least >> 32);
  const std::int64_t order = served.order(chosen, want == kColumn);
  const bool better = clock < best.clock ||
                      (clock == best.clock &&
                       (urgency < best.urgency || (urgency == best.urgency && order < best.order)));
  if (better) best = {clock, order, urgency, command, chosen};
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
    case Command::kPrechargeAll:
      issue_precharge_all(choice);
      break;
    default:
      issue_refresh(choice);
  }
  const bool still_column =
      choice.urgency == 1 && ((window(write_mode_).wanting_column() >> choice.bank) & 1) != 0;
  if (!still_column) note_want(choice.bank);  // it wants something else now
  now_ = choice.clock + 1;
}

void DramChannel::record(Command command, int bank, Clock clock) {
  timing_.issue(command, bank, clock);
  power_down_.note_command(command, timing_.table().rank_of(bank), clock);
  if (options().log != nullptr) options().log->push_back({clock, command, bank});
}

void DramChannel::issue_column(const Choice& choice) {
  const bool write = write_mode_;
  RequestWindow& served = window(write);
  const WindowEntry& entry = served.hit(choice.bank);
  (!entry.opened      ? counters_.row_hits
   : entry.conflicted ? counters_.row_conflicts
                      : counters_.row_misses) += 1;
  if (entry.order >= run(write).first_order) --run(write).live;
  note_served(entry.order, 1, choice.clock, 0, write);
  if (served.full()) slot_free_[write ? 1 : 0] = choice.clock + 1;
  served.leave(choice.bank);
  const BankSet bank = BankSet{1} << choice.bank;
  const bool wanted = ((windows_[0].wanting_column() | windows_[1].wanting_column()) & bank) != 0;
  if (options().open_page || wanted) {
    record(choice.command, choice.bank, choice.clock);
  } else {
    // The precharge follows by itself as soon as a command for it could.
    const Clock precharge = setup_->auto_precharge_start(timing_, choice.bank, write, choice.clock);
    record(write ? Command::kWriteAuto : Command::kReadAuto, choice.bank, choice.clock);
    close(choice.bank, precharge);
  }
}

void DramChannel::issue_activate(const Choice& choice) {
  WindowEntry& entry = window(write_mode_).oldest(choice.bank);
  entry.opened = true;
  open_row_[choice.bank] = entry.row;
  open_banks_ |= BankSet{1} << choice.bank;
  states_.row_opened(timing_.table().rank_of(choice.bank), choice.clock);
  ++counters_.activates_for[static_cast<std::size_t>(entry.kind)];
  record(choice.command, choice.bank, choice.clock);
  for (RequestWindow& each : windows_) each.row_opened(choice.bank, entry.row);
}

void DramChannel::issue_precharge(const Choice& choice) {
  // Not where a refresh wants the bank closed.
  if (choice.urgency > 0) window(write_mode_).oldest(choice.bank).conflicted = true;
  record(choice.command, choice.bank, choice.clock);
  close(choice.bank, choice.clock);
}

void DramChannel::issue_precharge_all(const Choice& choice) {
  record(choice.command, choice.bank, choice.clock);
  const BankSet banks = timing_.table().banks_of(timing_.table().rank_of(choice.bank));
  for (BankSet left = open_banks_ & banks; left != 0; left &= left - 1) {
    close(std::countr_zero(left), choice.clock);
  }
}

void DramChannel::issue_refresh(const Choice& choice) {
  const int rank = timing_.table().rank_of(choice.bank);
  const int unit = choice.command == Command::kRefresh ? rank : choice.bank;
  ++(choice.command == Command::kRefresh ? counters_.refreshes : counters_.bank_refreshes);
  record(choice.command, choice.bank, choice.clock);
  states_.busy(rank, choice.clock, choice.clock + setup_->refresh_clocks);
  banks_to_refresh_ &= ~setup_->refreshed_banks(unit);
  refresh_due_[static_cast<std::size_t>(unit)] += setup_->refresh_interval;
  next_refresh_ = earliest_refresh();
  soonest_ = {};  // banks that were held back may want something again
}

/// @param precharge when the bank's precharge starts
void DramChannel::close(int bank, Clock precharge) {
  open_row_[bank] = kNoRow;
  states_.row_closed(timing_.table().rank_of(bank), precharge);
  open_banks_ &= ~(BankSet{1} << bank);
  ++counters_.precharges;
  for (RequestWindow& each : windows_) each.row_closed(bank);
}

/// Counts `count` bursts whose last one got its command at `last_command`, `pace` after the one
/// before it.
void DramChannel::note_served(std::int64_t first_order, std::int64_t count, Clock last_command,
                              Clock pace, bool write) {
  const DramPart& part = setup_->part;
  const Clock end =
      last_command + (write ? part.write_latency : part.read_latency) + part.burst_clocks;
  (write ? counters_.writes : counters_.reads) += count;
  counters_.busy += count * part.burst_clocks;
  data_end_ = std::max(data_end_, end);
  bus_log_.add({write ? BusRecord::What::kWrite : BusRecord::What::kRead,
                end - part.burst_clocks - (count - 1) * pace, pace, count});
  const std::int64_t latest = first_order + count - std::max(first_order, latest_from_);
  if (latest <= 0) return;
  latest_left_ -= latest;
  latest_completed_ = std::max(latest_completed_, end);
}

}  // namespace deltasim::dram
