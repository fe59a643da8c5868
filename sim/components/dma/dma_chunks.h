#pragma once
// Cuts what is to be moved into pieces between which other transfers may come. No SystemC.

#include <cstdint>
#include <span>
#include <vector>

#include "sim/components/dram/dram_model.h"
#include "sim/components/encoder/activation_format.h"

namespace deltasim {

/// Of a number that is shared out among parts in proportion: what falls to those up to `part`.
/// whole x parts must stay below 2^63.
inline std::int64_t share_up_to(std::int64_t whole, std::int64_t part, std::int64_t parts) {
  return whole * part / parts;
}

/// What falls to the parts (from, to] of `parts`. The shares of all add up to the whole.
inline EncodedSize share_of(const EncodedSize& whole, std::int64_t from, std::int64_t to,
                            std::int64_t parts) {
  return {share_up_to(whole.value_bits, to, parts) - share_up_to(whole.value_bits, from, parts),
          share_up_to(whole.index_bits, to, parts) - share_up_to(whole.index_bits, from, parts)};
}

/// Byte ranges piece by piece. A range is cut only where a multiple of `alignment` lies, so that
/// no burst falls into two pieces.
class DmaChunks {
 public:
  /// @param ranges must outlive this
  /// @param largest bytes of a piece, a multiple of `alignment`
  DmaChunks(std::span<const dram::ByteRange> ranges, std::int64_t largest, std::int64_t alignment);

  /// Goes to the next piece. @return whether there is one
  bool next();
  std::span<const dram::ByteRange> ranges() const { return piece_; }
  std::int64_t bytes_before() const { return before_; }
  std::int64_t bytes_so_far() const { return so_far_; }
  std::int64_t bytes_in_all() const { return all_; }

 private:
  std::span<const dram::ByteRange> left_;
  std::int64_t largest_, alignment_;
  std::int64_t offset_ = 0;  ///< bytes of left_.front() that are done
  std::int64_t before_ = 0, so_far_ = 0, all_ = 0;
  std::vector<dram::ByteRange> piece_;
};

}  // namespace deltasim
