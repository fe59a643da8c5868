#include "sim/components/dram/dram_tracks.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/timeline/parts.h"

namespace deltasim {

using dram::BusRecord;
using dram::Clock;

DramTracks::DramTracks(TimelineRecorder& recorder, int channels, Clock burst_clocks,
                       std::int64_t period_ps)
    : recorder_(recorder),
      burst_clocks_(burst_clocks),
      period_(period_ps),
      read_(recorder.label("read")),
      write_(recorder.label("write")) {
  for (int i = 0; i < channels; ++i) {
    const int bus =
        recorder.add_track({kDramPart, fmt::format("channel {} data bus", i), "bursts"});
    const int waiting =
        recorder.add_counter({kDramPart, fmt::format("channel {} bursts waiting", i)});
    channels_.push_back({.bus = bus, .waiting = waiting});
  }
}

void DramTracks::draw(int number, std::span<const BusRecord> records) {
  Channel& channel = channels_[static_cast<std::size_t>(number)];
  for (std::size_t i = 0; i < records.size(); ++i) {
    const BusRecord& record = records[i];
    if (record.what != BusRecord::What::kOffered) {
      draw_bursts(channel, record, channel.drawn_until, dram::kNever);
      continue;
    }
    std::int64_t bursts = record.bursts;
    const auto goes_on = [&](const BusRecord& next) {
      return next.what == BusRecord::What::kOffered && next.clock == record.clock;
    };
    while (i + 1 < records.size() && goes_on(records[i + 1])) bursts += records[++i].bursts;
    recorder_.change(channel.waiting, record.clock * period_, bursts);
  }
}

void DramTracks::draw_ahead(int number, std::span<const BusRecord> records, Clock now) {
  Channel& channel = channels_[static_cast<std::size_t>(number)];
  for (const BusRecord& record : records) draw_bursts(channel, record, channel.drawn_until, now);
  channel.drawn_until = std::max(channel.drawn_until, now);
  stop_waiting(channel);
}

/// Those of the record's bursts that begin in [from, to).
void DramTracks::draw_bursts(Channel& channel, const BusRecord& record, Clock from, Clock to) {
  const int label = record.what == BusRecord::What::kWrite ? write_ : read_;
  const bool gapless = record.pace == burst_clocks_;
  for (std::int64_t k = 0; k < record.bursts;) {
    const Clock begin = record.clock + k * record.pace;
    std::int64_t together = 1;
    if (begin >= from && begin < to) {
      if (gapless) {
        const Clock until = std::min(to, record.clock + record.bursts * record.pace);
        together = std::min(kBurstsAStep, (until - begin + record.pace - 1) / record.pace);
      }
      draw_run(channel, label, begin, together);
    }
    k += together;
  }
}

void DramTracks::draw_run(Channel& channel, int label, Clock begin, std::int64_t bursts) {
  const Clock end = begin + bursts * burst_clocks_;
  recorder_.slice(channel.bus, label, begin * period_, end * period_, bursts);
  if (begin != channel.last_end || channel.still_waiting + bursts > kBurstsAStep) {
    stop_waiting(channel);
  }
  channel.still_waiting += bursts;
  channel.last_end = end;
}

void DramTracks::stop_waiting(Channel& channel) {
  recorder_.change(channel.waiting, channel.last_end * period_, -channel.still_waiting);
  channel.still_waiting = 0;
}

}  // namespace deltasim
