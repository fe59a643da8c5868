#include "sim/components/dram/background_states.h"

#include <algorithm>

namespace deltasim::dram {

StateClocks& StateClocks::operator+=(const StateClocks& other) {
  active_standby += other.active_standby;
  precharged_standby += other.precharged_standby;
  active_power_down += other.active_power_down;
  precharged_power_down += other.precharged_power_down;
  return *this;
}

void BackgroundStates::row_opened(int rank, Clock clock) {
  Rank& r = ranks_[static_cast<std::size_t>(rank)];
  if (r.open_rows++ == 0) r.open_since = std::max(clock, r.settled);
}

void BackgroundStates::row_closed(int rank, Clock clock) {
  Rank& r = ranks_[static_cast<std::size_t>(rank)];
  r.at_least = std::max(r.at_least, clock);
  if (--r.open_rows > 0) return;
  r.settled = std::max(r.at_least, r.open_since);
  r.active += r.settled - r.open_since;
}

void BackgroundStates::busy(int rank, Clock from, Clock until) {
  Rank& r = ranks_[static_cast<std::size_t>(rank)];
  if (r.open_rows > 0) {
    r.at_least = std::max(r.at_least, until);
    return;
  }
  const Clock start = std::max(from, r.settled);
  if (until <= start) return;
  r.active += until - start;
  r.settled = until;
}

void BackgroundStates::powered_down(int rank, Clock from, Clock until) {
  Rank& r = ranks_[static_cast<std::size_t>(rank)];
  if (r.open_rows > 0) {
    r.active_power_down += until - from;
  } else {
    r.precharged_power_down += std::max<Clock>(0, until - std::max(from, r.settled));
  }
}

StateClocks BackgroundStates::until(Clock end) const {
  StateClocks clocks;
  for (const Rank& rank : ranks_) {
    // What is settled beyond the end was active without a gap.
    const Clock open = rank.open_rows > 0 ? rank.open_since : rank.settled;
    const bool goes_on = rank.open_rows > 0 || end < rank.settled;
    const Clock active = rank.active + (goes_on ? end - open : 0);
    clocks.active_standby += active - rank.active_power_down;
    clocks.precharged_standby += end - active - rank.precharged_power_down;
    clocks.active_power_down += rank.active_power_down;
    clocks.precharged_power_down += rank.precharged_power_down;
  }
  return clocks;
}

}  // namespace deltasim::dram
