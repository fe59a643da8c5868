#pragma once
// Random words that depend on their coordinates only, not on what was drawn before.

#include <bit>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace deltasim {

/// SplitMix64's output function (Steele, Lea and Flood 2014): a bijection that scatters.
constexpr std::uint64_t scatter(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

/// A key for what `coordinates` name; folding keeps their order apart.
template <typename... Coordinates>
constexpr std::uint64_t random_key(Coordinates... coordinates) {
  std::uint64_t key = 0;
  ((key = scatter(key ^ static_cast<std::uint64_t>(coordinates))), ...);
  return key;
}

/// A key for something with a name, such as a tensor: what happens to one changes no other's draws.
constexpr std::uint64_t named_key(std::string_view name, std::uint64_t seed) {
  std::uint64_t key = scatter(seed);
  for (const char letter : name) key = scatter(key ^ static_cast<unsigned char>(letter));
  return key;
}

/// Draw `index` of a key, nearly standard normal: the sum of twelve uniform 16-bit numbers, whose
/// variance is one and which lies within 6 of zero. Integers only, so that no mathematics library
/// has a say in the result.
constexpr float nearly_normal(std::uint64_t key, std::uint64_t index) {
  std::int64_t sum = 0;
  for (std::uint64_t draw = 0; draw < 3; ++draw) {
    const std::uint64_t bits = scatter(key + 3 * index + draw);
    for (unsigned part = 0; part < 4; ++part)
      sum += static_cast<std::int64_t>((bits >> (16 * part)) & 0xffffU);
  }
  constexpr std::int64_t kTwiceMean = 12 * 0xffff;
  return static_cast<float>(2 * sum - kTwiceMean) / 131072.0F;
}

/// Draws numbered 0, 1, ... of one key.
class RandomWords {
 public:
  explicit constexpr RandomWords(std::uint64_t key) : key_(key) {}
  constexpr std::uint64_t next() { return scatter(key_ + 0x9e3779b97f4a7c15U * count_++); }
  /// In [0, 1).
  constexpr double uniform() { return static_cast<double>(next() >> 11U) * 0x1p-53; }
  /// Normal with mean 0 and variance 1 (Box and Muller 1958).
  double normal() {
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(2 * 3.14159265358979323846 * uniform());
  }

 private:
  std::uint64_t key_;
  std::uint64_t count_ = 0;
};

/// 64 independent bits at a time, each one with a given probability (to 2^-32).
class BernoulliWord {
 public:
  explicit BernoulliWord(double probability)
      : all_(probability >= 1),
        digits_(static_cast<std::uint64_t>(std::llround(probability * 0x1p32))) {}

  /// Reads the probability's binary digits from the last one: a 1 halves the distance to one, a
  /// 0 halves the distance to zero.
  std::uint64_t draw(RandomWords& random) const {
    if (all_ || digits_ >> 32U != 0) return ~std::uint64_t{0};
    if (digits_ == 0) return 0;
    std::uint64_t bits = 0;
    for (int digit = std::countr_zero(digits_); digit < 32; ++digit) {
      const std::uint64_t word = random.next();
      bits = ((digits_ >> digit) & 1U) != 0 ? bits | word : bits & word;
    }
    return bits;
  }

 private:
  bool all_;
  std::uint64_t digits_;
};

}  // namespace deltasim
