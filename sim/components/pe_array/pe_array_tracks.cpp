#include "sim/components/pe_array/pe_array_tracks.h"

#include <fmt/format.h>

#include "sim/timeline/parts.h"

namespace deltasim {

PeArrayTracks::PeArrayTracks(TimelineRecorder& recorder, std::int64_t period_ps)
    : recorder_(recorder),
      period_(period_ps),
      array_(recorder.add_track({kPeArrayPart, "array", "MACs"},
                                TimelineRecorder::Touching::kKeepApart)),
      events_label_(recorder.label("events")),
      ahead_(recorder.add_counter({kPeArrayPart, "events before the dispatcher"})),
      waiting_(recorder.add_counter({kPeArrayPart, "events in FIFOs"})) {}

void PeArrayTracks::begin_tile(std::size_t tile, std::int64_t now) {
  recorder_.begin(array_, recorder_.label(fmt::format("tile {}", tile)), now * period_);
}

void PeArrayTracks::end_tile(std::int64_t now, std::int64_t macs) {
  recorder_.end(array_, now * period_, macs);
}

void PeArrayTracks::begin_events(const EventQueues& queues) {
  before_ = queues.statistics();
  while (groups_.size() < before_.size()) {
    groups_.push_back(
        recorder_.add_track({kPeArrayPart, fmt::format("PE group {}", groups_.size()), "events"}));
  }
}

void PeArrayTracks::events_sent(const EventQueues& queues, std::int64_t now, std::int64_t left,
                                std::int64_t events) {
  recorder_.change(ahead_, now * period_, events);
  recorder_.change(ahead_, left * period_, -events);
  const std::vector<QueueStatistics> statistics = queues.statistics();
  const std::vector<std::int64_t> finishes = queues.finishes();
  for (std::size_t g = 0; g < statistics.size(); ++g) {
    const std::int64_t busy = statistics[g].busy - before_[g].busy;
    recorder_.slice(groups_[g], events_label_, (finishes[g] - busy) * period_,
                    finishes[g] * period_, statistics[g].events - before_[g].events);
  }
  before_ = statistics;
  set_waiting(queues.dispatched(), queues.waiting());
}

void PeArrayTracks::events_done(std::int64_t now) { set_waiting(now, 0); }

void PeArrayTracks::set_waiting(std::int64_t now, std::int64_t events) {
  recorder_.change(waiting_, now * period_, events - waiting_events_);
  waiting_events_ = events;
}

}  // namespace deltasim
