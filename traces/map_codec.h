#pragma once
// The bits of one map in one frame to and from the bit streams of a frame record: predicted from
// what the reader already knows, so that an entropy coder finds little left.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "traces/trace.h"

namespace deltasim {

/// How a map's bits stand in its record; the numbers are those of the file.
enum class MapEncoding : std::uint8_t {
  kPlain = 1,      ///< active, delta; for writers that want no more
  kFirst = 2,      ///< delta equals active, which is split by its neighbours
  kKey = 3,        ///< active split by its neighbours, delta split by active and its neighbours
  kPredicted = 4,  ///< delta split by the previous frame's bits, then what it leaves open of active
};

/// Whether decoding needs the previous frame's bits.
constexpr bool needs_previous(MapEncoding encoding) { return encoding == MapEncoding::kPredicted; }

/// Most bit streams that an encoding has.
inline constexpr std::size_t kMostStreams = 8;
/// Number of bit streams of an encoding; 0 where it is unknown.
std::size_t stream_count(MapEncoding encoding);

/// Bytes that must be readable behind the last stream of a map of this many bits when it is
/// decoded: with damaged lengths the decoder runs past a stream's end and notices afterwards.
constexpr std::size_t decode_slack(std::size_t bits) { return bits / 8 + 64; }

/// Plain or processor-specific instructions; results are equal.
enum class BitKernels : std::uint8_t { kBest, kPortable };

/// Encodes maps; keeps its scratch memory between calls.
class MapEncoder {
 public:
  explicit MapEncoder(BitKernels kernels = BitKernels::kBest);

  /// Appends the streams of `now` to `out` and their lengths to `stream_bytes`. Falls back to
  /// kPlain where `now` contradicts the relation between active and delta that `wanted` uses.
  /// @param previous of frame t-1; may be null unless wanted == kPredicted
  /// @return the encoding that was used
  MapEncoding encode(MapEncoding wanted, const Shape& shape, const MapBits& now,
                     const MapBits* previous, std::vector<std::uint8_t>& out,
                     std::vector<std::uint32_t>& stream_bytes);

 private:
  bool best_;
  std::vector<std::uint8_t> scratch_;
};

/// Decodes into `now`, whose bitmaps get the shape's size.
/// @param streams one pointer a stream and, as last, the end of the last one;
///        decode_slack(bits) readable bytes follow that
/// @param previous of frame t-1; may be null unless needs_previous(encoding)
/// @return false where the lengths do not fit the bits
bool decode_map(MapEncoding encoding, const Shape& shape,
                std::span<const std::uint8_t* const> streams, const MapBits* previous, MapBits& now,
                BitKernels kernels = BitKernels::kBest);

}  // namespace deltasim
