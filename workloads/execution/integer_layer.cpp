#include "workloads/execution/integer_layer.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace deltasim {
namespace {

constexpr double kLargestWeight = 127;
constexpr double kLargestBias = 1 << 22;      // leaves room for the products beside it
constexpr double kLargestMultiple = 1 << 14;  // of a shortcut's 16-bit code in a sum
constexpr double kSmallestScale = 1e-30;

std::span<const float> row_of(std::span<const float> weights, std::size_t rows, std::size_t row) {
  const std::size_t length = weights.size() / rows;
  return weights.subspan(row * length, length);
}

std::int64_t magnitude_sum(std::span<const std::int8_t> row) {
  std::int64_t sum = 0;
  for (const std::int8_t weight : row) sum += std::abs(weight);
  return sum;
}

}  // namespace

std::vector<float> finest_scales(const LayerGeometry& geometry, std::span<const float> weights,
                                 std::span<const float> bias, float input_step) {
  const auto outputs = static_cast<std::size_t>(geometry.output.channels);
  std::vector<float> scales(outputs);
  for (std::size_t o = 0; o < outputs; ++o) {
    double largest = 0;
    for (const float weight : row_of(weights, outputs, o))
      largest = std::max(largest, std::abs(static_cast<double>(weight)));
    const double for_weights = largest * static_cast<double>(input_step) / kLargestWeight;
    const double for_bias = std::abs(static_cast<double>(bias[o])) / kLargestBias;
    scales[o] = static_cast<float>(std::max({for_weights, for_bias, kSmallestScale}));
  }
  return scales;
}

void fit_to_shortcut(std::vector<float>& scales, float shortcut_step) {
  for (float& scale : scales) {
    const double multiple =
        std::min(std::floor(static_cast<double>(shortcut_step) / static_cast<double>(scale)),
                 kLargestMultiple);
    if (multiple >= 1) scale = static_cast<float>(static_cast<double>(shortcut_step) / multiple);
  }
}

std::vector<float> shortcut_ratio(std::span<const float> scales, float shortcut_step) {
  std::vector<float> ratio;
  for (const float scale : scales) {
    const double exact = static_cast<double>(shortcut_step) / static_cast<double>(scale);
    ratio.push_back(static_cast<float>(exact < 0.75 ? exact : std::nearbyint(exact)));
  }
  return ratio;
}

IntegerLayer quantize_weights(const LayerGeometry& geometry, std::span<const float> weights,
                              std::span<const float> bias, float input_step,
                              std::vector<float> scales) {
  const auto outputs = static_cast<std::size_t>(geometry.output.channels);
  IntegerLayer layer;
  layer.weights.resize(weights.size());
  auto* code = layer.weights.data();
  for (std::size_t o = 0; o < outputs; ++o) {
    const double factor = static_cast<double>(input_step) / static_cast<double>(scales[o]);
    const std::int8_t* begin = code;
    for (const float weight : row_of(weights, outputs, o))
      *code++ = static_cast<std::int8_t>(
          std::clamp(std::nearbyint(weight * factor), -kLargestWeight, kLargestWeight));
    layer.largest_row = std::max(layer.largest_row, magnitude_sum({begin, code}));
    layer.bias.push_back(static_cast<std::int32_t>(
        std::nearbyint(static_cast<double>(bias[o]) / static_cast<double>(scales[o]))));
  }
  layer.scales = std::move(scales);
  return layer;
}

}  // namespace deltasim
