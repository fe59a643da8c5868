#pragma once
// A fixed number of bits in 64-bit words: one bit an element of an activation or delta map.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace deltasim {

/// Element e is bit e % 64 (least significant first) of word e / 64. Bits at and beyond size()
/// are zero, always; whoever writes through words() keeps it so.
class Bitmap {
 public:
  Bitmap() = default;
  explicit Bitmap(std::size_t bits) : bits_(bits), words_((bits + 63) / 64, 0) {}

  std::size_t size() const { return bits_; }
  std::span<const std::uint64_t> words() const { return words_; }
  std::span<std::uint64_t> words() { return words_; }

  bool test(std::size_t bit) const { return (words_[bit / 64] >> (bit % 64)) & 1U; }
  void set(std::size_t bit) { words_[bit / 64] |= std::uint64_t{1} << (bit % 64); }
  void clear();
  /// Sets all size() bits.
  void fill();

  /// Number of ones.
  std::size_t count() const;
  /// Number of ones in [begin, end), 0 <= begin <= end <= size().
  std::size_t count(std::size_t begin, std::size_t end) const;
  /// Whether any bit of [begin, end) is one.
  bool any(std::size_t begin, std::size_t end) const;

  bool operator==(const Bitmap&) const = default;

 private:
  std::size_t bits_ = 0;
  std::vector<std::uint64_t> words_;
};

}  // namespace deltasim
