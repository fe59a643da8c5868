// Every version of every loop gives the same bits, and the long loops what the short ones give.

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "workloads/kernels/kernels.h"

namespace deltasim {
namespace {

BOOST_AUTO_TEST_SUITE(kernels_test)

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr std::size_t kElements = 64 * 6;

std::vector<const Kernels*> versions() {
  std::vector<const Kernels*> result;
  for (const char* name : {"baseline", "avx2", "avx512"})
    if (const Kernels* found = find_kernels(name)) result.push_back(found);
  return result;
}

std::vector<float> floats(std::size_t n, unsigned seed, float low = -20, float high = 20) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(low, high);
  std::vector<float> values(n);
  // Every fourth on a half: ties.
  for (std::size_t i = 0; i < n; ++i)
    values[i] = i % 4 == 0 ? std::floor(uniform(random)) + 0.5F : uniform(random);
  return values;
}

std::vector<std::uint8_t> bytes(std::size_t n, unsigned seed, int largest = 255) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> uniform(0, largest);
  std::vector<std::uint8_t> values(n);
  for (auto& value : values) value = static_cast<std::uint8_t>(uniform(random));
  return values;
}

std::vector<std::int32_t> integers(std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> uniform(-3000000, 3000000);
  std::vector<std::int32_t> values(n);
  for (auto& value : values) value = uniform(random);
  return values;
}

BOOST_AUTO_TEST_CASE(rounding_is_to_nearest_ties_to_even_and_clipped) {
  for (const Kernels* k : versions()) {
    std::vector<float> x = {0.5F, 1.5F, 2.5F, -0.5F, -1.5F, 0.49F, 0.51F, 100.0F, -100.0F};
    k->quantize_uniform(x.data(), x.size(), {1, 1, 8});
    const std::vector<float> expected = {0, 2, 2, 0, -2, 0, 1, 8, -8};
    BOOST_TEST(x == expected, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(quantizers_agree_between_versions) {
  for (const std::size_t n : {std::size_t{1}, std::size_t{63}, std::size_t{130}, kElements})
    for (const Kernels* k : versions()) {
      std::vector<float> a = floats(n, 1), b = a;
      k->quantize_uniform(a.data(), n, {1 / 0.3F, 0.3F, 40});
      find_kernels("baseline")->quantize_uniform(b.data(), n, {1 / 0.3F, 0.3F, 40});
      BOOST_TEST(a == b);
      const std::vector<float> steps = {0.5F, 0.25F, 3, 1.1F, 0.7F},
                               inverse = {2, 4, 1 / 3.0F, 1 / 1.1F, 1 / 0.7F};
      k->quantize_per_channel(a.data(), n, inverse.data(), steps.data(), 5, 3);
      find_kernels("baseline")
          ->quantize_per_channel(b.data(), n, inverse.data(), steps.data(), 5, 3);
      BOOST_TEST(a == b);
      std::vector<float> memory_a(n, 0.0F), memory_b(n, 0.0F);
      for (unsigned frame = 2; frame < 6; ++frame) {
        a = b = floats(n, frame);
        k->quantize_sigma_delta(a.data(), memory_a.data(), n, {2, 0.5F, kInfinity});
        find_kernels("baseline")
            ->quantize_sigma_delta(b.data(), memory_b.data(), n, {2, 0.5F, kInfinity});
        BOOST_TEST(a == b);
        BOOST_TEST(memory_a == memory_b);
      }
      for (unsigned frame = 2; frame < 6; ++frame) {
        a = b = floats(n, frame);
        k->hold_below_threshold(a.data(), memory_a.data(), n, 5);
        find_kernels("baseline")->hold_below_threshold(b.data(), memory_b.data(), n, 5);
        BOOST_TEST(a == b);
      }
      BOOST_TEST(k->max_magnitude(a.data(), n) ==
                 std::abs(*std::max_element(a.begin(), a.end(), [](float l, float r) {
                   return std::abs(l) < std::abs(r);
                 })));
    }
}

BOOST_AUTO_TEST_CASE(bitmaps_hold_what_differs_and_nothing_beyond_the_end) {
  for (const std::size_t n : {std::size_t{1}, std::size_t{64}, std::size_t{100}, kElements})
    for (const Kernels* k : versions()) {
      std::vector<float> now = floats(n, 3), before = now;
      for (std::size_t i = 0; i < n; i += 3) before[i] += 1;
      for (std::size_t i = 0; i < n; i += 5) now[i] = i % 2 ? 0.0F : -0.0F;
      const std::vector<std::uint8_t> codes = bytes(n, 4, 2), old_codes = bytes(n, 5, 2);
      std::vector<std::uint64_t> active((n + 63) / 64, ~0ULL), delta = active;
      std::vector<std::uint64_t> code_active = active, code_delta = active;
      k->compare_floats(now.data(), before.data(), n, active.data(), delta.data());
      k->compare_codes(codes.data(), old_codes.data(), n, code_active.data(), code_delta.data());
      for (std::size_t i = 0; i < active.size() * 64; ++i) {
        const auto bit = [&](const auto& words) { return (words[i / 64] >> (i % 64)) & 1U; };
        BOOST_TEST(bit(active) == (i < n && now[i] != 0));
        BOOST_TEST(bit(delta) == (i < n && now[i] != before[i]));
        BOOST_TEST(bit(code_active) == (i < n && codes[i] != 0));
        BOOST_TEST(bit(code_delta) == (i < n && codes[i] != old_codes[i]));
      }
    }
}

BOOST_AUTO_TEST_CASE(codes_saturate_and_the_largest_is_told) {
  for (const Kernels* k : versions()) {
    std::vector<float> x(70, 0.0F);
    x[3] = 12 * 0.5F, x[40] = 255 * 0.5F;
    std::vector<std::uint8_t> codes(70, 9);
    BOOST_TEST(k->encode(x.data(), 70, 2, codes.data()) == 255U);
    BOOST_TEST(int{codes[3]} == 12);
    BOOST_TEST(int{codes[40]} == 255);
    x[69] = 1000;
    BOOST_TEST(k->encode(x.data(), 70, 2, codes.data()) == 2000U);
    BOOST_TEST(int{codes[69]} == 255);
    std::vector<float> decoded(70);
    k->decode(codes.data(), 0.5F, decoded.data(), 70);
    BOOST_TEST(decoded[3] == 6.0F);
  }
}

/// What a pass leaves behind.
struct Left {
  std::vector<float> x;
  std::vector<std::uint8_t> codes;
  std::vector<std::uint64_t> active, delta;
  std::uint32_t largest = 0;
  bool operator==(const Left&) const = default;
};

Left blank() {
  return {std::vector<float>(kElements), std::vector<std::uint8_t>(kElements),
          std::vector<std::uint64_t>(kElements / 64), std::vector<std::uint64_t>(kElements / 64)};
}

struct FloatCase {
  bool multiplies, rounds, to_codes;
  int join;  // 0 none, 1 floats, 2 codes
};

struct FloatData {
  std::vector<float> y = floats(kElements, 11), multipliers = floats(192, 12, 0.1F, 2),
                     bias = floats(192, 13), addend = floats(kElements, 14),
                     previous = floats(kElements, 15);
  std::vector<std::uint8_t> addend_codes = bytes(kElements, 16),
                            previous_codes = bytes(kElements, 17, 4);
  GridArguments grid{2, 0.5F, 100};
};

Left one_pass(const Kernels& k, const FloatData& d, const FloatCase& c) {
  Left left = blank();
  left.largest = k.finish_floats({.y = d.y.data(),
                                  .multipliers = c.multiplies ? d.multipliers.data() : nullptr,
                                  .bias = d.bias.data(),
                                  .addend = c.join == 1 ? d.addend.data() : nullptr,
                                  .addend_codes = c.join == 2 ? d.addend_codes.data() : nullptr,
                                  .addend_step = 0.3F,
                                  .low = 0,
                                  .high = 60,
                                  .rounds = c.rounds,
                                  .grid = d.grid,
                                  .x = c.to_codes ? nullptr : left.x.data(),
                                  .previous = d.previous.data(),
                                  .codes = left.codes.data(),
                                  .previous_codes = d.previous_codes.data(),
                                  .active = left.active.data(),
                                  .delta = left.delta.data(),
                                  .periods = 2,
                                  .period = 192});
  return left;
}

Left single_loops(const Kernels& k, const FloatData& d, const FloatCase& c) {
  Left left = blank();
  std::vector<float> y = d.y;
  if (c.multiplies) {
    k.scale_and_add_bias(y.data(), d.multipliers.data(), d.bias.data(), 2, 192);
  } else {
    k.add_bias(y.data(), d.bias.data(), 2, 192);
  }
  std::vector<float> decoded(kElements);
  k.decode(d.addend_codes.data(), 0.3F, decoded.data(), kElements);
  if (c.join > 0) k.add(y.data(), c.join == 1 ? d.addend.data() : decoded.data(), kElements);
  k.clamp(y.data(), y.data(), kElements, 0, 60);
  if (c.rounds) k.quantize_uniform(y.data(), kElements, d.grid);
  if (c.to_codes) {
    left.largest = k.encode(y.data(), kElements, d.grid.inverse_step, left.codes.data());
    k.compare_codes(left.codes.data(), d.previous_codes.data(), kElements, left.active.data(),
                    left.delta.data());
  } else {
    left.x = y;
    k.compare_floats(y.data(), d.previous.data(), kElements, left.active.data(), left.delta.data());
  }
  return left;
}

BOOST_AUTO_TEST_CASE(one_pass_over_floats_is_the_single_loops) {
  const FloatData data;
  for (const bool multiplies : {false, true})
    for (const int join : {0, 1, 2})
      for (const FloatCase c :
           {FloatCase{multiplies, false, false, join}, FloatCase{multiplies, true, false, join},
            FloatCase{multiplies, true, true, join}}) {
        const Left expected = single_loops(*find_kernels("baseline"), data, c);
        for (const Kernels* k : versions()) {
          BOOST_TEST((single_loops(*k, data, c) == expected), k->name);
          BOOST_TEST((one_pass(*k, data, c) == expected), k->name << " in one pass");
        }
      }
}

BOOST_AUTO_TEST_CASE(one_pass_over_integers_is_the_single_loops) {
  const std::vector<std::int32_t> y = integers(kElements, 21), bias = integers(192, 22),
                                  more = integers(kElements, 23);
  const std::vector<float> scales = floats(192, 24, 1e-6F, 2e-5F);
  std::vector<float> ratio = floats(192, 25, 0, 9000);
  for (std::size_t i = 0; i < ratio.size(); ++i)
    ratio[i] = i % 2 ? std::floor(ratio[i]) : ratio[i] / 1e5F;
  const std::vector<std::uint8_t> addend = bytes(kElements, 26), previous = bytes(kElements, 27, 4);
  for (const int join : {0, 1, 2}) {
    std::vector<Left> all;
    for (const Kernels* k : versions()) {
      std::vector<std::int32_t> sums = y;
      std::vector<float> z(kElements);
      Left left = blank();
      k->add_integer_bias(sums.data(), bias.data(), 2, 192);
      if (join == 1) k->add_codes(sums.data(), addend.data(), ratio.data(), 2, 192);
      if (join == 2) k->add_integers(sums.data(), more.data(), kElements);
      k->rescale(sums.data(), scales.data(), z.data(), 2, 192);
      k->clamp(z.data(), z.data(), kElements, 0, kInfinity);
      k->quantize_uniform(z.data(), kElements, {1 / 0.3F, 0.3F, 128});
      left.largest = k->encode(z.data(), kElements, 1 / 0.3F, left.codes.data());
      k->compare_codes(left.codes.data(), previous.data(), kElements, left.active.data(),
                       left.delta.data());
      all.push_back(left);
      Left pass = blank();
      pass.largest = k->finish_codes({.y = y.data(),
                                      .bias = bias.data(),
                                      .addend_codes = join == 1 ? addend.data() : nullptr,
                                      .addend_ratio = ratio.data(),
                                      .addend_sums = join == 2 ? more.data() : nullptr,
                                      .scales = scales.data(),
                                      .low = 0,
                                      .high = kInfinity,
                                      .grid = {1 / 0.3F, 0.3F, 128},
                                      .codes = pass.codes.data(),
                                      .previous = previous.data(),
                                      .active = pass.active.data(),
                                      .delta = pass.delta.data(),
                                      .periods = 2,
                                      .period = 192});
      all.push_back(pass);
    }
    for (const Left& left : all) BOOST_TEST((left == all.front()));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
