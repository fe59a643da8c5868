#include "sim/components/encoder/activation_format.h"

#include <boost/test/unit_test.hpp>
#include <vector>

#include "tests/sim/engine_support.h"

namespace deltasim {
namespace {

using namespace test;

/// The elements of a box one by one, as the encoder would see them.
std::vector<bool> elements_of(const Shape& shape, const Bitmap& bits, Range pixels,
                              Range channels) {
  std::vector<bool> elements;
  for (int pixel = pixels.begin; pixel < pixels.end; ++pixel) {
    for (int c = channels.begin; c < channels.end; ++c) {
      elements.push_back(bits.test(static_cast<std::size_t>(pixel * shape.channels + c)));
    }
  }
  return elements;
}

std::int64_t run_length_pairs(const std::vector<bool>& elements) {
  std::int64_t pairs = 0;
  int run = 0;
  for (const bool one : elements) {
    if (one || run == 31) {
      ++pairs;
      run = 0;
    } else {
      ++run;
    }
  }
  return pairs + (run > 0 ? 1 : 0);
}

EncodedSize naive(ActivationFormat format, const Shape& shape, const std::vector<bool>& elements,
                  std::int64_t bits, int position) {
  (void)shape;
  const auto all = static_cast<std::int64_t>(elements.size());
  const std::int64_t ones = std::count(elements.begin(), elements.end(), true);
  switch (format) {
    case ActivationFormat::kDense:
      return {all * bits, 0};
    case ActivationFormat::kBitmask:
      return {ones * bits, all};
    case ActivationFormat::kCoordinate:
      return {ones * bits, ones * position};
    case ActivationFormat::kRunLength:
      break;
  }
  const std::int64_t pairs = run_length_pairs(elements);
  const std::int64_t a_word = 63 / (5 + bits);
  return {pairs * bits, (pairs + a_word - 1) / a_word * 64 - pairs * bits};
}

BOOST_AUTO_TEST_SUITE(activation_format_test)

BOOST_AUTO_TEST_CASE(sizes_equal_an_encoder_that_goes_element_by_element) {
  Dice dice(1);
  std::mt19937_64 random(1);
  const Shape shape{5, 7, 70};  // 3 + 3 + 7 bits of position
  for (int i = 0; i < 300; ++i) {
    const Bitmap bits =
        random_bitmap(shape.elements(), dice.one_of({0.0, 0.01, 0.1, 0.5, 1.0}), random);
    const int first = dice.between(0, 34);
    const Range pixels{first, dice.between(first + 1, 35)};
    const int c = dice.between(0, 69);
    const Range channels =
        dice.between(0, 2) == 0 ? Range{0, 70} : Range{c, dice.between(c + 1, 70)};
    for (const auto format : {ActivationFormat::kDense, ActivationFormat::kBitmask,
                              ActivationFormat::kRunLength, ActivationFormat::kCoordinate}) {
      const EncodedSize expected =
          naive(format, shape, elements_of(shape, bits, pixels, channels), 8, 13);
      const EncodedSize size = encoded_box(format, shape, &bits, pixels, channels, 8);
      BOOST_TEST(size.value_bits == expected.value_bits);
      BOOST_TEST(size.index_bits == expected.index_bits);
    }
  }
}

BOOST_AUTO_TEST_CASE(eyeriss_packs_three_pairs_of_16_bits_into_a_word) {
  const Shape shape{1, 1, 9};
  Bitmap bits(9);
  bits.fill();
  BOOST_TEST(encoded_size(ActivationFormat::kRunLength, shape, &bits, 16).total() == 3 * 64);
  BOOST_TEST(encoded_size(ActivationFormat::kRunLength, shape, nullptr, 16).total() == 3 * 64);
}

BOOST_AUTO_TEST_CASE(a_map_without_bits_is_full) {
  const Shape shape{2, 3, 4};
  BOOST_TEST(encoded_size(ActivationFormat::kBitmask, shape, nullptr, 8).total() == 24 * 9);
  BOOST_TEST(encoded_size(ActivationFormat::kCoordinate, shape, nullptr, 8).total() ==
             24 * (8 + 1 + 2 + 2));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
