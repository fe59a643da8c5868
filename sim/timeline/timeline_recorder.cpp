#include "sim/timeline/timeline_recorder.h"

#include <algorithm>
#include <utility>

namespace deltasim {
namespace {

/// Outside of windows, so many things are not worth a look.
constexpr std::int64_t kWorthForgetting = 16384;

bool earlier(const TimelineSlice& a, const TimelineSlice& b) {
  return std::pair(a.begin, a.track) < std::pair(b.begin, b.track);
}

/// What of a slice lies in [begin, end). Its amount goes with its length, but is not nothing.
TimelineSlice part_of(TimelineSlice slice, std::int64_t begin, std::int64_t end) {
  const std::int64_t whole = slice.end - slice.begin;
  slice.begin = std::max(slice.begin, begin);
  slice.end = std::min(slice.end, end);
  const double share = static_cast<double>(slice.end - slice.begin) / static_cast<double>(whole);
  if (share < 1 && slice.amount > 1) {
    slice.amount = std::max<std::int64_t>(
        1, static_cast<std::int64_t>(static_cast<double>(slice.amount) * share + 0.5));
  }
  return slice;
}

}  // namespace

TimelineRecorder::TimelineRecorder(std::int64_t limit)
    : limit_(limit), forget_above_(kWorthForgetting) {}

int TimelineRecorder::add_track(TimelineTrack track, Touching touching) {
  timeline_.tracks.push_back(std::move(track));
  merges_.push_back(touching == Touching::kMerge);
  running_.emplace_back();
  last_.push_back(-1);
  return static_cast<int>(timeline_.tracks.size()) - 1;
}

int TimelineRecorder::add_counter(TimelineCounter counter) {
  timeline_.counters.push_back(std::move(counter));
  values_.push_back(0);
  return static_cast<int>(timeline_.counters.size()) - 1;
}

int TimelineRecorder::label(std::string_view text) {
  const auto found = label_numbers_.find(text);
  if (found != label_numbers_.end()) return found->second;
  const int number = static_cast<int>(timeline_.labels.size());
  timeline_.labels.emplace_back(text);
  label_numbers_.emplace(text, number);
  return number;
}

void TimelineRecorder::slice(int track, int label, std::int64_t begin, std::int64_t end,
                             std::int64_t amount) {
  if (begin >= end) return;
  if (cut_at_ >= 0) {
    count_left_out(TimelineSlice{track, label, begin, end, amount});
    return;
  }
  std::int64_t& last = last_[static_cast<std::size_t>(track)];
  if (last >= 0 && merges_[static_cast<std::size_t>(track)]) {
    TimelineSlice& before = slices_[static_cast<std::size_t>(last)];
    if (before.end == begin && before.label == label) {
      before.end = end;
      before.amount += amount;
      return;
    }
  }
  last = static_cast<std::int64_t>(slices_.size());
  slices_.push_back({track, label, begin, end, amount});
}

/// As slice() would have kept it.
void TimelineRecorder::count_left_out(const TimelineSlice& slice) {
  if (!open_) return;
  const auto track = static_cast<std::size_t>(slice.track);
  last_slices_left_out_.resize(timeline_.tracks.size());
  TimelineSlice& before = last_slices_left_out_[track];
  const bool touches = merges_[track] && before.end == slice.begin && before.label == slice.label;
  if (!touches) ++left_out_;
  before = slice;
}

void TimelineRecorder::count_left_out(const Change& change) {
  if (!open_) return;
  const bool same = change.counter == last_left_out_.counter && change.time == last_left_out_.time;
  if (!same) ++left_out_;
  last_left_out_ = change;
}

void TimelineRecorder::begin(int track, int label, std::int64_t time) {
  running_[static_cast<std::size_t>(track)] = {label, time};
}

void TimelineRecorder::end(int track, std::int64_t time, std::int64_t amount) {
  Running& running = running_[static_cast<std::size_t>(track)];
  slice(track, running.label, running.begin, time, amount);
  running = {};
}

void TimelineRecorder::change(int counter, std::int64_t time, std::int64_t by) {
  if (by == 0) return;
  if (cut_at_ >= 0) {
    count_left_out(Change{counter, time, by});
    return;
  }
  changes_.push_back({counter, time, by});
}

void TimelineRecorder::span(TimelineSpan span) { timeline_.spans.push_back(std::move(span)); }

void TimelineRecorder::break_slices() { std::fill(last_.begin(), last_.end(), -1); }

void TimelineRecorder::open(std::int64_t now) {
  open_ = true;
  opened_at_ = now;
}

void TimelineRecorder::close(std::int64_t now) {
  if (!open_) return;
  if (cut_at_ < 0) {
    if (tell_) tell_();
    for (std::size_t track = 0; track < running_.size(); ++track) {
      const Running& running = running_[track];
      if (running.begin >= 0) slice(static_cast<int>(track), running.label, running.begin, now, 0);
    }
    keep_slices(now);
    keep_changes(now);
    if (kept() > limit_) cut(now);
  }
  open_ = false;
}

/// Takes what begins before `end`, within the window; what is over before it began is dropped.
void TimelineRecorder::keep_slices(std::int64_t end) {
  break_slices();
  std::vector<TimelineSlice> later;
  for (TimelineSlice slice : slices_) {
    if (slice.begin >= end) {
      later.push_back(slice);
      continue;
    }
    if (slice.end > opened_at_) timeline_.slices.push_back(part_of(slice, opened_at_, end));
  }
  slices_ = std::move(later);
}

void TimelineRecorder::keep_changes(std::int64_t end) {
  const auto by_time = [](const Change& a, const Change& b) { return a.time < b.time; };
  std::stable_sort(changes_.begin(), changes_.end(), by_time);
  std::size_t next = 0;
  for (; next < changes_.size() && changes_[next].time <= opened_at_; ++next) {
    values_[static_cast<std::size_t>(changes_[next].counter)] += changes_[next].by;
  }
  for (std::size_t c = 0; c < values_.size(); ++c) sample(static_cast<int>(c), opened_at_);
  while (next < changes_.size() && changes_[next].time <= end) {
    // What changes at the same time is one change.
    const std::int64_t time = changes_[next].time;
    std::vector<std::int32_t> changed;
    for (; next < changes_.size() && changes_[next].time == time; ++next) {
      values_[static_cast<std::size_t>(changes_[next].counter)] += changes_[next].by;
      changed.push_back(changes_[next].counter);
    }
    std::sort(changed.begin(), changed.end());
    changed.erase(std::unique(changed.begin(), changed.end()), changed.end());
    for (const std::int32_t counter : changed) sample(counter, time);
  }
  changes_.erase(changes_.begin(), changes_.begin() + static_cast<std::ptrdiff_t>(next));
}

void TimelineRecorder::sample(int counter, std::int64_t time) {
  timeline_.samples.push_back({counter, time, values_[static_cast<std::size_t>(counter)]});
}

void TimelineRecorder::advance(std::int64_t now) {
  if (cut_at_ >= 0) return;
  if (open_) {
    if (kept() + pending() > limit_) {
      close(now);
      if (cut_at_ < 0) cut(now);
      open_ = true;  // what comes is counted as left out
    }
    return;
  }
  if (pending() <= forget_above_) return;
  break_slices();
  std::erase_if(slices_, [now](const TimelineSlice& slice) { return slice.end <= now; });
  std::erase_if(changes_, [&](const Change& change) {
    if (change.time > now) return false;
    values_[static_cast<std::size_t>(change.counter)] += change.by;
    return true;
  });
  forget_above_ = 2 * pending() + kWorthForgetting;
}

/// Drops the latest things down to the limit, so that all tracks end at the same time.
void TimelineRecorder::cut(std::int64_t now) {
  std::vector<std::int64_t> begins;
  for (const TimelineSlice& slice : timeline_.slices) begins.push_back(slice.begin);
  for (const TimelineSample& sample : timeline_.samples) begins.push_back(sample.time);
  cut_at_ = now;
  if (static_cast<std::int64_t>(begins.size()) > limit_) {
    const auto first_dropped = begins.begin() + static_cast<std::ptrdiff_t>(limit_);
    std::nth_element(begins.begin(), first_dropped, begins.end());
    cut_at_ = *first_dropped;
  }
  left_out_ += static_cast<std::int64_t>(std::count_if(
      begins.begin(), begins.end(), [&](std::int64_t begin) { return begin >= cut_at_; }));
  std::erase_if(timeline_.slices, [&](const TimelineSlice& s) { return s.begin >= cut_at_; });
  std::erase_if(timeline_.samples, [&](const TimelineSample& s) { return s.time >= cut_at_; });
  for (TimelineSlice& slice : timeline_.slices) slice = part_of(slice, slice.begin, cut_at_);
  slices_.clear();
  changes_.clear();
}

Timeline TimelineRecorder::finish() {
  std::sort(timeline_.slices.begin(), timeline_.slices.end(), earlier);
  Timeline finished = std::move(timeline_);
  *this = TimelineRecorder(limit_);
  return finished;
}

}  // namespace deltasim
