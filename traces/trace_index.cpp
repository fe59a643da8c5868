#include "traces/trace_index.h"

#include <algorithm>

#include "traces/trace.pb.h"

namespace deltasim {

namespace pb = ::deltasim::trace::v1;

std::int64_t TraceIndex::key_before(std::size_t stream, std::int64_t frame) const {
  const auto& keys = streams_[stream].keys;
  const auto after = std::upper_bound(keys.begin(), keys.end(), static_cast<std::uint32_t>(frame));
  return after == keys.begin() ? -1 : std::int64_t{*(after - 1)};
}

std::int64_t TraceIndex::records() const {
  std::int64_t sum = 0;
  for (std::size_t stream = 0; stream < streams(); ++stream) sum += frames(stream);
  return sum;
}

bool TraceIndex::add(const RecordHead& head, std::uint64_t offset) {
  if (!head.is_frame() || head.stream >= streams()) return false;
  StreamFrames& stream = streams_[head.stream];
  if (head.frame != stream.offsets.size()) return false;
  stream.offsets.push_back(offset);
  if (head.type == RecordType::kKeyFrame) {
    stream.keys.push_back(static_cast<std::uint32_t>(head.frame));
  }
  return true;
}

void TraceIndex::cut(std::size_t stream, std::int64_t frames) {
  StreamFrames& kept = streams_[stream];
  kept.offsets.resize(static_cast<std::size_t>(frames));
  while (!kept.keys.empty() && kept.keys.back() >= frames) kept.keys.pop_back();
}

std::string TraceIndex::encode() const {
  pb::Index index;
  for (const StreamFrames& stream : streams_) {
    pb::StreamIndex* message = index.add_streams();
    std::uint64_t before = 0;
    for (const std::uint64_t offset : stream.offsets) {
      message->add_offset_steps(offset - before);
      before = offset;
    }
    message->mutable_key_frames()->Add(stream.keys.begin(), stream.keys.end());
  }
  return index.SerializeAsString();
}

std::optional<TraceIndex> TraceIndex::decode(std::string_view bytes, std::size_t streams,
                                             std::uint64_t file_size) {
  pb::Index message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ||
      message.streams_size() != static_cast<int>(streams)) {
    return std::nullopt;
  }
  TraceIndex index(streams);
  for (std::size_t i = 0; i < streams; ++i) {
    const pb::StreamIndex& in = message.streams(static_cast<int>(i));
    StreamFrames& out = index.streams_[i];
    std::uint64_t offset = 0;
    for (const std::uint64_t step : in.offset_steps()) {
      if (step == 0 || step > file_size - offset) return std::nullopt;
      offset += step;
      out.offsets.push_back(offset);
    }
    out.keys.assign(in.key_frames().begin(), in.key_frames().end());
    if (!std::is_sorted(out.keys.begin(), out.keys.end()) ||
        (!out.keys.empty() && out.keys.back() >= out.offsets.size())) {
      return std::nullopt;
    }
  }
  return index;
}

RecordScan scan_records(const RecordFile& file, std::uint64_t offset, std::size_t streams) {
  RecordScan scan{TraceIndex(streams), offset};
  while (const std::optional<RecordHead> head = file.head(scan.end)) {
    if (!head->is_frame() || !file.verify(scan.end, *head) || !scan.index.add(*head, scan.end)) {
      break;
    }
    scan.end = record_end(scan.end, *head);
  }
  return scan;
}

}  // namespace deltasim
