#pragma once
// A frame record's content: a Protobuf head, and behind it the bit streams of each map, compressed
// map by map, so that a map passes through decompression and decoding while it is in the cache.

#include <cstdint>
#include <string>
#include <vector>

#include "traces/compression.h"
#include "traces/map_codec.h"
#include "traces/trace.h"

namespace deltasim {

/// Each stream's records that can be decoded without the ones before: frame 0 and every 16th.
inline constexpr std::int64_t kKeyInterval = 16;
constexpr bool is_key_frame(std::int64_t frame) { return frame % kKeyInterval == 0; }

/// Frame records of a trace to payloads. One object a thread.
class FrameEncoder {
 public:
  explicit FrameEncoder(bool has_values) : has_values_(has_values) {}

  /// @param previous maps of the frame before in the same stream; may be null for a key frame
  void encode(const StreamInfo& stream, const FrameRecord& record,
              const std::vector<MapBits>* previous, Bytes& payload);

 private:
  bool has_values_;
  MapEncoder maps_;
  BitCompressor compressor_;
  // Scratch: of one map, one map compressed, all maps compressed.
  Bytes streams_;
  std::vector<std::uint32_t> stream_bytes_;
  Bytes compressed_;
  Bytes data_;
};

/// Payloads to frame records. One object a thread.
class FrameDecoder {
 public:
  explicit FrameDecoder(bool has_values) : has_values_(has_values) {}

  /// Longest payload that a frame of this stream can have.
  std::uint64_t most_payload_bytes(const StreamInfo& stream) const;
  /// Fills everything of `record` but its stream and frame.
  /// @param state maps of the frame before, which become those of this frame
  /// @param known whether `state` is that; otherwise the frame must be a key frame
  /// @return false where the payload makes no sense; `state` then means nothing any more
  bool decode(const StreamInfo& stream, ByteView payload, std::vector<MapBits>& state, bool known,
              FrameRecord& record);

 private:
  bool has_values_;
  Decompressor decompressor_;
  Bytes map_;
};

}  // namespace deltasim
