#include "traces/reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "arch/errors.h"
#include "traces/frame_codec.h"
#include "traces/header_record.h"
#include "traces/trace_index.h"

namespace deltasim {

class TraceReader::Implementation {
 public:
  explicit Implementation(const std::filesystem::path& path)
      : file_(path),
        header_(read_header_record(file_)),
        index_(header_.header.streams.size()),
        passed_(header_.header.streams.size()),
        decoder_(header_.header.has_values),
        position_(header_.end),
        last_(header_.header.streams.size()) {
    if (!load_index()) rebuild_index();
    for (std::size_t i = 0; i < index_.streams(); ++i) frames_.push_back(index_.frames(i));
  }

  const TraceHeader& header() const { return header_.header; }
  std::int64_t frames(int stream) const { return frames_.at(static_cast<std::size_t>(stream)); }
  const std::string& damage() const { return damage_; }

  bool next(FrameRecord& record) {
    if (position_ >= end_) return false;
    const std::optional<RecordHead> head = file_.head(position_);
    if (!head) return stop("a record that makes no sense");
    if (head->type == RecordType::kIndex) return stop("an index in the middle of the file");
    if (!passed_.add(*head, position_)) return stop("a record that does not belong there");
    const auto frame = static_cast<std::int64_t>(head->frame);
    if (!indexed(head->stream, frame) || !load(head->stream, frame, record)) {
      passed_.cut(head->stream, frame);
      return stop("a damaged record");
    }
    position_ = record_end(position_, *head);
    return true;
  }

  void read(int stream, std::int64_t frame, FrameRecord& record) {
    const auto index = static_cast<std::size_t>(stream);
    if (stream < 0 || index >= index_.streams()) {
      throw ConfigError(file_.name(), fmt::format("has no stream {}", stream));
    }
    const std::string& name = header().streams[index].name;
    if (frame < 0 || frame >= index_.frames(index)) {
      throw ConfigError(file_.name(), fmt::format("has no frame {} of stream {}, only {} frames",
                                                  frame, name, index_.frames(index)));
    }
    if (!load(index, frame, record)) {
      throw ConfigError(file_.name(),
                        fmt::format("frame {} of stream {}, or one that it is predicted from, is "
                                    "damaged",
                                    frame, name));
    }
  }

 private:
  /// The frame of a stream that was decoded last: what the next one is predicted from.
  struct LastFrame {
    std::int64_t frame = -1;
    FrameRecord head;  ///< without maps
    std::vector<MapBits> maps;
  };

  bool load_index() {
    const std::optional<std::uint64_t> offset = file_.index_offset();
    if (!offset) return false;
    const std::optional<std::string> message = read_index_record(file_, *offset);
    if (!message) return false;
    auto index = TraceIndex::decode(*message, header().streams.size(), *offset);
    if (!index) return false;
    index_ = std::move(*index);
    end_ = *offset;
    return true;
  }

  void rebuild_index() {
    RecordScan scan = scan_records(file_, header_.end, header().streams.size());
    index_ = std::move(scan.index);
    end_ = scan.end;
    damage_ = end_ == file_.size()
                  ? "the recording was not finished (the file has no index)"
                  : fmt::format("the file is cut or damaged at byte {} of {}", end_, file_.size());
    add_readable(index_);
  }

  void add_readable(const TraceIndex& whole) {
    const char* separator = "; what can be read: ";
    for (std::size_t i = 0; i < whole.streams(); ++i) {
      damage_ += fmt::format("{}{} of {} frames of stream {}", separator, whole.frames(i),
                             header().video.count, header().streams[i].name);
      separator = ", ";
    }
  }

  /// The sequential reading meets a fault: what came before it is all there is.
  bool stop(std::string_view what) {
    damage_ = fmt::format("the file has {} at byte {} of {}", what, position_, file_.size());
    add_readable(passed_);
    for (std::size_t i = 0; i < frames_.size(); ++i) frames_[i] = passed_.frames(i);
    end_ = position_;
    return false;
  }

  /// Whether the index names the record that stands at the reading position.
  bool indexed(std::size_t stream, std::int64_t frame) const {
    return frame < index_.frames(stream) && index_.offset(stream, frame) == position_;
  }

  /// Decodes `frame`, starting from the frame decoded last or the nearest key record.
  bool load(std::size_t stream, std::int64_t frame, FrameRecord& record) {
    LastFrame& last = last_[stream];
    if (last.frame == frame) {
      record = last.head;
      record.maps = last.maps;
      return true;
    }
    const std::int64_t key = index_.key_before(stream, frame);
    if (key < 0) return false;
    std::int64_t at = last.frame >= key && last.frame < frame ? last.frame + 1 : key;
    for (; at <= frame; ++at) {
      const bool known = last.frame == at - 1;
      last.frame = -1;  // stays so where decoding fails
      if (!decode(stream, at, last.maps, known && at != key, record)) return false;
      last.frame = at;
    }
    copy_head(record, last.head);
    return true;
  }

  bool decode(std::size_t stream, std::int64_t frame, std::vector<MapBits>& state, bool known,
              FrameRecord& record) {
    const StreamInfo& info = header().streams[stream];
    const std::uint64_t offset = index_.offset(stream, frame);
    const std::optional<RecordHead> head = file_.head(offset);
    if (!head || !head->is_frame() || head->stream != stream ||
        head->frame != static_cast<std::uint64_t>(frame) ||
        !file_.payload(offset, *head, decoder_.most_payload_bytes(info), payload_)) {
      return false;
    }
    record.stream = static_cast<int>(stream);
    record.frame = frame;
    return decoder_.decode(info, payload_, state, known, record);
  }

  /// All but the maps.
  static void copy_head(const FrameRecord& from, FrameRecord& to) {
    to.stream = from.stream;
    to.frame = from.frame;
    to.source_frame = from.source_frame;
    to.repeats_previous = from.repeats_previous;
    to.top1 = from.top1;
    to.fidelity = from.fidelity;
  }

  RecordFile file_;
  HeaderRecord header_;
  TraceIndex index_;   ///< of all records that can be found
  TraceIndex passed_;  ///< of those that next() has been at
  FrameDecoder decoder_;
  std::uint64_t position_;  ///< of the record that next() reads
  std::uint64_t end_ = 0;   ///< of the frame records
  Bytes payload_;
  std::vector<LastFrame> last_;
  std::vector<std::int64_t> frames_;
  std::string damage_;
};

TraceReader::TraceReader(const std::filesystem::path& file)
    : implementation_(std::make_unique<Implementation>(file)) {}
TraceReader::TraceReader(TraceReader&&) noexcept = default;
TraceReader::~TraceReader() = default;

const TraceHeader& TraceReader::header() const { return implementation_->header(); }
std::int64_t TraceReader::frames(int stream) const { return implementation_->frames(stream); }
const std::string& TraceReader::damage() const { return implementation_->damage(); }
bool TraceReader::next(FrameRecord& record) { return implementation_->next(record); }
void TraceReader::read(int stream, std::int64_t frame, FrameRecord& record) {
  implementation_->read(stream, frame, record);
}

}  // namespace deltasim
