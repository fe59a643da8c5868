#include "arch/timeline.h"

#include <algorithm>
#include <cstddef>

namespace deltasim {
namespace {

/// Adds what `all` lacks of `more`. @return where each element of `more` is found in `all`
template <typename Named>
std::vector<std::int32_t> matched(std::vector<Named>& all, const std::vector<Named>& more) {
  std::vector<std::int32_t> places;
  for (const Named& named : more) {
    auto found = std::find(all.begin(), all.end(), named);
    if (found == all.end()) found = all.insert(all.end(), named);
    places.push_back(static_cast<std::int32_t>(found - all.begin()));
  }
  return places;
}

}  // namespace

void append(Timeline& timeline, const Timeline& more, std::int64_t offset) {
  const auto tracks = matched(timeline.tracks, more.tracks);
  const auto counters = matched(timeline.counters, more.counters);
  const auto labels = matched(timeline.labels, more.labels);
  for (TimelineSpan span : more.spans) {
    span.begin += offset;
    span.end += offset;
    timeline.spans.push_back(std::move(span));
  }
  for (TimelineSlice slice : more.slices) {
    slice.track = tracks[static_cast<std::size_t>(slice.track)];
    slice.label = labels[static_cast<std::size_t>(slice.label)];
    slice.begin += offset;
    slice.end += offset;
    timeline.slices.push_back(slice);
  }
  for (TimelineSample sample : more.samples) {
    sample.counter = counters[static_cast<std::size_t>(sample.counter)];
    sample.time += offset;
    timeline.samples.push_back(sample);
  }
  timeline.notes.insert(timeline.notes.end(), more.notes.begin(), more.notes.end());
}

}  // namespace deltasim
