#pragma once
// How many bits a map takes in each activation format, counted from the real bits.

#include <cstdint>

#include "arch/accelerator.h"
#include "arch/bitmap.h"
#include "sim/mapping/tile_program.h"
#include "workloads/graph.h"

namespace deltasim {

struct EncodedSize {
  std::int64_t value_bits = 0;  ///< the elements themselves
  std::int64_t index_bits = 0;  ///< what says where they are
  std::int64_t total() const { return value_bits + index_bits; }
  EncodedSize& operator+=(const EncodedSize& other);
  bool operator==(const EncodedSize&) const = default;
};

/// Size of some channels of some pixels (row-major), stored by themselves, one after another.
///
///   dense       every element
///   bitmask     one bit an element, and the non-zero elements
///   run_length  Eyeriss' RLC (Chen et al., JSSC 2017): a 5-bit run of zeros and the value behind
///               it; as many pairs as fit beside one end bit in 64-bit words; a run above 31
///               takes pairs whose value is zero, and so does a run at the end
///   coordinate  row, column and channel of each non-zero element, and the element
///
/// @param bits non-zero elements of the whole map; nullptr: all of them
/// @param element_bits of one value
EncodedSize encoded_box(ActivationFormat format, const Shape& shape, const Bitmap* bits,
                        const Range& pixels, const Range& channels, std::int64_t element_bits);

/// Size of the whole map.
EncodedSize encoded_size(ActivationFormat format, const Shape& shape, const Bitmap* bits,
                         std::int64_t element_bits);

/// Size of so many elements, `ones` of them not zero, in a format whose size does not depend on
/// where these are (any but run_length).
EncodedSize encoded_size(ActivationFormat format, const Shape& shape, std::int64_t elements,
                         std::int64_t ones, std::int64_t element_bits);

/// Bits that say where in a map an element lies.
std::int64_t coordinate_bits(const Shape& shape);

}  // namespace deltasim
