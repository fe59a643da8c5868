#include "sim/pipeline/timeline_bytes.h"

#include <cstring>
#include <type_traits>

namespace deltasim {
namespace {

class Writer {
 public:
  template <typename T>
  requires std::is_trivially_copyable_v<T>
  void operator()(const T& value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void operator()(const std::string& text) {
    (*this)(text.size());
    bytes_ += text;
  }
  template <typename A, typename B>
  void operator()(const std::pair<A, B>& pair) {
    (*this)(pair.first);
    (*this)(pair.second);
  }
  template <typename T>
  void operator()(const std::vector<T>& values) {
    (*this)(values.size());
    for (const T& value : values) (*this)(value);
  }
  void operator()(const TimelineTrack& track) { all(track.part, track.name, track.amount); }
  void operator()(const TimelineCounter& counter) { all(counter.part, counter.name); }
  void operator()(const TimelineSpan& span) {
    all(span.level, span.name, span.begin, span.end, span.texts, span.figures);
  }
  template <typename... Fields>
  void all(const Fields&... fields) {
    ((*this)(fields), ...);
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}

  template <typename T>
  requires std::is_trivially_copyable_v<T>
  void operator()(T& value) {
    if (!has(sizeof value)) return;
    std::memcpy(&value, left_.data(), sizeof value);
    left_.remove_prefix(sizeof value);
  }
  void operator()(std::string& text) {
    const std::size_t size = count();
    if (!has(size)) return;
    text = left_.substr(0, size);
    left_.remove_prefix(size);
  }
  template <typename A, typename B>
  void operator()(std::pair<A, B>& pair) {
    (*this)(pair.first);
    (*this)(pair.second);
  }
  template <typename T>
  void operator()(std::vector<T>& values) {
    const std::size_t size = count();
    for (std::size_t i = 0; i < size && !failed_; ++i) (*this)(values.emplace_back());
  }
  void operator()(TimelineTrack& track) { all(track.part, track.name, track.amount); }
  void operator()(TimelineCounter& counter) { all(counter.part, counter.name); }
  void operator()(TimelineSpan& span) {
    all(span.level, span.name, span.begin, span.end, span.texts, span.figures);
  }
  template <typename... Fields>
  void all(Fields&... fields) {
    ((*this)(fields), ...);
  }
  bool used_up() const { return !failed_ && left_.empty(); }

 private:
  bool has(std::size_t bytes) {
    failed_ = failed_ || left_.size() < bytes;
    return !failed_;
  }
  std::size_t count() {
    std::size_t size = 0;
    (*this)(size);
    return size;
  }

  std::string_view left_;
  bool failed_ = false;
};

/// All that a timeline has, in one order for both directions.
template <typename Visit, typename T>
void visit(Visit& visitor, T& timeline) {
  visitor.all(timeline.tracks, timeline.counters, timeline.labels, timeline.spans, timeline.slices,
              timeline.samples, timeline.provenance, timeline.notes);
}

}  // namespace

std::string to_bytes(const Timeline& timeline) {
  Writer writer;
  visit(writer, timeline);
  return writer.take();
}

std::optional<Timeline> timeline_from(std::string_view bytes) {
  Reader reader(bytes);
  Timeline timeline;
  visit(reader, timeline);
  if (!reader.used_up()) return std::nullopt;
  return timeline;
}

}  // namespace deltasim
