#pragma once
// What every part of a simulated accelerator did when: plain values, for whoever draws them.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace deltasim {

/// A resource that does one thing at a time.
struct TimelineTrack {
  std::string part;    ///< whose it is, such as "DRAM"
  std::string name;    ///< such as "channel 0"
  std::string amount;  ///< what a slice's amount counts, such as "bursts"
  bool operator==(const TimelineTrack&) const = default;
};

/// A stretch of time in which a track's resource was busy. Times are picoseconds of simulated time
/// since the timeline's start; `end` is when it is free again.
struct TimelineSlice {
  std::int32_t track = 0;
  std::int32_t label = 0;  ///< index into Timeline::labels
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t amount = 0;  ///< in what the track says
  bool operator==(const TimelineSlice&) const = default;
};

/// How much waits somewhere.
struct TimelineCounter {
  std::string part;
  std::string name;  ///< with its unit, such as "bursts waiting"
  bool operator==(const TimelineCounter&) const = default;
};

/// A counter's value from `time` on.
struct TimelineSample {
  std::int32_t counter = 0;
  std::int64_t time = 0;
  std::int64_t value = 0;
  bool operator==(const TimelineSample&) const = default;
};

/// A frame or a layer, with what its result says of it.
struct TimelineSpan {
  std::string level;  ///< "frame" or "layer"
  std::string name;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::vector<std::pair<std::string, std::string>> texts;
  std::vector<std::pair<std::string, std::int64_t>> figures;
  bool operator==(const TimelineSpan&) const = default;
};

struct Timeline {
  std::vector<TimelineTrack> tracks;
  std::vector<TimelineCounter> counters;
  std::vector<std::string> labels;
  std::vector<TimelineSpan> spans;    ///< by their begin; a frame before its layers
  std::vector<TimelineSlice> slices;  ///< by begin, then by track; those of a track do not overlap
  std::vector<TimelineSample> samples;  ///< by time, then by counter; none twice at a time
  std::vector<std::pair<std::string, std::string>> provenance;  ///< what is drawn, of which run
  std::vector<std::string> notes;  ///< what was left out, in whole sentences

  std::int64_t events() const {
    return static_cast<std::int64_t>(slices.size() + samples.size() + spans.size());
  }
  bool operator==(const Timeline&) const = default;
};

/// Sets `more` behind what `timeline` has: its times are moved by `offset`, picoseconds. Tracks,
/// counters and labels are matched by their names.
void append(Timeline& timeline, const Timeline& more, std::int64_t offset);

}  // namespace deltasim
