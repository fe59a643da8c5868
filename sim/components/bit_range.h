#pragma once
// Pieces of bitmaps that need not begin at a word.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace deltasim {

/// Up to 64 bits from `bit` on; 0 < count <= 64, all inside `words`.
inline std::uint64_t bits_at(std::span<const std::uint64_t> words, std::size_t bit,
                             std::size_t count) {
  const std::size_t word = bit / 64;
  const std::size_t shift = bit % 64;
  std::uint64_t bits = words[word] >> shift;
  if (shift + count > 64) bits |= words[word + 1] << (64 - shift);
  return count < 64 ? bits & ((std::uint64_t{1} << count) - 1) : bits;
}

/// Adds the ones of [begin, end) to `into`, moved to its bit 0.
inline void or_into(std::span<const std::uint64_t> words, std::size_t begin, std::size_t end,
                    std::span<std::uint64_t> into) {
  for (std::size_t i = 0; begin < end; ++i, begin += 64) {
    into[i] |= bits_at(words, begin, end - begin < 64 ? end - begin : 64);
  }
}

/// Number of ones in [begin, end); as Bitmap::count(), for innermost loops over short ranges.
inline std::int64_t ones_in(std::span<const std::uint64_t> words, std::size_t begin,
                            std::size_t end) {
  if (begin >= end) return 0;
  const std::size_t first = begin / 64;
  const std::size_t last = (end - 1) / 64;
  const std::uint64_t low = ~std::uint64_t{0} << (begin % 64);
  const std::uint64_t high = ~std::uint64_t{0} >> (63 - (end - 1) % 64);
  if (first == last) return std::popcount(words[first] & low & high);
  std::int64_t ones = std::popcount(words[first] & low) + std::popcount(words[last] & high);
  for (std::size_t w = first + 1; w < last; ++w) ones += std::popcount(words[w]);
  return ones;
}

}  // namespace deltasim
