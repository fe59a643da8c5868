#pragma once
// Draws DRAM channels: what is on their data buses, and how many bursts wait. No SystemC.

#include <cstdint>
#include <span>
#include <vector>

#include "sim/components/dram/bus_log.h"
#include "sim/timeline/timeline_recorder.h"

namespace deltasim {

class DramTracks {
 public:
  /// Of a gapless run of bursts at most so many at a time stop waiting, so that a long run is not
  /// as many events as it has bursts.
  static constexpr std::int64_t kBurstsAStep = 16;

  /// @param burst_clocks for which a burst's data are on the bus
  DramTracks(TimelineRecorder& recorder, int channels, dram::Clock burst_clocks,
             std::int64_t period_ps);

  /// A channel's records, each once and in its own order.
  void draw(int channel, std::span<const dram::BusRecord> records);
  /// Records whose data are on the bus before `now`, ahead of the call of draw() that will have
  /// them again.
  void draw_ahead(int channel, std::span<const dram::BusRecord> records, dram::Clock now);

 private:
  struct Channel {
    int bus = 0;      ///< track
    int waiting = 0;  ///< counter
    dram::Clock drawn_until = 0;
    dram::Clock last_end = 0;        ///< of the bursts drawn so far
    std::int64_t still_waiting = 0;  ///< of those, on the counter
  };
  void draw_bursts(Channel& channel, const dram::BusRecord& record, dram::Clock from,
                   dram::Clock to);
  void draw_run(Channel& channel, int label, dram::Clock begin, std::int64_t bursts);
  void stop_waiting(Channel& channel);

  TimelineRecorder& recorder_;
  dram::Clock burst_clocks_;
  std::int64_t period_;
  int read_, write_;
  std::vector<Channel> channels_;
};

}  // namespace deltasim
