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

/// Takes a map's streams and values from its decompressed bytes.
class MapReader {
 public:
  MapReader(ByteView data, bool has_values) : data_(data), has_values_(has_values) {}

  bool read(const pb::MapHead& head, const Shape& shape, const MapBits* previous, MapBits& out) {
    const auto encoding = static_cast<MapEncoding>(head.encoding());
    const std::size_t count = stream_count(encoding);
    if (count == 0 || head.stream_bytes_size() != static_cast<int>(count)) return false;
    if (needs_previous(encoding) && previous == nullptr) return false;
    const std::uint8_t* streams[kMostStreams + 1];
    for (std::size_t i = 0; i < count; ++i) {
      streams[i] = data_.data() + at_;
      if (!skip(head.stream_bytes(static_cast<int>(i)))) return false;
    }
    streams[count] = data_.data() + at_;
    return decode_map(encoding, shape, {streams, count + 1}, previous, out) &&
           values(head.values_bytes(), out) && at_ == data_.size();
  }

 private:
  bool skip(std::uint64_t bytes) {
    if (bytes > data_.size() - at_) return false;
    at_ += bytes;
    return true;
  }
  bool values(std::uint64_t bytes, MapBits& out) {
    const std::size_t begin = at_;
    if (!skip(bytes)) return false;
    if (has_values_) return read_values(data_.subspan(begin, bytes), out);
    out.values.clear();
    return bytes == 0;
  }

  ByteView data_;
  bool has_values_;
  std::size_t at_ = 0;
};

/// Longest content of a map of this shape.
std::size_t most_map_bytes(const Shape& shape, bool has_values) {
  const auto elements = static_cast<std::size_t>(shape.elements());
  return elements / 4 + kMostStreams + (has_values ? elements * sizeof(float) : 0);
}

/// The head behind its length; nothing where it makes no sense.
std::optional<pb::FrameHead> parse_head(const StreamInfo& stream, ByteView payload,
                                        std::size_t& data_at) {
  std::uint32_t length = 0;
  if (payload.size() < kHeadLengthBytes) return std::nullopt;
  std::memcpy(&length, payload.data(), kHeadLengthBytes);
  if (length > payload.size() - kHeadLengthBytes || length > most_head_bytes(stream.maps.size())) {
    return std::nullopt;
  }
  data_at = kHeadLengthBytes + length;
  pb::FrameHead head;
  if (!head.ParseFromArray(payload.data() + kHeadLengthBytes, static_cast<int>(length)) ||
      head.maps_size() != static_cast<int>(stream.maps.size())) {
    return std::nullopt;
  }
  return head;
}

}  // namespace

void FrameEncoder::encode(const StreamInfo& stream, const FrameRecord& record,
                          const std::vector<MapBits>* previous, Bytes& payload) {
  DELTASIM_INVARIANT(record.maps.size() == stream.maps.size(), "a frame has all maps");
  pb::FrameHead head = head_of(record);
  data_.clear();
  for (std::size_t i = 0; i < record.maps.size(); ++i) {
    streams_.clear();
    stream_bytes_.clear();
    const MapEncoding used =
        maps_.encode(wanted_encoding(record.frame), stream.maps[i].shape, record.maps[i],
                     previous == nullptr ? nullptr : &(*previous)[i], streams_, stream_bytes_);
    pb::MapHead* map = head.add_maps();
    map->set_encoding(static_cast<pb::Encoding>(used));
    map->mutable_stream_bytes()->Add(stream_bytes_.begin(), stream_bytes_.end());
    std::vector<std::size_t> pieces(stream_bytes_.begin(), stream_bytes_.end());
    if (has_values_) {
      pieces.push_back(append_values(record.maps[i], streams_));
      map->set_values_bytes(pieces.back());
    }
    compressor_.compress(streams_, pieces, compressed_);
    map->set_data_bytes(compressed_.size());
    data_.insert(data_.end(), compressed_.begin(), compressed_.end());
  }
  const std::string bytes = head.SerializeAsString();
  const auto length = static_cast<std::uint32_t>(bytes.size());
  payload.resize(kHeadLengthBytes);
  std::memcpy(payload.data(), &length, kHeadLengthBytes);
  payload.insert(payload.end(), bytes.begin(), bytes.end());
  payload.insert(payload.end(), data_.begin(), data_.end());
}

std::uint64_t FrameDecoder::most_payload_bytes(const StreamInfo& stream) const {
  std::uint64_t bytes = kHeadLengthBytes + most_head_bytes(stream.maps.size());
  for (const RecordedMap& map : stream.maps) {
    // Twice and more, since whoever writes need not compress well.
    bytes += 2 * ZSTD_compressBound(most_map_bytes(map.shape, has_values_)) + 1024;
  }
  return bytes;
}

bool FrameDecoder::decode(const StreamInfo& stream, ByteView payload, std::vector<MapBits>& state,
                          bool known, FrameRecord& record) {
  std::size_t at = 0;
  const std::optional<pb::FrameHead> head = parse_head(stream, payload, at);
  if (!head) return false;
  read_head(*head, record);
  record.maps.resize(stream.maps.size());
  state.resize(stream.maps.size());
  for (std::size_t i = 0; i < stream.maps.size(); ++i) {
    const pb::MapHead& map = head->maps(static_cast<int>(i));
    const Shape& shape = stream.maps[i].shape;
    if (map.data_bytes() > payload.size() - at) return false;
    const std::optional<std::size_t> length = decompressor_.decompress(
        payload.subspan(at, map.data_bytes()), most_map_bytes(shape, has_values_),
        decode_slack(static_cast<std::size_t>(shape.elements())), map_);
    if (!length) return false;
    MapReader reader(ByteView(map_).first(*length), has_values_);
    if (!reader.read(map, shape, known ? &state[i] : nullptr, record.maps[i])) return false;
    state[i] = record.maps[i];
    at += map.data_bytes();
  }
  return at == payload.size();
}

}  // namespace deltasim
