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
    const BankSet banks = table.banks_of(rank);
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
  if (entry.order >= run(write).first_order) --run(write).live;
  note_served(entry.order, 1, choice.clock, write);
  if (served.full()) slot_free_[write ? 1 : 0] = choice.clock + 1;
  served.leave(choice.bank);
  const BankSet bank = BankSet{1} << choice.bank;
  const bool wanted = ((windows_[0].wanting_column() | windows_[1].wanting_column()) & bank) != 0;
  if (options().open_page || wanted) {
    record(choice.command, choice.bank, choice.clock);
  } else {
    // The precharge follows by itself as soon as a command for it could.
    const Clock precharge = std::max(timing_.earliest(Command::kPrecharge, choice.bank),
                                     choice.clock + setup_->column_to_precharge[write ? 1 : 0]);
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
  ++counters_.activates;
  record(choice.command, choice.bank, choice.clock);
  for (RequestWindow& each : windows_) each.row_opened(choice.bank, entry.row);
}

void DramChannel::issue_precharge(const Choice& choice) {
  window(write_mode_).oldest(choice.bank).conflicted = true;
  record(choice.command, choice.bank, choice.clock);
  close(choice.bank, choice.clock);
}

void DramChannel::issue_rank_command(const Choice& choice) {
  const TimingTable& table = timing_.table();
  const int rank = table.rank_of(choice.bank);
  const BankSet banks = table.banks_of(rank);
  record(choice.command, choice.bank, choice.clock);
  if (choice.command == Command::kPrechargeAll) {
    for (BankSet left = open_banks_ & banks; left != 0; left &= left - 1) {
      close(std::countr_zero(left), choice.clock);
    }
    return;
  }
  ++counters_.refreshes;
  states_.busy(rank, choice.clock, choice.clock + setup_->refresh_clocks);
  ranks_to_refresh_ &= ~banks;
  refresh_due_[static_cast<std::size_t>(rank)] += setup_->part.refresh_interval;
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

}  // namespace deltasim::dram
