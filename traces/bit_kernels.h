#pragma once
// Gathering and scattering of bits in 64-bit words: one code, compiled for plain x86-64 or any
// other processor and for x86-64 with BMI2 and POPCNT, chosen at run time.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define DELTASIM_HAS_BMI2_KERNELS 1
#define DELTASIM_TARGET_BMI2 __attribute__((target("bmi,bmi2,popcnt")))
#endif

/// Kernels are templates over the operations and must melt into the function that names the
/// target, or they would be compiled for the plain processor.
#define DELTASIM_KERNEL [[gnu::always_inline]] inline

namespace deltasim {

/// Whether this processor has BMI2 and POPCNT.
inline bool has_bmi2() {
#ifdef DELTASIM_HAS_BMI2_KERNELS
  static const bool has = __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
  return has;
#else
  return false;
#endif
}

/// For any processor.
struct PortableBits {
  static unsigned count(std::uint64_t word) { return static_cast<unsigned>(std::popcount(word)); }
  /// The bits of `word` at the ones of `mask`, moved together at the low end.
  static std::uint64_t extract(std::uint64_t word, std::uint64_t mask) {
    std::uint64_t result = 0;
    for (unsigned to = 0; mask != 0; ++to, mask &= mask - 1) {
      result |= ((word >> std::countr_zero(mask)) & 1U) << to;
    }
    return result;
  }
  /// The inverse: the low bits of `word` put at the ones of `mask`.
  static std::uint64_t deposit(std::uint64_t word, std::uint64_t mask) {
    std::uint64_t result = 0;
    for (; mask != 0; word >>= 1U, mask &= mask - 1) {
      result |= (word & 1U) << std::countr_zero(mask);
    }
    return result;
  }
};

#ifdef DELTASIM_HAS_BMI2_KERNELS
/// For processors with BMI2 and POPCNT.
struct Bmi2Bits {
  DELTASIM_TARGET_BMI2 static inline unsigned count(std::uint64_t word) {
    return static_cast<unsigned>(_mm_popcnt_u64(word));
  }
  DELTASIM_TARGET_BMI2 static inline std::uint64_t extract(std::uint64_t word, std::uint64_t mask) {
    return _pext_u64(word, mask);
  }
  DELTASIM_TARGET_BMI2 static inline std::uint64_t deposit(std::uint64_t word, std::uint64_t mask) {
    return _pdep_u64(word, mask);
  }
};
#endif

/// Appends up to 64 bits at a time to memory, low bits first. Memory must have eight bytes more
/// than the bits need: every call stores a whole word, without a branch.
class BitSink {
 public:
  BitSink() = default;
  explicit BitSink(std::uint8_t* memory) : begin_(memory), at_(memory) {}

  /// @param bits zero at and above `count`, 0 <= count <= 64
  DELTASIM_KERNEL void put(std::uint64_t bits, unsigned count) {
    word_ |= bits << fill_;
    std::memcpy(at_, &word_, sizeof word_);
    const std::uint64_t carry = (bits >> 1U) >> (63U - fill_);
    const unsigned total = fill_ + count;
    const std::uint64_t full = total >> 6U;  // 1 where the word is full
    word_ ^= (word_ ^ carry) & (0 - full);   // the carry then; a branch would be mispredicted
    at_ += full * 8;
    fill_ = total & 63U;
  }
  /// Stores what is left.
  /// @return bytes that hold the bits; those beyond the last bit are zero
  std::size_t finish() {
    std::memcpy(at_, &word_, sizeof word_);
    return static_cast<std::size_t>(at_ - begin_) + (fill_ + 7) / 8;
  }

 private:
  std::uint8_t* begin_ = nullptr;
  std::uint8_t* at_ = nullptr;
  std::uint64_t word_ = 0;
  unsigned fill_ = 0;
};

/// Takes bits from memory in the order in which BitSink put them. Reads up to nine bytes from
/// where it stands.
class BitSource {
 public:
  BitSource() = default;
  explicit BitSource(const std::uint8_t* memory) : memory_(memory) {}

  /// The next 64 bits, without moving: two loads, one byte apart, of which the second one has the
  /// bits that the shift brings in.
  DELTASIM_KERNEL std::uint64_t peek() const {
    const std::uint8_t* at = memory_ + (bit_ >> 3U);
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    std::memcpy(&low, at, sizeof low);
    std::memcpy(&high, at + 1, sizeof high);
    const unsigned shift = static_cast<unsigned>(bit_ & 7U);
    return (low >> shift) | (high << (8 - shift));
  }
  DELTASIM_KERNEL void skip(unsigned count) { bit_ += count; }
  std::size_t bytes() const { return (bit_ + 7) / 8; }

 private:
  const std::uint8_t* memory_ = nullptr;
  std::size_t bit_ = 0;
};

/// The bits that lie `distance` elements before those of word `word`; zero before the map's
/// start. The distance is at least 64, so that a decoder already has them.
class Neighbour {
 public:
  explicit Neighbour(std::size_t distance) : words_(distance / 64), bits_(distance % 64) {}

  DELTASIM_KERNEL std::uint64_t of(const std::uint64_t* map, std::size_t word) const {
    if (bits_ == 0) return word >= words_ ? map[word - words_] : 0;
    const std::uint64_t high = word >= words_ ? map[word - words_] << bits_ : 0;
    const std::uint64_t low = word >= words_ + 1 ? map[word - words_ - 1] >> (64 - bits_) : 0;
    return high | low;
  }

 private:
  std::size_t words_;
  std::size_t bits_;
};

}  // namespace deltasim
