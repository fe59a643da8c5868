#pragma once
// Draws the PE array: tiles, PE groups and the events that wait for them. No SystemC. Times are
// cycles since the frame's start.

#include <cstdint>
#include <vector>

#include "sim/components/pe_array/event_queues.h"
#include "sim/timeline/timeline_recorder.h"

namespace deltasim {

class PeArrayTracks {
 public:
  PeArrayTracks(TimelineRecorder& recorder, std::int64_t period_ps);

  /// A tile is computed from here on, and up to here.
  void begin_tile(std::size_t tile, std::int64_t now);
  void end_tile(std::int64_t now, std::int64_t macs);

  // Event-driven only: groups of PEs behind their queues.

  /// A tile starts with empty queues.
  void begin_events(const EventQueues& queues);
  /// A sub-train of events was asked for at `now` and left the dispatcher at `left`. A group is
  /// drawn busy for the cycles in which it was, up to its last event of the sub-train: gaps
  /// between the events stand before them.
  void events_sent(const EventQueues& queues, std::int64_t now, std::int64_t left,
                   std::int64_t events);
  /// The tile's queues are empty again.
  void events_done(std::int64_t now);

 private:
  void set_waiting(std::int64_t now, std::int64_t events);

  TimelineRecorder& recorder_;
  std::int64_t period_;
  int array_, events_label_;
  int ahead_, waiting_;  ///< counters
  std::vector<int> groups_;
  std::vector<QueueStatistics> before_;
  std::int64_t waiting_events_ = 0;
};

}  // namespace deltasim
