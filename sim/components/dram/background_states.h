#pragma once
// How long the ranks of a channel were in which background state. Work is done only where a rank's
// state changes, so commands between two changes, however they are served, cost nothing here.

#include <vector>

#include "arch/dram_part.h"

namespace deltasim::dram {

/// Clocks that a rank spent in each state. A rank is active while a row is open in any of its
/// banks, and while a refresh is under way, which opens rows inside (so does DRAMPower, whose
/// refresh energy is what lies above active standby).
struct StateClocks {
  Clock active_standby = 0;
  Clock precharged_standby = 0;
  Clock active_power_down = 0;
  Clock precharged_power_down = 0;

  StateClocks& operator+=(const StateClocks& other);
  Clock sum() const {
    return active_standby + precharged_standby + active_power_down + precharged_power_down;
  }
  bool operator==(const StateClocks&) const = default;
};

/// A value. Clocks of calls for one rank never go back.
class BackgroundStates {
 public:
  explicit BackgroundStates(int ranks) : ranks_(static_cast<std::size_t>(ranks)) {}

  void row_opened(int rank, Clock clock);
  /// `clock` is when the precharge starts; with auto-precharge that is after the call.
  void row_closed(int rank, Clock clock);
  /// Keeps the rank active from `from` up to `until`, whatever is open.
  void busy(int rank, Clock from, Clock until);

  /// The rank sleeps; its rows stay as they are.
  void powered_down(int rank, Clock from, Clock until);

  /// Of all ranks, from clock 0 up to `end`, which is not before any call so far.
  StateClocks until(Clock end) const;
  bool operator==(const BackgroundStates&) const = default;

 private:
  struct Rank {
    int open_rows = 0;
    Clock active = 0;             ///< clocks before `settled`
    Clock settled = 0;            ///< all before is in `active`, or was precharged
    Clock open_since = 0;         ///< not before `settled`; where rows are open
    Clock at_least = 0;           ///< active until then at least
    Clock active_power_down = 0;  ///< of the active clocks
    Clock precharged_power_down = 0;
    bool operator==(const Rank&) const = default;
  };
  std::vector<Rank> ranks_;
};

}  // namespace deltasim::dram
