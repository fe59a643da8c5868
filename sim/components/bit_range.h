#pragma once
// Pieces of bitmaps that need not begin at a word.

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

}  // namespace deltasim
