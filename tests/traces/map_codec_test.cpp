#include "traces/map_codec.h"

#include <rapidcheck/boost_test.h>
#include <boost/test/unit_test.hpp>

#include <random>

#include "traces/bit_kernels.h"

namespace {

using namespace deltasim;

struct MapPair {
  Shape shape;
  MapBits before;
  MapBits now;
};

/// Two frames of a map with values, so that active and delta belong together.
MapPair random_maps(const Shape& shape, double active, double changed, unsigned seed) {
  std::mt19937 random(seed);
  std::bernoulli_distribution is_active(active);
  std::bernoulli_distribution is_changed(changed);
  const auto elements = static_cast<std::size_t>(shape.elements());
  const MapBits empty{Bitmap(elements), Bitmap(elements), {}};
  MapPair maps{shape, empty, empty};
  for (std::size_t i = 0; i < elements; ++i) {
    const bool before = is_active(random);
    if (before) maps.before.active.set(i);
    if (is_changed(random)) maps.before.delta.set(i);
    const bool change = is_changed(random);
    const bool now = change ? !before || is_active(random) : before;
    if (change) maps.now.delta.set(i);
    if (now) maps.now.active.set(i);
  }
  return maps;
}

MapPair random_maps() {
  const Shape shape{*rc::gen::inRange(1, 9), *rc::gen::inRange(1, 9),
                    *rc::gen::element(1, 2, 3, 30, 63, 64, 65, 100, 128, 257)};
  const double active = *rc::gen::element(0.0, 0.02, 0.5, 0.9, 1.0);
  const double changed = *rc::gen::element(0.0, 0.02, 0.3, 1.0);
  return random_maps(shape, active, changed, *rc::gen::arbitrary<unsigned>());
}

/// Encodes with one kind of kernels, decodes with the other.
struct RoundTrip {
  MapEncoding used = MapEncoding::kPlain;
  std::vector<std::uint8_t> bytes;
  std::vector<std::uint32_t> lengths;
  bool whole = false;
  MapBits decoded;

  RoundTrip(MapEncoding wanted, const MapPair& maps, BitKernels encode, BitKernels decode) {
    MapEncoder encoder(encode);
    used = encoder.encode(wanted, maps.shape, maps.now, &maps.before, bytes, lengths);
    whole = decode_lengths(maps, decode);
  }
  bool decode_lengths(const MapPair& maps, BitKernels kernels) {
    std::vector<std::uint8_t> padded = bytes;
    padded.resize(bytes.size() + decode_slack(maps.now.active.size()));
    std::vector<const std::uint8_t*> streams{padded.data()};
    for (const std::uint32_t length : lengths) streams.push_back(streams.back() + length);
    return decode_map(used, maps.shape, streams, &maps.before, decoded, kernels);
  }
};

constexpr auto kBest = BitKernels::kBest;
constexpr auto kPortable = BitKernels::kPortable;

}  // namespace

BOOST_AUTO_TEST_SUITE(map_codec_test)

RC_BOOST_PROP(portable_kernels_equal_the_processors, (std::uint64_t word, std::uint64_t mask)) {
#ifdef DELTASIM_HAS_BMI2_KERNELS
  RC_PRE(has_bmi2());
  RC_ASSERT(PortableBits::extract(word, mask) == Bmi2Bits::extract(word, mask));
  RC_ASSERT(PortableBits::deposit(word, mask) == Bmi2Bits::deposit(word, mask));
  RC_ASSERT(PortableBits::count(word) == Bmi2Bits::count(word));
#else
  RC_ASSERT(PortableBits::extract(PortableBits::deposit(word, mask), mask) ==
            PortableBits::extract(word, ~std::uint64_t{0}) %
                (mask == ~std::uint64_t{0} ? 0 : std::uint64_t{1} << PortableBits::count(mask)));
#endif
}

RC_BOOST_PROP(sink_and_source_are_inverse, ()) {
  const auto words = *rc::gen::container<std::vector<std::pair<std::uint64_t, unsigned>>>(
      rc::gen::pair(rc::gen::arbitrary<std::uint64_t>(), rc::gen::inRange(0U, 65U)));
  std::vector<std::uint8_t> memory(words.size() * 8 + 32);
  BitSink sink(memory.data());
  for (const auto& [word, count] : words) {
    sink.put(count == 64 ? word : word & ((std::uint64_t{1} << count) - 1), count);
  }
  const std::size_t bytes = sink.finish();
  BitSource source(memory.data());
  for (const auto& [word, count] : words) {
    const std::uint64_t mask = count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
    RC_ASSERT((source.peek() & mask) == (word & mask));
    source.skip(count);
  }
  RC_ASSERT(source.bytes() == bytes);
}

RC_BOOST_PROP(maps_survive_every_encoding, ()) {
  const MapPair maps = random_maps();
  for (const auto wanted : {MapEncoding::kPlain, MapEncoding::kKey, MapEncoding::kPredicted}) {
    const RoundTrip trip(wanted, maps, kBest, kPortable);
    RC_ASSERT(trip.used == wanted);
    RC_ASSERT(trip.whole);
    RC_ASSERT(trip.decoded == maps.now);
    const RoundTrip other(wanted, maps, kPortable, kBest);
    RC_ASSERT(other.bytes == trip.bytes);
    RC_ASSERT(other.lengths == trip.lengths);
    RC_ASSERT(other.decoded == maps.now);
  }
}

RC_BOOST_PROP(first_frame_stores_no_delta, ()) {
  MapPair maps = random_maps();
  maps.now.delta = maps.now.active;
  const RoundTrip trip(MapEncoding::kFirst, maps, kBest, kPortable);
  RC_ASSERT(trip.used == MapEncoding::kFirst);
  RC_ASSERT(trip.whole);
  RC_ASSERT(trip.decoded == maps.now);
  RC_ASSERT(trip.bytes.size() <= (maps.now.active.size() + 7) / 8 + 4);
}

RC_BOOST_PROP(maps_that_contradict_themselves_are_stored_plainly, ()) {
  MapPair maps = random_maps();
  const std::size_t element = *rc::gen::inRange(std::size_t{0}, maps.now.active.size());
  const bool was = maps.before.active.test(element);
  for (auto* map : {&maps.now.active, &maps.now.delta}) {  // neither active nor changed
    map->words()[element / 64] &= ~(std::uint64_t{1} << (element % 64));
  }
  if (!was) maps.now.active.set(element);  // changed its activity without a delta
  const RoundTrip trip(MapEncoding::kPredicted, maps, kBest, kBest);
  RC_ASSERT(trip.used == MapEncoding::kPlain);
  RC_ASSERT(trip.whole);
  RC_ASSERT(trip.decoded == maps.now);
}

RC_BOOST_PROP(wrong_lengths_are_noticed, ()) {
  const MapPair maps = random_maps();
  RoundTrip trip(MapEncoding::kPredicted, maps, kBest, kBest);
  ++trip.lengths.back();
  RC_ASSERT(!trip.decode_lengths(maps, kBest));
}

RC_BOOST_PROP(noise_is_decoded_without_harm, ()) {
  const MapPair maps = random_maps();
  RoundTrip trip(*rc::gen::element(MapEncoding::kFirst, MapEncoding::kKey, MapEncoding::kPredicted),
                 maps, kBest, kBest);
  std::uint32_t total = 0;
  for (std::uint32_t& length : trip.lengths) total += length;
  for (std::uint8_t& byte : trip.bytes) byte = *rc::gen::arbitrary<std::uint8_t>();
  std::uint32_t left = total;
  for (std::uint32_t& length : trip.lengths) {
    length = *rc::gen::inRange(std::uint32_t{0}, left + 1);
    left -= length;
  }
  trip.decode_lengths(maps, kBest);
  RC_ASSERT(trip.decoded.active.size() == maps.now.active.size());
}

BOOST_AUTO_TEST_CASE(unknown_encoding_has_no_streams) {
  BOOST_TEST(stream_count(static_cast<MapEncoding>(0)) == 0U);
  BOOST_TEST(stream_count(static_cast<MapEncoding>(9)) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
