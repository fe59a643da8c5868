#pragma once
// What a tile moves between DRAM and the chip: sizes and addresses.

#include <cstdint>
#include <vector>

#include "arch/activity.h"
#include "sim/components/dram/dram_model.h"
#include "sim/components/encoder/activation_format.h"

namespace deltasim {

inline constexpr std::int64_t kBitsPerByte = 8;

/// Whole bytes that hold so many bits.
constexpr std::int64_t whole_bytes(std::int64_t bits) {
  return (bits + kBitsPerByte - 1) / kBitsPerByte;
}

/// Data between DRAM and global buffer, where they may be coded differently.
struct Traffic {
  DataKind kind = DataKind::kActivation;
  std::vector<dram::ByteRange> ranges;  ///< in DRAM; empty where the data stay on chip
  EncodedSize in_dram;
  EncodedSize in_buffer;
  /// In the state's own memory; where there are any, the data pass neither DRAM nor buffer.
  std::vector<dram::ByteRange> memory_ranges{};
  ActivationFormat dram_format = ActivationFormat::kDense;
  ActivationFormat buffer_format = ActivationFormat::kDense;

  /// Values of a coded map that become a dense one on their way into the buffer, which holds
  /// `element_bits` each.
  std::int64_t decoded(std::int64_t element_bits) const {
    const bool decodes =
        dram_format != ActivationFormat::kDense && buffer_format == ActivationFormat::kDense;
    return decodes ? in_dram.value_bits / element_bits : 0;
  }
};

}  // namespace deltasim
