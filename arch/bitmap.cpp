#include "arch/bitmap.h"

#include <algorithm>
#include <bit>

#include "arch/errors.h"

namespace deltasim {
namespace {

constexpr std::size_t kWordBits = 64;
constexpr std::uint64_t kAllOnes = ~std::uint64_t{0};

/// Ones at and above `bit` of a word, 0 <= bit < 64.
constexpr std::uint64_t from_bit(std::size_t bit) { return kAllOnes << bit; }

/// Ones below `bit` of a word, 0 < bit <= 64.
constexpr std::uint64_t below_bit(std::size_t bit) { return kAllOnes >> (kWordBits - bit); }

/// [begin, end), which is not empty, as whole words and the masks of the first and last of them.
struct WordRange {
  std::size_t first;
  std::size_t last;
  std::uint64_t first_mask;
  std::uint64_t last_mask;

  WordRange(std::size_t begin, std::size_t end)
      : first(begin / kWordBits),
        last((end - 1) / kWordBits),
        first_mask(from_bit(begin % kWordBits)),
        last_mask(below_bit((end - 1) % kWordBits + 1)) {}
};

std::size_t ones(std::uint64_t word) { return static_cast<std::size_t>(std::popcount(word)); }

/// Four sums, so that no popcount waits for the one before it.
std::size_t count_words(std::span<const std::uint64_t> words) {
  std::size_t a = 0, b = 0, c = 0, d = 0;
  std::size_t i = 0;
  for (; i + 4 <= words.size(); i += 4) {
    a += ones(words[i]);
    b += ones(words[i + 1]);
    c += ones(words[i + 2]);
    d += ones(words[i + 3]);
  }
  for (; i < words.size(); ++i) a += ones(words[i]);
  return a + b + c + d;
}

}  // namespace

void Bitmap::clear() { std::fill(words_.begin(), words_.end(), 0); }

void Bitmap::fill() {
  if (bits_ == 0) return;
  std::fill(words_.begin(), words_.end(), kAllOnes);
  words_.back() &= below_bit((bits_ - 1) % kWordBits + 1);
}

std::size_t Bitmap::count() const { return count_words(words_); }

std::size_t Bitmap::count(std::size_t begin, std::size_t end) const {
  DELTASIM_INVARIANT(begin <= end && end <= bits_, "a range of bits lies inside the bitmap");
  if (begin == end) return 0;
  const WordRange range(begin, end);
  if (range.first == range.last) {
    return ones(words_[range.first] & range.first_mask & range.last_mask);
  }
  const auto inner = words().subspan(range.first + 1, range.last - range.first - 1);
  return ones(words_[range.first] & range.first_mask) + count_words(inner) +
         ones(words_[range.last] & range.last_mask);
}

bool Bitmap::any(std::size_t begin, std::size_t end) const {
  DELTASIM_INVARIANT(begin <= end && end <= bits_, "a range of bits lies inside the bitmap");
  if (begin == end) return false;
  const WordRange range(begin, end);
  if (range.first == range.last) {
    return (words_[range.first] & range.first_mask & range.last_mask) != 0;
  }
  const auto inner = words().subspan(range.first + 1, range.last - range.first - 1);
  return (words_[range.first] & range.first_mask) != 0 ||
         (words_[range.last] & range.last_mask) != 0 ||
         std::any_of(inner.begin(), inner.end(), [](std::uint64_t word) { return word != 0; });
}

}  // namespace deltasim
