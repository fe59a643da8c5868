#include "sim/components/encoder/activation_format.h"

#include <bit>

#include "arch/errors.h"

namespace deltasim {
namespace {

constexpr std::int64_t kRunBits = 5;
constexpr std::int64_t kLongestRun = 31;
constexpr std::int64_t kPackedWord = 64;

/// Bits that tell `extent` positions apart.
std::int64_t position_bits(int extent) {
  return std::bit_width(static_cast<unsigned>(extent > 0 ? extent - 1 : 0));
}

/// Pairs of zero run and value that the elements [begin, end) take.
std::int64_t run_length_pairs(const Bitmap& bits, std::int64_t begin, std::int64_t end) {
  const auto words = bits.words();
  std::int64_t pairs = 0;
  std::int64_t next = begin;  // first element that no pair holds yet
  for (std::int64_t w = begin / 64; w * 64 < end; ++w) {
    std::uint64_t word = words[static_cast<std::size_t>(w)];
    if (w * 64 < begin) word &= ~std::uint64_t{0} << (begin % 64);
    if (w * 64 + 64 > end) word &= ~std::uint64_t{0} >> (w * 64 + 64 - end);
    for (; word != 0; word &= word - 1) {
      const std::int64_t at = w * 64 + std::countr_zero(word);
      pairs += 1 + (at - next) / (kLongestRun + 1);
      next = at + 1;
    }
  }
  return pairs + (end - next + kLongestRun) / (kLongestRun + 1);
}

EncodedSize run_length_size(std::int64_t pairs, std::int64_t element_bits) {
  const std::int64_t in_word = (kPackedWord - 1) / (kRunBits + element_bits);
  const std::int64_t words = (pairs + in_word - 1) / in_word;
  return {.value_bits = pairs * element_bits,
          .index_bits = words * kPackedWord - pairs * element_bits};
}

/// The bits of a box, packed in their order.
Bitmap cut(const Bitmap& bits, const Shape& shape, const Range& pixels, const Range& channels) {
  const auto size = static_cast<std::size_t>(channels.size());
  Bitmap box(static_cast<std::size_t>(pixels.size()) * size);
  std::size_t to = 0;
  for (int pixel = pixels.begin; pixel < pixels.end; ++pixel) {
    const std::size_t from =
        static_cast<std::size_t>(pixel) * static_cast<std::size_t>(shape.channels) +
        static_cast<std::size_t>(channels.begin);
    for (std::size_t c = 0; c < size; ++c, ++to) {
      if (bits.test(from + c)) box.set(to);
    }
  }
  return box;
}

}  // namespace

EncodedSize& EncodedSize::operator+=(const EncodedSize& other) {
  value_bits += other.value_bits;
  index_bits += other.index_bits;
  return *this;
}

EncodedSize encoded_size(ActivationFormat format, const Shape& shape, const Bitmap* bits,
                         std::int64_t begin, std::int64_t end, std::int64_t element_bits) {
  const std::int64_t elements = end - begin;
  if (format == ActivationFormat::kDense) return {elements * element_bits, 0};
  const std::int64_t ones =
      bits == nullptr ? elements
                      : static_cast<std::int64_t>(bits->count(static_cast<std::size_t>(begin),
                                                              static_cast<std::size_t>(end)));
  switch (format) {
    case ActivationFormat::kBitmask:
      return {ones * element_bits, elements};
    case ActivationFormat::kRunLength:
      return run_length_size(bits == nullptr ? elements : run_length_pairs(*bits, begin, end),
                             element_bits);
    case ActivationFormat::kCoordinate:
      return {ones * element_bits,
              ones * (position_bits(shape.height) + position_bits(shape.width) +
                      position_bits(shape.channels))};
    case ActivationFormat::kDense:
      break;
  }
  throw InternalError("unknown activation format");
}

EncodedSize encoded_box(ActivationFormat format, const Shape& shape, const Bitmap* bits,
                        const Range& pixels, const Range& channels, std::int64_t element_bits) {
  if (channels.size() == shape.channels || pixels.empty()) {
    return encoded_size(format, shape, bits, std::int64_t{pixels.begin} * shape.channels,
                        std::int64_t{pixels.end} * shape.channels, element_bits);
  }
  const std::int64_t elements = std::int64_t{pixels.size()} * channels.size();
  if (bits == nullptr || format == ActivationFormat::kDense) {
    return encoded_size(format, shape, nullptr, 0, elements, element_bits);
  }
  const Bitmap box = cut(*bits, shape, pixels, channels);
  return encoded_size(format, shape, &box, 0, elements, element_bits);
}

EncodedSize encoded_size(ActivationFormat format, const Shape& shape, const Bitmap* bits,
                         std::int64_t element_bits) {
  return encoded_size(format, shape, bits, 0, shape.elements(), element_bits);
}

}  // namespace deltasim
