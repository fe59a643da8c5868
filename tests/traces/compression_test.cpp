#include "traces/compression.h"

#include <rapidcheck/boost_test.h>
#include <boost/test/unit_test.hpp>

#include <random>

namespace {

using namespace deltasim;

/// Bytes whose bits are one with this probability.
void append_noise(Bytes& out, std::size_t count, double density, std::mt19937& random) {
  std::bernoulli_distribution one(density);
  for (std::size_t i = 0; i < count; ++i) {
    unsigned byte = 0;
    for (unsigned bit = 0; bit < 8; ++bit) byte |= unsigned{one(random)} << bit;
    out.push_back(static_cast<std::uint8_t>(byte));
  }
}

Bytes decompressed(const Bytes& payload, std::size_t most) {
  Bytes out;
  const auto length = Decompressor().decompress(payload, most, 7, out);
  if (!length) return {};
  BOOST_TEST(out.size() >= *length + 7);
  out.resize(*length);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(compression_test)

RC_BOOST_PROP(bit_streams_survive, ()) {
  std::mt19937 random(*rc::gen::arbitrary<unsigned>());
  BitCompressor compressor;
  for (int round = 0; round < 2; ++round) {
    const auto count = *rc::gen::inRange(1, 24);
    Bytes content;
    std::vector<std::size_t> pieces;
    for (int i = 0; i < count; ++i) {
      pieces.push_back(*rc::gen::element<std::size_t>(0, 1, 30, 300, 900, 1500, 5000, 40000));
      const double density = *rc::gen::element(0.0, 0.02, 0.1, 0.2, 0.25, 0.3, 0.5);
      append_noise(content, pieces.back(), density, random);
    }
    Bytes payload;
    compressor.compress(content, pieces, payload);
    RC_ASSERT(decompressed(payload, content.size()) == content);
  }
}

BOOST_AUTO_TEST_CASE(long_streams_are_cut_into_blocks) {
  std::mt19937 random(1);
  Bytes content;
  append_noise(content, 700000, 0.05, random);
  append_noise(content, 300000, 0.5, random);
  Bytes payload;
  BitCompressor().compress(content, std::vector<std::size_t>{700000, 300000}, payload);
  BOOST_TEST(payload.size() > 450000U);
  BOOST_TEST(payload.size() < 620000U);  // 0.29 bits each of the first, 1 of the second
  BOOST_TEST((decompressed(payload, content.size()) == content));
}

BOOST_AUTO_TEST_CASE(nothing_compresses_to_nothing) {
  Bytes payload;
  BitCompressor().compress({}, {}, payload);
  Bytes out;
  BOOST_TEST(Decompressor().decompress(payload, 0, 0, out).value() == 0U);
}

BOOST_AUTO_TEST_CASE(content_beyond_the_bound_is_not_allocated) {
  const Bytes payload = compress_message(std::string(50'000'000, 'x'));
  BOOST_TEST(payload.size() < 10'000U);
  Bytes out;
  BOOST_TEST(!Decompressor().decompress(payload, 49'999'999, 0, out).has_value());
  BOOST_TEST(out.capacity() == 0U);
  BOOST_TEST(Decompressor().decompress(payload, 50'000'000, 0, out).value() == 50'000'000U);
}

BOOST_AUTO_TEST_CASE(damage_is_noticed_or_gives_some_content) {
  std::mt19937 random(1);
  Bytes content;
  append_noise(content, 20000, 0.1, random);
  Bytes payload;
  BitCompressor().compress(content, std::vector<std::size_t>{20000}, payload);
  for (std::size_t i = 0; i < payload.size(); i += 7) {
    Bytes flipped = payload;
    flipped[i] ^= 0x10U;
    decompressed(flipped, content.size());
  }
  BOOST_TEST(decompressed(Bytes{}, 100).empty());
  BOOST_TEST(decompressed(Bytes{1, 2, 3}, 100).empty());
}

BOOST_AUTO_TEST_SUITE_END()
