#include "sim/components/encoder/activation_format.h"

#include <bit>

#include "arch/errors.h"
#include "sim/components/bit_range.h"

namespace deltasim {
namespace {

constexpr std::int64_t kRunBits = 5;
constexpr std::int64_t kLongestRun = 31;
constexpr std::int64_t kPackedWord = 64;

/// Bits that tell `extent` positions apart.
std::int64_t position_bits(int extent) {
  return std::bit_width(static_cast<unsigned>(extent > 0 ? extent - 1 : 0));
}

/// Counts the pairs of zero run and value of elements that come piece by piece.
class RunLengthCounter {
 public:
  void add(const Bitmap& bits, std::int64_t begin, std::int64_t end) {
    const auto words = bits.words();
    for (std::int64_t w = begin / 64; w * 64 < end; ++w) {
      std::uint64_t word = words[static_cast<std::size_t>(w)];
      if (w * 64 < begin) word &= ~std::uint64_t{0} << (begin % 64);
      if (w * 64 + 64 > end) word &= ~std::uint64_t{0} >> (w * 64 + 64 - end);
      for (; word != 0; word &= word - 1) {
        const std::int64_t at = elements_ + w * 64 + std::countr_zero(word) - begin;
        pairs_ += 1 + (at - next_) / (kLongestRun + 1);
        next_ = at + 1;
      }
    }
    elements_ += end - begin;
  }
  /// The zeros at the end included.
  std::int64_t pairs() const {
    return pairs_ + (elements_ - next_ + kLongestRun) / (kLongestRun + 1);
  }

 private:
  std::int64_t pairs_ = 0;
  std::int64_t elements_ = 0;
  std::int64_t next_ = 0;  ///< first element that no pair holds yet
};

EncodedSize run_length_size(std::int64_t pairs, std::int64_t element_bits) {
  const std::int64_t in_word = (kPackedWord - 1) / (kRunBits + element_bits);
  const std::int64_t words = (pairs + in_word - 1) / in_word;
  return {.value_bits = pairs * element_bits,
          .index_bits = words * kPackedWord - pairs * element_bits};
}

}  // namespace

EncodedSize& EncodedSize::operator+=(const EncodedSize& other) {
  value_bits += other.value_bits;
  index_bits += other.index_bits;
  return *this;
}

EncodedSize encoded_box(ActivationFormat format, const Shape& shape, const Bitmap* bits,
                        const Range& pixels, const Range& channels, std::int64_t element_bits) {
  const std::int64_t elements = std::int64_t{pixels.size()} * channels.size();
  if (elements <= 0) return {};
  if (format == ActivationFormat::kDense) return {elements * element_bits, 0};
  // Whole channel vectors lie side by side: one piece.
  const bool whole = channels.size() == shape.channels;
  const int pieces = whole ? 1 : pixels.size();
  const std::int64_t length = elements / pieces;
  std::int64_t ones = bits == nullptr ? elements : 0;
  RunLengthCounter runs;
  for (int i = 0; i < pieces && bits != nullptr; ++i) {
    const std::int64_t begin =
        std::int64_t{pixels.begin + i} * shape.channels + (whole ? 0 : channels.begin);
    if (format == ActivationFormat::kRunLength) {
      runs.add(*bits, begin, begin + length);
    } else {
      ones += ones_in(bits->words(), static_cast<std::size_t>(begin),
                      static_cast<std::size_t>(begin + length));
    }
  }
  if (format == ActivationFormat::kRunLength) {
    return run_length_size(bits == nullptr ? elements : runs.pairs(), element_bits);
  }
  return encoded_size(format, shape, elements, ones, element_bits);
}

EncodedSize encoded_size(ActivationFormat format, const Shape& shape, std::int64_t elements,
                         std::int64_t ones, std::int64_t element_bits) {
  switch (format) {
    case ActivationFormat::kDense:
      return {elements * element_bits, 0};
    case ActivationFormat::kBitmask:
      return {ones * element_bits, elements};
    case ActivationFormat::kCoordinate:
      return {ones * element_bits, ones * coordinate_bits(shape)};
    case ActivationFormat::kRunLength:
      break;
  }
  throw InternalError("no activation format of a size known beforehand");
}

EncodedSize encoded_size(ActivationFormat format, const Shape& shape, const Bitmap* bits,
                         std::int64_t element_bits) {
  return encoded_box(format, shape, bits, {0, static_cast<int>(shape.pixels())},
                     {0, shape.channels}, element_bits);
}

std::int64_t coordinate_bits(const Shape& shape) {
  return position_bits(shape.height) + position_bits(shape.width) + position_bits(shape.channels);
}

}  // namespace deltasim
