#pragma once
// From W*X to Y: bias, join and, in delta execution, the state.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "workloads/execution/aligned_array.h"
#include "workloads/execution/finisher.h"
#include "workloads/execution/value.h"

namespace deltasim {

/// A packed run of a map's elements: whole pixels, or some channels of one pixel.
struct Run {
  std::size_t offset = 0;  ///< of the first element in the map
  std::size_t pixels = 1;
  std::size_t first_channel = 0;
  std::size_t channels = 0;
  std::size_t elements() const { return pixels * channels; }
};

/// Dense: Y = W*X + B + addend, where W*X may be multiplied per channel first (a batch norm that
/// is kept apart from the weights). Delta: Y += W*dX + d(addend), where Y starts as B; a join of
/// two sums keeps one state (its other operand passes on its change only, `only_joined`).
template <typename Sum>
class JoinedSums {
 public:
  struct Parts {
    std::vector<Sum> bias;            ///< per channel; of both operands in a delta join of sums
    const Value* addend = nullptr;    ///< the join's other operand
    std::vector<float> addend_ratio;  ///< sums per code of the addend, per channel (integers)
    std::vector<float> scales;        ///< of the sums, per channel (integers)
    std::vector<float> multipliers;   ///< of W*X, per channel; empty = 1 (floats)
    bool only_joined = false;
    bool recursive = false;
    bool keep_sums = false;  ///< dense: keep Y, for comparison
  };

  JoinedSums(Value& value, Parts parts, std::optional<Finisher> finisher);

  /// @param y the run's W*X (or W*dX); changed
  void finish(Sum* y, const Run& run);
  /// Y of all elements, if it is kept; the state in delta execution.
  std::span<const Sum> sums() const { return sums_.span(); }
  /// What is kept until the next frame, for whoever lets a memory fail between two frames; empty in
  /// dense execution and where there is no state.
  std::span<Sum> state() { return parts_.recursive ? sums_.span() : std::span<Sum>(); }
  Finisher* finisher() { return finisher_ ? &*finisher_ : nullptr; }
  const Parts& parts() const { return parts_; }

 private:
  bool finish_in_one_pass(const Sum* y, const Run& run) const;
  void add_operands(Sum* y, const Run& run) const;
  void update_state(Sum* y, const Run& run);
  void pass_on(Sum* y, const Run& run);

  Value& value_;
  Parts parts_;
  Parts repeated_;  ///< the arrays per channel, repeated to whole bitmap words
  std::optional<Finisher> finisher_;
  AlignedArray<Sum> sums_;
};

}  // namespace deltasim
