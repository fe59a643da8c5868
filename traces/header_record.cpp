#include "traces/header_record.h"

#include <fmt/format.h>

#include "arch/errors.h"
#include "traces/compression.h"
#include "traces/graph_codec.h"

namespace deltasim {
namespace {

/// Longer than any network's header and any recording's index.
constexpr std::size_t kMostMessageBytes = std::size_t{256} << 20U;

Bytes message_record(RecordType type, std::string_view message) {
  const Bytes payload = compress_message(message);
  Bytes record = record_head(RecordHead{type}, payload);
  record.insert(record.end(), payload.begin(), payload.end());
  return record;
}

std::optional<std::string> read_message(const RecordFile& file, std::uint64_t offset,
                                        const RecordHead& head) {
  Bytes payload;
  if (!file.payload(offset, head, kMostMessageBytes, payload)) return std::nullopt;
  Bytes content;
  const auto length = Decompressor().decompress(payload, kMostMessageBytes, 0, content);
  if (!length) return std::nullopt;
  return std::string(content.begin(), content.begin() + static_cast<std::ptrdiff_t>(*length));
}

template <typename Value>
std::string differing(std::string_view field, const Value& recorded, const Value& wanted) {
  return recorded == wanted ? "" : fmt::format("{}: {}, here {}", field, recorded, wanted);
}

std::string stream_difference(const StreamInfo& recorded, const StreamInfo& wanted) {
  if (recorded.name != wanted.name) return differing("stream", recorded.name, wanted.name);
  if (!(recorded.graph == wanted.graph)) {
    return fmt::format("stream {}: another network", recorded.name);
  }
  if (recorded.maps != wanted.maps) {
    return fmt::format("stream {}: other recorded maps", recorded.name);
  }
  return fmt::format("stream {}: other weights", recorded.name);
}

}  // namespace

Bytes header_record(const TraceHeader& header) {
  return message_record(RecordType::kHeader, encode_header(header));
}

HeaderRecord read_header_record(const RecordFile& file) {
  const std::optional<RecordHead> head = file.head(kFileHeadBytes);
  std::optional<std::string> message;
  if (head && head->type == RecordType::kHeader) {
    message = read_message(file, kFileHeadBytes, *head);
  }
  if (!message) throw ConfigError(file.name(), "its header is cut or damaged: nothing can be read");
  return {decode_header(*message, file.name()), record_end(kFileHeadBytes, *head)};
}

Bytes index_record(const std::string& index) { return message_record(RecordType::kIndex, index); }

std::optional<std::string> read_index_record(const RecordFile& file, std::uint64_t offset) {
  const std::optional<RecordHead> head = file.head(offset);
  if (!head || head->type != RecordType::kIndex) return std::nullopt;
  return read_message(file, offset, *head);
}

std::string header_difference(const TraceHeader& recorded, const TraceHeader& wanted) {
  const VideoInfo& a = recorded.video;
  const VideoInfo& b = wanted.video;
  for (const std::string& difference :
       {differing("tool version", recorded.tool_version, wanted.tool_version),
        differing("quantizer", recorded.quantizer, wanted.quantizer),
        differing("backend", recorded.backend, wanted.backend),
        differing("values recorded", recorded.has_values, wanted.has_values),
        differing("faults", recorded.faults, wanted.faults), differing("video", a.file, b.file),
        differing("first frame", a.start, b.start), differing("frames", a.count, b.count),
        differing("stride", a.stride, b.stride),
        differing("streams", recorded.streams.size(), wanted.streams.size())}) {
    if (!difference.empty()) return difference;
  }
  for (std::size_t i = 0; i < recorded.streams.size(); ++i) {
    if (!(recorded.streams[i] == wanted.streams[i])) {
      return stream_difference(recorded.streams[i], wanted.streams[i]);
    }
  }
  return a == b ? "" : "video: another file of the same name";
}

}  // namespace deltasim
