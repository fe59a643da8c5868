#pragma once
// Which faults of its memories the reference network is run with.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace deltasim {

/// Bits of what is kept between two frames. A rate holds for every bit and every gap between
/// frames; an error stays where it is, since Y[t] = Y[t-1] + W*dX[t] only adds to it.
struct StateFaultSpec {
  double bit_error_rate = 0;
  bool sums = true;          ///< pre-activation sums Y (also of pools, joins and logits)
  bool activations = false;  ///< previous activations X[t-1], 8 bit, and the previous input frame
  int sum_bits = 16;         ///< width in which a sum is stored, kMinSumBits to kMaxSumBits
  static constexpr int kMinSumBits = 2;
  static constexpr int kMaxSumBits = 32;
  bool operator==(const StateFaultSpec&) const = default;
};

/// w + sigma |w| n (relative) or w + sigma n (absolute), n normal of mean 0 and variance 1.
struct WeightNoiseSpec {
  double sigma = 0;
  bool relative = true;
  std::vector<std::string> layers;  ///< shell patterns of layer names; empty: all
  bool operator==(const WeightNoiseSpec&) const = default;
};

struct FaultSpec {
  std::uint64_t seed = 1;
  /// Of every bit of the stored weights (8 bit, two's complement), once, before the first frame.
  double weight_bit_error_rate = 0;
  StateFaultSpec state;
  std::vector<WeightNoiseSpec> noise;  ///< one after another

  bool disturbs_weights() const;
  bool disturbs_state() const { return state.bit_error_rate > 0; }
  bool any() const { return disturbs_weights() || disturbs_state(); }
  bool operator==(const FaultSpec&) const = default;
};

/// In the text of a spec that disturbs previous activations: then an event may come from nothing.
inline constexpr std::string_view kDisturbedActivations = "previous activations";

/// All that the bits of a run depend on, such as "seed 1, weights 1e-06, state 1e-09 (sums of 16
/// bit)"; empty where nothing is disturbed. Equal texts give equal faults.
std::string to_string(const FaultSpec& spec);

}  // namespace deltasim
