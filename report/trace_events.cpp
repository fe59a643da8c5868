#include "report/trace_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <tuple>

namespace deltasim {
namespace {

constexpr std::int64_t kPicosecondsAMicrosecond = 1'000'000;
/// Frames and layers stand above the parts.
constexpr const char* kProgram = "frames and layers";

std::string json_text(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string microseconds(std::int64_t picoseconds) {
  return fmt::format("{}.{:06}", picoseconds / kPicosecondsAMicrosecond,
                     picoseconds % kPicosecondsAMicrosecond);
}

/// Numbers of the processes and threads that stand for parts and tracks.
class Rows {
 public:
  struct Row {
    int process, thread;
  };

  explicit Rows(const Timeline& timeline) {
    process_of(kProgram);
    frames_ = add(kProgram, "frames");
    layers_ = add(kProgram, "layers");
    for (const TimelineTrack& track : timeline.tracks) {
      tracks_.push_back(add(track.part, track.name));
    }
    for (const TimelineCounter& counter : timeline.counters) {
      counters_.push_back(process_of(counter.part));
    }
  }

  Row of(const TimelineSpan& span) const { return span.level == "frame" ? frames_ : layers_; }
  Row of(const TimelineSlice& slice) const {
    return tracks_[static_cast<std::size_t>(slice.track)];
  }
  int of(const TimelineSample& sample) const {
    return counters_[static_cast<std::size_t>(sample.counter)];
  }

  /// Events that name processes and threads and keep their order on the screen.
  void describe(std::vector<std::string>& events) const {
    for (std::size_t i = 0; i < processes_.size(); ++i) {
      const int number = static_cast<int>(i) + 1;
      events.push_back(metadata(number, 0, "process_name", "name", json_text(processes_[i])));
      events.push_back(
          metadata(number, 0, "process_sort_index", "sort_index", std::to_string(number)));
    }
    for (const auto& [row, name] : threads_) {
      events.push_back(metadata(row.process, row.thread, "thread_name", "name", json_text(name)));
      events.push_back(metadata(row.process, row.thread, "thread_sort_index", "sort_index",
                                std::to_string(row.thread)));
    }
  }

 private:
  static std::string metadata(int process, int thread, const char* what, const char* key,
                              const std::string& value) {
    return fmt::format(R"({{"ph":"M","pid":{},"tid":{},"name":"{}","args":{{"{}":{}}}}})", process,
                       thread, what, key, value);
  }
  int process_of(const std::string& part) {
    const auto found = std::find(processes_.begin(), processes_.end(), part);
    const auto number = static_cast<int>(found - processes_.begin()) + 1;
    if (found == processes_.end()) processes_.push_back(part);
    return number;
  }
  Row add(const std::string& part, const std::string& name) {
    const Row row{process_of(part), static_cast<int>(threads_.size()) + 1};
    threads_.emplace_back(row, name);
    return row;
  }

  std::vector<std::string> processes_;
  std::vector<std::pair<Row, std::string>> threads_;
  Row frames_{}, layers_{};
  std::vector<Row> tracks_;
  std::vector<int> counters_;
};

std::string complete_event(const Rows::Row& row, std::int64_t begin, std::int64_t end,
                           const std::string& json_name, const std::string& arguments) {
  return fmt::format(R"({{"ph":"X","pid":{},"tid":{},"ts":{},"dur":{},"name":{}{}}})", row.process,
                     row.thread, microseconds(begin), microseconds(end - begin), json_name,
                     arguments);
}

std::string arguments_of(const TimelineSpan& span) {
  std::string text;
  for (const auto& [key, value] : span.texts) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : ",", json_text(key), json_text(value));
  }
  for (const auto& [key, value] : span.figures) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : ",", json_text(key), value);
  }
  return R"(,"args":{)" + text + "}";
}

/// An event's text with what the file is sorted by.
struct Event {
  std::int64_t time;
  int kind;  ///< spans, samples, slices
  std::string text;
};

std::vector<Event> events_of(const Timeline& timeline, const Rows& rows) {
  std::vector<std::string> labels;
  for (const std::string& label : timeline.labels) labels.push_back(json_text(label));
  std::vector<Event> events;
  events.reserve(static_cast<std::size_t>(timeline.events()));
  for (const TimelineSpan& span : timeline.spans) {
    events.push_back({span.begin, 0,
                      complete_event(rows.of(span), span.begin, span.end, json_text(span.name),
                                     arguments_of(span))});
  }
  for (const TimelineSample& sample : timeline.samples) {
    const TimelineCounter& counter = timeline.counters[static_cast<std::size_t>(sample.counter)];
    events.push_back({sample.time, 1,
                      fmt::format(R"({{"ph":"C","pid":{},"tid":0,"ts":{},"name":{},)"
                                  R"("args":{{"value":{}}}}})",
                                  rows.of(sample), microseconds(sample.time),
                                  json_text(counter.name), sample.value)});
  }
  for (const TimelineSlice& slice : timeline.slices) {
    const TimelineTrack& track = timeline.tracks[static_cast<std::size_t>(slice.track)];
    // Nothing is known yet of what was cut off.
    const std::string arguments =
        slice.amount == 0
            ? ""
            : fmt::format(R"(,"args":{{{}:{}}})", json_text(track.amount), slice.amount);
    events.push_back({slice.begin, 2,
                      complete_event(rows.of(slice), slice.begin, slice.end,
                                     labels[static_cast<std::size_t>(slice.label)], arguments)});
  }
  std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
    return std::tie(a.time, a.kind) < std::tie(b.time, b.kind);
  });
  return events;
}

}  // namespace

std::string trace_events(const Timeline& timeline) {
  const Rows rows(timeline);
  std::vector<std::string> head;
  rows.describe(head);
  std::string text = R"({"displayTimeUnit":"ns","otherData":{)";
  for (const auto& [key, value] : timeline.provenance) {
    text += fmt::format("{}:{},", json_text(key), json_text(value));
  }
  text += R"("left_out":)" + nlohmann::json(timeline.notes).dump() + "},\n\"traceEvents\":[\n";
  bool first = true;
  const auto add = [&](const std::string& event) {
    text += (first ? "" : ",\n") + event;
    first = false;
  };
  for (const std::string& event : head) add(event);
  for (const Event& event : events_of(timeline, rows)) add(event.text);
  return text + "\n]}\n";
}

}  // namespace deltasim
