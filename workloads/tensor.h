#pragma once
// A named array of floats as weight files hold it.

#include <cstdint>
#include <functional>
#include <map>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace deltasim {

/// C order.
struct Tensor {
  std::vector<int> shape;
  std::vector<float> values;

  std::size_t elements() const {
    return std::accumulate(
        shape.begin(), shape.end(), std::size_t{1},
        [](std::size_t n, int extent) { return n * static_cast<std::size_t>(extent); });
  }
  bool operator==(const Tensor&) const = default;
};

/// Where a network's weights come from; shown wherever its numbers are.
enum class WeightsKind : std::uint8_t { kTrained, kCrossModality, kUntrained };
/// "trained", "cross-modality", "untrained"
std::string_view to_string(WeightsKind kind);

/// Parameters by name: "<node>.weight", "<node>.bias", and for batch norm "<node>.running_mean"
/// and "<node>.running_var" as well.
struct Weights {
  std::map<std::string, Tensor> tensors;
  WeightsKind kind = WeightsKind::kTrained;
  std::string source;  ///< file name, or "He initialisation, seed 1"
};

}  // namespace deltasim
