#include "traces/frame_codec.h"

#include <zstd.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "arch/errors.h"
#include "traces/trace.pb.h"

namespace deltasim {
namespace {

namespace pb = ::deltasim::trace::v1;

constexpr std::size_t kHeadLengthBytes = 4;

/// Longest head of a frame with this many maps that makes sense.
constexpr std::size_t most_head_bytes(std::size_t maps) { return 4096 + 256 * maps; }

pb::FrameHead head_of(const FrameRecord& record) {
  pb::FrameHead head;
  head.set_source_frame(record.source_frame);
  head.set_repeats_previous(record.repeats_previous);
  if (record.top1 >= 0) head.set_top1(record.top1);
  if (record.fidelity) {
    pb::Fidelity* fidelity = head.mutable_fidelity();
    fidelity->set_top1_agrees(record.fidelity->top1_agrees);
    fidelity->set_top5_agrees(record.fidelity->top5_agrees);
    fidelity->set_logit_cosine(record.fidelity->logit_cosine);
    fidelity->set_logit_max_difference(record.fidelity->logit_max_difference);
  }
  return head;
}

void read_head(const pb::FrameHead& head, FrameRecord& record) {
  record.source_frame = head.source_frame();
  record.repeats_previous = head.repeats_previous();
  record.top1 = head.has_top1() ? head.top1() : -1;
  record.fidelity.reset();
  if (head.has_fidelity()) {
    const pb::Fidelity& fidelity = head.fidelity();
    record.fidelity = Fidelity{fidelity.top1_agrees(), fidelity.top5_agrees(),
                               fidelity.logit_cosine(), fidelity.logit_max_difference()};
  }
}

/// Which encoding a record asks for: what its place in the stream allows.
MapEncoding wanted_encoding(std::int64_t frame) {
  if (frame == 0) return MapEncoding::kFirst;
  return is_key_frame(frame) ? MapEncoding::kKey : MapEncoding::kPredicted;
}

/// Appends the values at the ones of `map.active`, in their order.
std::size_t append_values(const MapBits& map, Bytes& out) {
  DELTASIM_INVARIANT(map.values.size() == map.active.size(), "values come for whole maps");
  const std::size_t begin = out.size();
  for (std::size_t w = 0; w < map.active.words().size(); ++w) {
    for (std::uint64_t word = map.active.words()[w]; word != 0; word &= word - 1) {
      const float value = map.values[w * 64 + static_cast<std::size_t>(std::countr_zero(word))];
      const auto* bytes = reinterpret_cast<const std::uint8_t*>(&value);
      out.insert(out.end(), bytes, bytes + sizeof value);
    }
  }
  return out.size() - begin;
}

/// Zero everywhere but at the ones of `map.active`.
bool read_values(ByteView bytes, MapBits& map) {
  if (bytes.size() != map.active.count() * sizeof(float)) return false;
  map.values.assign(map.active.size(), 0);
  const std::uint8_t* at = bytes.data();
  for (std::size_t w = 0; w < map.active.words().size(); ++w) {
    for (std::uint64_t word = map.active.words()[w]; word != 0; word &= word - 1) {
      const auto element = w * 64 + static_cast<std::size_t>(std::countr_zero(word));
      std::memcpy(&map.values[element], at, sizeof(float));
      at += sizeof(float);
    }
  }
  return true;
}

/// Walks the bit streams behind a frame's head, map by map.
class BodyReader {
 public:
  BodyReader(ByteView data, bool has_values) : data_(data), has_values_(has_values) {}

  bool map(const pb::MapHead& head, const Shape& shape, const MapBits* previous, MapBits& out) {
    const auto encoding = static_cast<MapEncoding>(head.encoding());
    const std::size_t count = stream_count(encoding);
    if (count == 0 || head.stream_bytes_size() != static_cast<int>(count)) return false;
    if (needs_previous(encoding) && previous == nullptr) return false;
    const std::uint8_t* streams[kMostStreams + 1];
    for (std::size_t i = 0; i < count; ++i) {
      const std::optional<ByteView> bytes = take(head.stream_bytes(static_cast<int>(i)));
      if (!bytes) return false;
      streams[i] = bytes->data();
    }
    streams[count] = data_.data() + at_;
    if (!decode_map(encoding, shape, {streams, count + 1}, previous, out)) return false;
    const std::optional<ByteView> values = take(head.values_bytes());
    if (!values) return false;
    if (has_values_) return read_values(*values, out);
    out.values.clear();
    return values->empty();
  }
  bool at_end() const { return at_ == data_.size(); }

 private:
  std::optional<ByteView> take(std::size_t bytes) {
    if (bytes > data_.size() - at_) return std::nullopt;
    at_ += bytes;
    return data_.subspan(at_ - bytes, bytes);
  }

  ByteView data_;
  bool has_values_;
  std::size_t at_ = 0;
};

/// Room that the decoders of a stream's maps may read behind the body.
std::size_t slack(const StreamInfo& stream) {
  std::size_t most = 0;
  for (const RecordedMap& map : stream.maps) {
    most = std::max(most, decode_slack(static_cast<std::size_t>(map.shape.elements())));
  }
  return most;
}

}  // namespace

void FrameEncoder::encode(const StreamInfo& stream, const FrameRecord& record,
                          const std::vector<MapBits>* previous, Bytes& payload) {
  DELTASIM_INVARIANT(record.maps.size() == stream.maps.size(), "a frame has all maps");
  pb::FrameHead head = head_of(record);
  data_.clear();
  std::vector<std::size_t> lengths{0};
  for (std::size_t i = 0; i < record.maps.size(); ++i) {
    stream_bytes_.clear();
    const MapEncoding used =
        maps_.encode(wanted_encoding(record.frame), stream.maps[i].shape, record.maps[i],
                     previous == nullptr ? nullptr : &(*previous)[i], data_, stream_bytes_);
    pb::MapHead* map = head.add_maps();
    map->set_encoding(static_cast<pb::Encoding>(used));
    map->mutable_stream_bytes()->Add(stream_bytes_.begin(), stream_bytes_.end());
    lengths.insert(lengths.end(), stream_bytes_.begin(), stream_bytes_.end());
    if (!has_values_) continue;
    lengths.push_back(append_values(record.maps[i], data_));
    map->set_values_bytes(lengths.back());
  }
  std::string head_bytes(kHeadLengthBytes, '\0');
  head.AppendToString(&head_bytes);
  const auto head_length = static_cast<std::uint32_t>(head_bytes.size() - kHeadLengthBytes);
  std::memcpy(head_bytes.data(), &head_length, kHeadLengthBytes);

  std::vector<ByteView> pieces;
  pieces.emplace_back(reinterpret_cast<const std::uint8_t*>(head_bytes.data()), head_bytes.size());
  std::size_t at = 0;
  for (const std::size_t length : lengths) {
    pieces.emplace_back(data_.data() + at, length);
    at += length;
  }
  compressor_.compress(pieces, payload);
}

std::uint64_t FrameDecoder::most_body_bytes(const StreamInfo& stream) const {
  std::uint64_t bytes = most_head_bytes(stream.maps.size());
  for (const RecordedMap& map : stream.maps) {
    const auto elements = static_cast<std::uint64_t>(map.shape.elements());
    bytes += elements / 4 + kMostStreams + (has_values_ ? elements * sizeof(float) : 0);
  }
  return bytes;
}

std::uint64_t FrameDecoder::most_payload_bytes(const StreamInfo& stream) const {
  // Twice, since whoever writes need not compress well.
  return 2 * ZSTD_compressBound(most_body_bytes(stream)) + 4096;
}

bool FrameDecoder::decode(const StreamInfo& stream, ByteView payload,
                          const std::vector<MapBits>* previous, FrameRecord& record) {
  const std::optional<std::size_t> length =
      decompressor_.decompress(payload, most_body_bytes(stream), slack(stream), body_);
  std::uint32_t head_length = 0;
  if (!length || *length < kHeadLengthBytes) return false;
  std::memcpy(&head_length, body_.data(), kHeadLengthBytes);
  if (head_length > *length - kHeadLengthBytes ||
      head_length > most_head_bytes(stream.maps.size())) {
    return false;
  }
  pb::FrameHead head;
  if (!head.ParseFromArray(body_.data() + kHeadLengthBytes, static_cast<int>(head_length)) ||
      head.maps_size() != static_cast<int>(stream.maps.size())) {
    return false;
  }
  read_head(head, record);
  record.maps.resize(stream.maps.size());
  const std::size_t data_at = kHeadLengthBytes + head_length;
  BodyReader body(ByteView(body_).subspan(data_at, *length - data_at), has_values_);
  for (std::size_t i = 0; i < stream.maps.size(); ++i) {
    if (!body.map(head.maps(static_cast<int>(i)), stream.maps[i].shape,
                  previous == nullptr ? nullptr : &(*previous)[i], record.maps[i])) {
      return false;
    }
  }
  return body.at_end();
}

}  // namespace deltasim
