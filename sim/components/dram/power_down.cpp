#include "sim/components/dram/power_down.h"

#include <algorithm>
#include <utility>

namespace deltasim::dram {

PowerDown::PowerDown(std::shared_ptr<const ChannelSetup> setup) : setup_(std::move(setup)) {
  if (setup_->options.power_down_after)
    idle_from_.assign(static_cast<std::size_t>(setup_->table->ranks()), 0);
}

Clock PowerDown::asleep_from(int rank) const {
  return idle_from_[static_cast<std::size_t>(rank)] + *setup_->options.power_down_after;
}

Clock PowerDown::wake(int rank, Clock clock, BackgroundStates& states) {
  if (!enabled() || asleep_from(rank) >= clock) return 0;
  const Clock from = asleep_from(rank);
  const Clock until = std::max(clock, from + setup_->part.power_down->least);
  states.powered_down(rank, from, until);
  const Clock awake = until + setup_->part.power_down->exit;
  idle_from_[static_cast<std::size_t>(rank)] = awake;
  return awake;
}

void PowerDown::count_sleep(int rank, Clock end, BackgroundStates& states) const {
  if (enabled() && asleep_from(rank) < end) states.powered_down(rank, asleep_from(rank), end);
}

/// When what the command does is done, its data moved and its write recovered.
Clock PowerDown::end_of(Command command, int rank, Clock clock) const {
  const DramPart& part = setup_->part;
  Clock end = clock + 1;
  switch (command) {
    case Command::kRead:
    case Command::kReadAuto:
      end = clock + part.read_latency + part.burst_clocks;
      break;
    case Command::kWrite:
    case Command::kWriteAuto:
      end = clock + setup_->table->distance(Command::kWrite, 0, Command::kPrecharge, 0);
      break;
    case Command::kRefresh:
    case Command::kRefreshBank:
      end = clock + setup_->refresh_clocks;
      break;
    default:
      break;
  }
  return std::max(idle_from_[static_cast<std::size_t>(rank)], end);
}

}  // namespace deltasim::dram
