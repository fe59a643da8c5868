#pragma once
// What a node's output looks like in memory while frames pass by.

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "workloads/execution/aligned_array.h"
#include "workloads/graph.h"

namespace deltasim {

enum class Storage : std::uint8_t {
  kFloats,  ///< float32
  kCodes,   ///< integer codes on a site's grid; a value is code * step
  kSums     ///< int32 sums of a layer that only feeds a join
};

/// One node's map (NHWC) of this frame and, where wanted, of the frame before: the two change
/// places instead of being copied.
///
/// Codes are bytes. A quantizer that does not clip may need more: then the frame has a second
/// plane with the high bytes, and largest_code() is above 255. The plane is all zero otherwise.
class Value {
 public:
  Value(const Shape& shape, Storage storage, float step, bool with_previous);

  const Shape& shape() const { return shape_; }
  std::size_t elements() const { return elements_; }
  Storage storage() const { return storage_; }
  float step() const { return step_; }
  bool has_previous() const { return slots_ == 2; }

  /// Makes this frame the one before. Called by one thread between frames.
  void advance();

  float* floats() { return floats_[now_].data(); }
  std::uint8_t* codes() { return codes_[now_].data(); }
  std::uint8_t* high_codes() { return high_[now_].data(); }
  std::int32_t* sums() { return sums_.data(); }
  const float* floats() const { return floats_[now_].data(); }
  const std::uint8_t* codes() const { return codes_[now_].data(); }
  const std::uint8_t* high_codes() const { return high_[now_].data(); }
  const std::int32_t* sums() const { return sums_.data(); }
  /// Of the frame before; zeros before the first.
  const float* previous_floats() const { return floats_[1 - now_].data(); }
  const std::uint8_t* previous_codes() const { return codes_[1 - now_].data(); }
  const std::uint8_t* previous_high_codes() const { return high_[1 - now_].data(); }

  std::uint32_t largest_code() const { return largest_[now_]; }
  bool has_high_codes() const { return largest_[now_] > 255; }
  bool had_high_codes() const { return slots_ == 2 && largest_[1 - now_] > 255; }
  /// May be called from several threads.
  void raise_largest_code(std::uint32_t code);

  /// Takes this frame's content from the same node's value in another network.
  void adopt(const Value& other);

  /// Codes of elements [begin, begin + n) as floats.
  void decode(std::size_t begin, std::size_t n, float* floats) const;
  /// Element of this frame as a code or as a float, whatever the storage.
  std::int32_t code(std::size_t element) const;
  std::int32_t previous_code(std::size_t element) const;
  float value(std::size_t element) const;

 private:
  Shape shape_;
  std::size_t elements_;
  Storage storage_;
  float step_;
  unsigned slots_;
  unsigned now_ = 0;
  std::array<AlignedArray<float>, 2> floats_;
  std::array<AlignedArray<std::uint8_t>, 2> codes_, high_;
  AlignedArray<std::int32_t> sums_;
  std::array<std::atomic<std::uint32_t>, 2> largest_{};
};

}  // namespace deltasim
