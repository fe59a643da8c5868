#pragma once
// Independent flips of stored bits, found without a draw for every bit.

#include <array>
#include <cstdint>
#include <span>

namespace deltasim {

/// How a memory holds real numbers: two's complement codes, value = code * scale.
struct StoredFormat {
  int bits = 8;
  double scale = 1;

  /// Nearest code, ties to even; values beyond the range have the outermost code.
  std::int64_t code(double value) const;
  /// What the flips of `mask` add to a value.
  double change(double value, std::uint64_t mask) const;
};

/// One scale for the largest magnitude: what weights are stored with.
StoredFormat symmetric_format(int bits, double largest);
/// Scale a power of two that the largest magnitude just fits (thesis Eq. 4.6): what state is
/// stored with.
StoredFormat power_of_two_format(int bits, double largest);

/// Which bits of words flip, each with the same probability. A word's flips depend on key and
/// index only: the same in any order and on any number of threads.
class BitFlips {
 public:
  static constexpr int kMaxBits = 32;
  /// @param rate in [0, 1]
  /// @param bits of a word, 1 to kMaxBits
  BitFlips(double rate, int bits);

  /// Bits of word `index` that flip.
  std::uint64_t mask(std::uint64_t key, std::uint64_t index) const;

 private:
  int bits_;
  bool all_ = false;
  /// first_[j]: the probability that one of the bits 0 to j flips, in units of 2^-64. One draw
  /// for a word, held against these, says which bit is the first to flip, if any; only then are
  /// the bits above it drawn one by one.
  std::array<std::uint64_t, kMaxBits> first_{};
};

/// Flips bits of values as they are stored; a value without a flip stays what it is, to the bit.
/// @return how many bits flipped
std::int64_t flip_bits(std::span<float> values, const StoredFormat& format, const BitFlips& flips,
                       std::uint64_t key);
/// The same for integer sums, whose scale is a whole number; they stay within 32 bits.
std::int64_t flip_bits(std::span<std::int32_t> values, const StoredFormat& format,
                       const BitFlips& flips, std::uint64_t key);

}  // namespace deltasim
