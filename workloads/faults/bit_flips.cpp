#include "workloads/faults/bit_flips.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "arch/errors.h"
#include "arch/random_bits.h"

namespace deltasim {
namespace {

/// A probability in units of 2^-64.
std::uint64_t threshold(double probability) {
  const double scaled = std::ldexp(probability, 64);
  return scaled >= 0x1p64 ? std::numeric_limits<std::uint64_t>::max()
                          : static_cast<std::uint64_t>(scaled);
}

/// The lowest `bits` of a word as a two's complement number.
std::int64_t sign_extended(std::uint64_t word, int bits) {
  const auto unused = static_cast<unsigned>(64 - bits);
  return static_cast<std::int64_t>(word << unused) >> unused;
}

float changed(float value, double change) { return static_cast<float>(value + change); }

std::int32_t changed(std::int32_t value, double change) {
  const double sum = value + change;
  return static_cast<std::int32_t>(std::clamp(sum, -0x1p31, 0x1p31 - 1));
}

template <typename Value>
std::int64_t flip(std::span<Value> values, const StoredFormat& format, const BitFlips& flips,
                  std::uint64_t key) {
  std::int64_t flipped = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::uint64_t mask = flips.mask(key, i);
    if (mask == 0) continue;
    flipped += std::popcount(mask);
    values[i] = changed(values[i], format.change(values[i], mask));
  }
  return flipped;
}

}  // namespace

std::int64_t StoredFormat::code(double value) const {
  const double limit = std::ldexp(1.0, bits - 1);
  return static_cast<std::int64_t>(std::clamp(std::nearbyint(value / scale), -limit, limit - 1));
}

double StoredFormat::change(double value, std::uint64_t mask) const {
  const std::int64_t stored = code(value);
  const std::int64_t read = sign_extended(static_cast<std::uint64_t>(stored) ^ mask, bits);
  return static_cast<double>(read - stored) * scale;
}

StoredFormat symmetric_format(int bits, double largest) {
  return {bits, largest > 0 ? largest / (std::ldexp(1.0, bits - 1) - 1) : 1};
}

StoredFormat power_of_two_format(int bits, double largest) {
  const int integer_bits = largest > 0 ? 1 + std::ilogb(largest) : 0;
  return {bits, std::ldexp(1.0, integer_bits - (bits - 1))};
}

BitFlips::BitFlips(double rate, int bits) : bits_(bits), all_(rate >= 1) {
  DELTASIM_INVARIANT(rate >= 0 && rate <= 1 && bits >= 1 && bits <= kMaxBits,
                     "flips have a probability and a word");
  double any = 0;
  for (int bit = 0; bit < bits; ++bit) {
    any += (1 - any) * rate;
    first_[static_cast<std::size_t>(bit)] = threshold(any);
  }
}

std::uint64_t BitFlips::mask(std::uint64_t key, std::uint64_t index) const {
  if (all_) return (std::uint64_t{1} << static_cast<unsigned>(bits_)) - 1;
  const auto last = static_cast<std::size_t>(bits_ - 1);
  const std::uint64_t word_key = key + index * 0x9e3779b97f4a7c15U;
  const std::uint64_t draw = scatter(word_key);
  if (draw >= first_[last]) return 0;
  std::size_t bit = 0;
  while (draw >= first_[bit]) ++bit;
  std::uint64_t mask = std::uint64_t{1} << bit;
  RandomWords more(scatter(~word_key));
  while (++bit <= last) {
    if (more.next() < first_[0]) mask |= std::uint64_t{1} << bit;
  }
  return mask;
}

std::int64_t flip_bits(std::span<float> values, const StoredFormat& format, const BitFlips& flips,
                       std::uint64_t key) {
  return flip(values, format, flips, key);
}

std::int64_t flip_bits(std::span<std::int32_t> values, const StoredFormat& format,
                       const BitFlips& flips, std::uint64_t key) {
  return flip(values, format, flips, key);
}

}  // namespace deltasim
