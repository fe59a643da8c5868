#include "arch/bitmap.h"

#include <rapidcheck/boost_test.h>

#include <boost/test/unit_test.hpp>

#include "arch/errors.h"

BOOST_AUTO_TEST_SUITE(bitmap_test)

using deltasim::Bitmap;

namespace {

Bitmap from_bools(const std::vector<bool>& bits) {
  Bitmap map(bits.size());
  for (std::size_t i = 0; i < bits.size(); ++i) {
    if (bits[i]) map.set(i);
  }
  return map;
}

std::size_t naive_count(const std::vector<bool>& bits, std::size_t begin, std::size_t end) {
  std::size_t count = 0;
  for (std::size_t i = begin; i < end; ++i) count += bits[i];
  return count;
}

/// Long enough to hold several words with every alignment of both ends.
std::vector<bool> arbitrary_bits() {
  const auto size = *rc::gen::inRange<std::size_t>(0, 700);
  return *rc::gen::container<std::vector<bool>>(size, rc::gen::arbitrary<bool>());
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_empty_bitmap_has_no_bits) {
  Bitmap map;
  map.fill();
  BOOST_TEST(map.size() == 0);
  BOOST_TEST(map.count() == 0);
  BOOST_TEST(map.count(0, 0) == 0);
  BOOST_TEST(!map.any(0, 0));
}

BOOST_AUTO_TEST_CASE(element_e_is_bit_e_mod_64_of_word_e_over_64) {
  Bitmap map(130);
  map.set(0);
  map.set(65);
  map.set(129);
  BOOST_REQUIRE(map.words().size() == 3);
  BOOST_TEST(map.words()[0] == 1U);
  BOOST_TEST(map.words()[1] == 2U);
  BOOST_TEST(map.words()[2] == 2U);
}

BOOST_AUTO_TEST_CASE(fill_leaves_the_bits_beyond_the_size_zero) {
  for (const std::size_t size : {1U, 63U, 64U, 65U, 128U, 200U}) {
    Bitmap map(size);
    map.fill();
    BOOST_TEST(map.count() == size);
    map.clear();
    BOOST_TEST(map.count() == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_range_beyond_the_end_is_our_own_fault) {
  const Bitmap map(70);
  BOOST_CHECK_THROW(map.count(0, 71), deltasim::InternalError);
  BOOST_CHECK_THROW(map.any(3, 2), deltasim::InternalError);
}

RC_BOOST_PROP(set_bits_and_only_these_are_read_back, ()) {
  const auto bits = arbitrary_bits();
  const Bitmap map = from_bools(bits);
  for (std::size_t i = 0; i < bits.size(); ++i) RC_ASSERT(map.test(i) == bits[i]);
  RC_ASSERT(map.count() == naive_count(bits, 0, bits.size()));
}

RC_BOOST_PROP(counts_of_any_range_equal_a_naive_loop, ()) {
  const auto bits = arbitrary_bits();
  const Bitmap map = from_bools(bits);
  const auto begin = *rc::gen::inRange<std::size_t>(0, bits.size() + 1);
  const auto end = *rc::gen::inRange<std::size_t>(begin, bits.size() + 1);
  RC_ASSERT(map.count(begin, end) == naive_count(bits, begin, end));
  RC_ASSERT(map.any(begin, end) == (naive_count(bits, begin, end) > 0));
}

RC_BOOST_PROP(a_sparse_range_has_any_only_where_a_bit_is, ()) {
  const auto size = *rc::gen::inRange<std::size_t>(1, 700);
  const auto bit = *rc::gen::inRange<std::size_t>(0, size);
  Bitmap map(size);
  map.set(bit);
  RC_ASSERT(map.any(0, size));
  RC_ASSERT(!map.any(0, bit));
  RC_ASSERT(map.any(bit, bit + 1));
  RC_ASSERT(!map.any(bit + 1, size));
}

BOOST_AUTO_TEST_SUITE_END()
