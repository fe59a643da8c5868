#pragma once
// The loop bounds of a layer, as the mapper needs them.

#include <cstdint>

#include "sim/mapping/tile_program.h"
#include "workloads/graph.h"

namespace deltasim {

struct LayerExtent {
  /// @param frames of a batch: computed side by side with the same weights
  explicit LayerExtent(const Layer& layer, int frames = 1);
  explicit LayerExtent(const MappingRequest& request) : LayerExtent(request.layer, request.batch) {}

  int k, c;                      ///< output and input channels of the whole layer
  int groups;                    ///< of a grouped convolution
  int k_per_group, c_per_group;  ///< channels of one group
  int height, width;             ///< of the output map
  int input_height, input_width;
  int taps;           ///< kernel height x width
  double valid_taps;  ///< share of (output pixel, tap) pairs that lie inside the input map
  Window window;
  int batch;  ///< frames; all of the above is of one

  int pixels() const { return height * width; }
  /// Products that one output sums.
  int window_size() const { return taps * c_per_group; }
  /// Of all frames.
  std::int64_t outputs() const { return std::int64_t{k} * pixels() * batch; }
  std::int64_t weights() const { return std::int64_t{k} * window_size(); }
  /// Of all frames; dense, padding taps included.
  std::int64_t macs() const { return outputs() * window_size(); }
  /// Rows of the input map under the windows of these output rows, clipped to the map.
  Range input_rows(Range y) const;
  /// The most that `rows` consecutive output rows can have.
  int input_rows_under(int rows) const;
};

/// Of non-negative `a`, positive `b`.
template <typename T>
constexpr T ceil_div(T a, T b) {
  return (a + b - 1) / b;
}

}  // namespace deltasim
