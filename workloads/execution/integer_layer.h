#pragma once
// A layer's weights as 8-bit integers.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "workloads/execution/backend.h"

namespace deltasim {

/// Bound of W*X of an integer layer: two of them, or one and a shortcut (at most 2^30) and a
/// bias (at most 2^22) add up in 32 bits.
constexpr std::int64_t kLargestProductSum = std::int64_t{1} << 29;

/// Symmetric 8-bit weights per output channel: weight = code * scale / input step, so that a
/// sum of codes times input codes, plus the integer bias, times `scale` is the layer's output.
struct IntegerLayer {
  std::vector<std::int8_t> weights;  ///< OIHW
  std::vector<float> scales;         ///< of the sums, per output channel
  std::vector<std::int32_t> bias;    ///< in sums
  std::int64_t largest_row = 0;      ///< largest sum of magnitudes over one output channel
};

/// The finest scale per output channel whose codes reach every weight and whose bias fits.
/// @param input_step of the layer's input grid
std::vector<float> finest_scales(const LayerGeometry& geometry, std::span<const float> weights,
                                 std::span<const float> bias, float input_step);

/// Where a shortcut's codes join the sums: makes every scale the shortcut's step divided by a
/// whole number (a little coarser than before), so that the join is exact in integers. Scales
/// that are coarser than the step itself stay as they are.
void fit_to_shortcut(std::vector<float>& scales, float shortcut_step);

/// Sums that one code of a shortcut is worth, per output channel: whole where the scales were
/// fitted, below one otherwise.
std::vector<float> shortcut_ratio(std::span<const float> scales, float shortcut_step);

IntegerLayer quantize_weights(const LayerGeometry& geometry, std::span<const float> weights,
                              std::span<const float> bias, float input_step,
                              std::vector<float> scales);

}  // namespace deltasim
