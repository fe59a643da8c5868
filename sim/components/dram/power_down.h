#pragma once
// Puts idle ranks into power-down: when they fell asleep is known only when they are woken, so
// sleeping costs no work.

#include <memory>
#include <vector>

#include "sim/components/dram/channel_setup.h"

namespace deltasim::dram {

/// Of the ranks of one channel. A rank falls asleep when it has had no work (commands under way,
/// waiting bursts, a refresh that is due) for the setup's power_down_after clocks. A value.
class PowerDown {
 public:
  explicit PowerDown(std::shared_ptr<const ChannelSetup> setup);

  bool enabled() const { return !idle_from_.empty(); }
  void note_command(Command command, int rank, Clock clock) {
    if (enabled()) idle_from_[static_cast<std::size_t>(rank)] = end_of(command, rank, clock);
  }
  /// To be called when a rank without work gets some at `clock`.
  /// @return the first clock at which the rank takes commands again; 0 where it was awake
  Clock wake(int rank, Clock clock, BackgroundStates& states);
  /// Counts the sleep of a rank without work up to `end`, if it sleeps then.
  void count_sleep(int rank, Clock end, BackgroundStates& states) const;

  bool operator==(const PowerDown& other) const { return idle_from_ == other.idle_from_; }

 private:
  Clock end_of(Command command, int rank, Clock clock) const;
  Clock asleep_from(int rank) const;

  std::shared_ptr<const ChannelSetup> setup_;
  std::vector<Clock> idle_from_;  ///< of each rank, if it gets no work; empty where none sleeps
};

}  // namespace deltasim::dram
