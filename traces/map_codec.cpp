#include "traces/map_codec.h"

#include <algorithm>
#include <array>

#include "arch/errors.h"
#include "traces/bit_kernels.h"

static_assert(std::endian::native == std::endian::little,
              "the file's bits are little endian, and so are the words they are moved with");

namespace deltasim {
namespace {

// One word at a time: contexts cut the 64 elements into classes of like behaviour, and every
// class has a stream of its own. Encoder and decoder are the same walk, once with a sink and
// once with a source for each class; docs/trace-format.md has the contexts in words.

/// Smallest multiple of `step` elements that reaches over a word.
std::size_t reach(std::int64_t step) {
  const auto unit = static_cast<std::size_t>(step);
  return unit * ((63 + unit) / unit);
}

/// What the walk needs to know of a map.
struct Geometry {
  explicit Geometry(const Shape& shape)
      : bits(static_cast<std::size_t>(shape.elements())),
        words((bits + 63) / 64),
        left(reach(shape.channels)),
        up(reach(std::int64_t{shape.width} * shape.channels)) {}

  /// Ones where word `word` has elements.
  DELTASIM_KERNEL std::uint64_t valid(std::size_t word) const {
    const bool cut = word + 1 == words && bits % 64 != 0;
    return cut ? (std::uint64_t{1} << (bits % 64)) - 1 : ~std::uint64_t{0};
  }

  std::size_t bits;
  std::size_t words;
  Neighbour left;  ///< the same channel of the pixel before, or of the first one over a word away
  Neighbour up;    ///< the same channel of the row before
};

template <typename Bits>
DELTASIM_KERNEL void split(std::uint64_t word, std::uint64_t mask, BitSink& sink) {
  sink.put(Bits::extract(word, mask), Bits::count(mask));
}
template <typename Bits>
DELTASIM_KERNEL std::uint64_t join(std::uint64_t mask, BitSource& source) {
  const std::uint64_t word = Bits::deposit(source.peek(), mask);
  source.skip(Bits::count(mask));
  return word;
}

/// The four classes of two context bits.
struct FourClasses {
  DELTASIM_KERNEL FourClasses(std::uint64_t low, std::uint64_t high, std::uint64_t valid)
      : mask{valid & ~low & ~high, valid & low & ~high, valid & ~low & high, valid & low & high} {}
  template <typename Bits>
  DELTASIM_KERNEL void split_word(std::uint64_t word, BitSink* sinks) const {
    for (std::size_t i = 0; i < 4; ++i) split<Bits>(word, mask[i], sinks[i]);
  }
  template <typename Bits>
  DELTASIM_KERNEL std::uint64_t join_word(BitSource* sources) const {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < 4; ++i) word |= join<Bits>(mask[i], sources[i]);
    return word;
  }
  std::uint64_t mask[4];
};

/// Raw words of one frame's map, and of the frame before where there is one.
struct Words {
  std::uint64_t* active;
  std::uint64_t* delta;
  const std::uint64_t* previous_active;
  const std::uint64_t* previous_delta;
};

// ---- Contexts -------------------------------------------------------------------------------

DELTASIM_KERNEL FourClasses active_classes(const Geometry& map, const Words& bits, std::size_t w) {
  return {map.left.of(bits.active, w), map.up.of(bits.active, w), map.valid(w)};
}
DELTASIM_KERNEL FourClasses key_delta_classes(const Geometry& map, const Words& bits,
                                              std::size_t w) {
  return {bits.active[w], map.left.of(bits.delta, w) | map.up.of(bits.delta, w), map.valid(w)};
}
/// How much was there before: not active and not changed, one of them, both. The neighbours would
/// add little to that (1 to 8 % smaller files for twice the time of decoding).
struct PreviousClasses {
  DELTASIM_KERNEL PreviousClasses(const Geometry& map, const Words& bits, std::size_t w) {
    const std::uint64_t active = bits.previous_active[w];
    const std::uint64_t delta = bits.previous_delta[w];
    mask[0] = map.valid(w) & ~(active | delta);
    mask[1] = active ^ delta;
    mask[2] = active & delta;
  }
  std::uint64_t mask[3];
};

// ---- Walks ----------------------------------------------------------------------------------

// The walks work on copies of everything they are given: nothing that is stored can then change
// a sink, a source or the geometry, and the compiler keeps them in registers.

/// The sinks or sources of one walk; what they have become is put back in the end.
template <typename Stream, std::size_t kCount>
class Borrowed {
 public:
  DELTASIM_KERNEL explicit Borrowed(Stream* lender) : lender_(lender) {
    std::copy_n(lender, kCount, streams_.begin());
  }
  DELTASIM_KERNEL ~Borrowed() { std::copy_n(streams_.begin(), kCount, lender_); }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;
  DELTASIM_KERNEL Stream* data() { return streams_.data(); }
  DELTASIM_KERNEL Stream& operator[](std::size_t i) { return streams_[i]; }

 private:
  Stream* lender_;
  std::array<Stream, kCount> streams_;
};

template <typename Bits>
DELTASIM_KERNEL void encode_active(const Geometry map, const Words bits, BitSink* sinks) {
  Borrowed<BitSink, 4> to(sinks);
  for (std::size_t w = 0; w < map.words; ++w) {
    active_classes(map, bits, w).split_word<Bits>(bits.active[w], to.data());
  }
}
template <typename Bits>
DELTASIM_KERNEL void decode_active(const Geometry map, const Words bits, BitSource* sources) {
  Borrowed<BitSource, 4> from(sources);
  for (std::size_t w = 0; w < map.words; ++w) {
    bits.active[w] = active_classes(map, bits, w).join_word<Bits>(from.data());
  }
}
template <typename Bits>
DELTASIM_KERNEL void encode_key_delta(const Geometry map, const Words bits, BitSink* sinks) {
  Borrowed<BitSink, 4> to(sinks);
  for (std::size_t w = 0; w < map.words; ++w) {
    key_delta_classes(map, bits, w).split_word<Bits>(bits.delta[w], to.data());
  }
}
template <typename Bits>
DELTASIM_KERNEL void decode_key_delta(const Geometry map, const Words bits, BitSource* sources) {
  Borrowed<BitSource, 4> from(sources);
  for (std::size_t w = 0; w < map.words; ++w) {
    bits.delta[w] = key_delta_classes(map, bits, w).join_word<Bits>(from.data());
  }
}
template <typename Bits>
DELTASIM_KERNEL void encode_predicted(const Geometry map, const Words bits, BitSink* sinks) {
  Borrowed<BitSink, 4> to(sinks);
  for (std::size_t w = 0; w < map.words; ++w) {
    const PreviousClasses before(map, bits, w);
    const std::uint64_t delta = bits.delta[w];
    for (std::size_t i = 0; i < 3; ++i) split<Bits>(delta, before.mask[i], to[i]);
    // Changed elements that were active: the only ones whose activity is open.
    split<Bits>(bits.active[w], delta & bits.previous_active[w], to[3]);
  }
}
template <typename Bits>
DELTASIM_KERNEL void decode_predicted(const Geometry map, const Words bits, BitSource* sources) {
  Borrowed<BitSource, 4> from(sources);
  for (std::size_t w = 0; w < map.words; ++w) {
    const PreviousClasses before(map, bits, w);
    std::uint64_t delta = 0;
    for (std::size_t i = 0; i < 3; ++i) delta |= join<Bits>(before.mask[i], from[i]);
    const std::uint64_t active = bits.previous_active[w];
    bits.delta[w] = delta;
    bits.active[w] = (active ^ delta) | join<Bits>(delta & active, from[3]);
  }
}

template <typename Bits>
DELTASIM_KERNEL void encode_words(MapEncoding encoding, const Geometry& map, const Words& bits,
                                  BitSink* sinks) {
  if (encoding == MapEncoding::kPredicted) return encode_predicted<Bits>(map, bits, sinks);
  encode_active<Bits>(map, bits, sinks);
  if (encoding == MapEncoding::kKey) encode_key_delta<Bits>(map, bits, sinks + 4);
}
template <typename Bits>
DELTASIM_KERNEL void decode_words(MapEncoding encoding, const Geometry& map, const Words& bits,
                                  BitSource* sources) {
  if (encoding == MapEncoding::kPredicted) return decode_predicted<Bits>(map, bits, sources);
  decode_active<Bits>(map, bits, sources);
  if (encoding == MapEncoding::kKey) decode_key_delta<Bits>(map, bits, sources + 4);
}

// ---- Choice of the processor's instructions ---------------------------------------------------

#ifdef DELTASIM_HAS_BMI2_KERNELS
DELTASIM_TARGET_BMI2 void encode_bmi2(MapEncoding encoding, const Geometry& map, const Words& bits,
                                      BitSink* sinks) {
  encode_words<Bmi2Bits>(encoding, map, bits, sinks);
}
DELTASIM_TARGET_BMI2 void decode_bmi2(MapEncoding encoding, const Geometry& map, const Words& bits,
                                      BitSource* sources) {
  decode_words<Bmi2Bits>(encoding, map, bits, sources);
}
#endif

void encode_any(bool best, MapEncoding encoding, const Geometry& map, const Words& bits,
                BitSink* sinks) {
#ifdef DELTASIM_HAS_BMI2_KERNELS
  if (best && has_bmi2()) return encode_bmi2(encoding, map, bits, sinks);
#endif
  static_cast<void>(best);
  encode_words<PortableBits>(encoding, map, bits, sinks);
}
void decode_any(bool best, MapEncoding encoding, const Geometry& map, const Words& bits,
                BitSource* sources) {
#ifdef DELTASIM_HAS_BMI2_KERNELS
  if (best && has_bmi2()) return decode_bmi2(encoding, map, bits, sources);
#endif
  static_cast<void>(best);
  decode_words<PortableBits>(encoding, map, bits, sources);
}

// ---- Relations that the encodings rely on -----------------------------------------------------

bool equal(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) {
  return std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

/// An element that did not change is as active as before; one that changed was or is active.
bool consistent(const MapBits& now, const MapBits& previous) {
  const auto active = now.active.words();
  const auto delta = now.delta.words();
  const auto before = previous.active.words();
  std::uint64_t wrong = 0;
  for (std::size_t w = 0; w < active.size(); ++w) {
    wrong |= ((active[w] ^ before[w]) & ~delta[w]) | (delta[w] & ~active[w] & ~before[w]);
  }
  return wrong == 0;
}

MapEncoding usable(MapEncoding wanted, const MapBits& now, const MapBits* previous) {
  if (wanted == MapEncoding::kFirst && !equal(now.active.words(), now.delta.words())) {
    return MapEncoding::kPlain;
  }
  if (needs_previous(wanted) && !consistent(now, *previous)) return MapEncoding::kPlain;
  return wanted;
}

std::uint64_t* writable(const Bitmap& map) {
  return const_cast<std::uint64_t*>(map.words().data());  // the encoder does not write
}

void append_plain(const Bitmap& map, std::vector<std::uint8_t>& out,
                  std::vector<std::uint32_t>& stream_bytes) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(map.words().data());
  const std::size_t count = (map.size() + 7) / 8;
  out.insert(out.end(), bytes, bytes + count);
  stream_bytes.push_back(static_cast<std::uint32_t>(count));
}

/// Copies `bytes` of plain bits; bits beyond the map's end must be zero.
bool read_plain(const std::uint8_t* begin, const std::uint8_t* end, Bitmap& map) {
  const std::size_t count = (map.size() + 7) / 8;
  if (static_cast<std::size_t>(end - begin) != count) return false;
  if (count == 0) return true;
  map.words().back() = 0;
  std::memcpy(map.words().data(), begin, count);
  return map.size() % 64 == 0 || map.words().back() >> (map.size() % 64) == 0;
}

void fit(Bitmap& map, std::size_t bits) {
  if (map.size() != bits) map = Bitmap(bits);
}

}  // namespace

std::size_t stream_count(MapEncoding encoding) {
  switch (encoding) {
    case MapEncoding::kPlain:
      return 2;
    case MapEncoding::kFirst:
      return 4;
    case MapEncoding::kKey:
      return 8;
    case MapEncoding::kPredicted:
      return 4;
  }
  return 0;
}

MapEncoder::MapEncoder(BitKernels kernels) : best_(kernels == BitKernels::kBest) {}

MapEncoding MapEncoder::encode(MapEncoding wanted, const Shape& shape, const MapBits& now,
                               const MapBits* previous, std::vector<std::uint8_t>& out,
                               std::vector<std::uint32_t>& stream_bytes) {
  const Geometry map(shape);
  DELTASIM_INVARIANT(now.active.size() == map.bits && now.delta.size() == map.bits,
                     "a map's bitmaps have its size");
  const MapEncoding encoding = usable(wanted, now, previous);
  if (encoding == MapEncoding::kPlain) {
    append_plain(now.active, out, stream_bytes);
    append_plain(now.delta, out, stream_bytes);
    return encoding;
  }
  const std::size_t room = map.words * 8 + 8;
  const std::size_t streams = stream_count(encoding);
  if (scratch_.size() < room * streams) scratch_.resize(room * streams);
  std::vector<BitSink> sinks;
  for (std::size_t i = 0; i < streams; ++i) sinks.emplace_back(scratch_.data() + i * room);
  const bool has = previous != nullptr;
  const Words words{writable(now.active), writable(now.delta),
                    has ? previous->active.words().data() : nullptr,
                    has ? previous->delta.words().data() : nullptr};
  encode_any(best_, encoding, map, words, sinks.data());
  for (std::size_t i = 0; i < streams; ++i) {
    const std::uint8_t* begin = scratch_.data() + i * room;
    const std::size_t bytes = sinks[i].finish();
    out.insert(out.end(), begin, begin + bytes);
    stream_bytes.push_back(static_cast<std::uint32_t>(bytes));
  }
  return encoding;
}

bool decode_map(MapEncoding encoding, const Shape& shape,
                std::span<const std::uint8_t* const> streams, const MapBits* previous, MapBits& now,
                BitKernels kernels) {
  const Geometry map(shape);
  const std::size_t count = stream_count(encoding);
  if (count == 0 || streams.size() != count + 1) return false;
  fit(now.active, map.bits);
  fit(now.delta, map.bits);
  if (encoding == MapEncoding::kPlain) {
    return read_plain(streams[0], streams[1], now.active) &&
           read_plain(streams[1], streams[2], now.delta);
  }
  const bool has = previous != nullptr;
  DELTASIM_INVARIANT(has || !needs_previous(encoding), "a predicted map has one to predict from");
  std::array<BitSource, kMostStreams> sources;
  for (std::size_t i = 0; i < count; ++i) sources[i] = BitSource(streams[i]);
  const Words words{now.active.words().data(), now.delta.words().data(),
                    has ? previous->active.words().data() : nullptr,
                    has ? previous->delta.words().data() : nullptr};
  decode_any(kernels == BitKernels::kBest, encoding, map, words, sources.data());
  for (std::size_t i = 0; i < count; ++i) {
    if (sources[i].bytes() != static_cast<std::size_t>(streams[i + 1] - streams[i])) return false;
  }
  if (encoding == MapEncoding::kFirst) now.delta = now.active;
  return true;
}

}  // namespace deltasim
