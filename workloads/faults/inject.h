#pragma once
// Puts faults into what the reference network keeps in memory: its weights and its state.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "workloads/execution/program.h"
#include "workloads/faults/bit_flips.h"
#include "workloads/faults/fault_spec.h"
#include "workloads/graph.h"
#include "workloads/tensor.h"

namespace deltasim {

/// What happened to bits that were stored.
struct FlipCount {
  std::int64_t stored = 0;   ///< bits, over all frames
  std::int64_t flipped = 0;  ///< of them
};

struct DisturbedWeights {
  Weights weights;
  FlipCount flips;
  std::int64_t noisy = 0;  ///< weights that noise was added to
};

/// @throws ConfigError for a noise's pattern that is no layer's name, with the nearest
void check_noise(const Graph& graph, const FaultSpec& spec);

/// Adds the noise, then flips bits of every layer's weights as an accelerator stores them: 8 bit,
/// two's complement, the largest magnitude of the layer at code 127. Biases and factors of a batch
/// norm are left alone. A weight without noise or flip keeps its float to the bit; a flip of bit b
/// changes it by 2^b steps, and is not rounded otherwise.
/// @param stream the two streams' weights are stored apart and fail apart
/// @throws ConfigError as check_noise()
DisturbedWeights disturb_weights(const Graph& graph, Weights weights, const FaultSpec& spec,
                                 std::string_view stream);

/// Lets the state of a network that runs by the delta recursion decay between its frames.
class StateFaults {
 public:
  StateFaults(FaultSpec spec, std::string_view stream);

  /// To be called before every frame: what the frame before left behind is disturbed. Before the
  /// first there is nothing to disturb. Formats are fixed then by the largest magnitudes after it.
  /// @throws ConfigError where activations are to be disturbed that are held as codes (int8)
  void disturb(Program& program);
  const FlipCount& count() const { return count_; }

 private:
  template <typename Number>
  void disturb(std::span<Number> values, int bits, double finest, const std::string& name);

  FaultSpec spec_;
  std::string stream_;
  std::int64_t frame_ = 0;
  std::map<std::string, StoredFormat> formats_;  ///< by name of what is stored
  FlipCount count_;
};

}  // namespace deltasim
