#pragma once
// dX = X[t] - X[t-1] as the layers of the delta recursion read it.

#include <array>
#include <cstdint>

#include "workloads/execution/aligned_array.h"
#include "workloads/execution/step.h"
#include "workloads/execution/value.h"

namespace deltasim {

/// Floats, or unsigned bytes: a change of codes is run as its positive less its negative part,
/// each with a plane of high bytes that is used only when a code needs it.
class Difference final : public Step {
 public:
  /// @param value with its previous frame
  explicit Difference(const Value& value);

  std::size_t blocks() const override { return 1; }
  void run(std::size_t block) override;

  const Value& value() const { return value_; }
  const float* floats() const { return floats_.data(); }
  const std::uint8_t* positive() const { return planes_[0].data(); }
  const std::uint8_t* negative() const { return planes_[1].data(); }
  const std::uint8_t* positive_high() const { return planes_[2].data(); }
  const std::uint8_t* negative_high() const { return planes_[3].data(); }
  bool has_high() const { return value_.has_high_codes() || value_.had_high_codes(); }

 private:
  const Value& value_;
  AlignedArray<float> floats_;
  std::array<AlignedArray<std::uint8_t>, 4> planes_;
};

}  // namespace deltasim
