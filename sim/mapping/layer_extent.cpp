#include "sim/mapping/layer_extent.h"

#include <algorithm>

namespace deltasim {
namespace {

/// Share of (position, tap) pairs of one dimension that hit the map.
double valid_share(int positions, int kernel, int stride, int dilation, int pad, int extent) {
  std::int64_t valid = 0;
  for (int p = 0; p < positions; ++p) {
    for (int t = 0; t < kernel; ++t) {
      const int at = p * stride + t * dilation - pad;
      valid += at >= 0 && at < extent;
    }
  }
  return static_cast<double>(valid) / (static_cast<double>(positions) * kernel);
}

}  // namespace

LayerExtent::LayerExtent(const Layer& layer, int frames)
    : k(layer.output.channels),
      c(layer.input.channels),
      groups(layer.groups),
      k_per_group(k / groups),
      c_per_group(c / groups),
      height(layer.output.height),
      width(layer.output.width),
      input_height(layer.input.height),
      input_width(layer.input.width),
      taps(layer.window.kernel_h * layer.window.kernel_w),
      valid_taps(1),
      window(layer.window),
      batch(frames) {
  const Window& w = window;
  valid_taps = valid_share(height, w.kernel_h, w.stride_h, w.dilation_h, w.pad_top, input_height) *
               valid_share(width, w.kernel_w, w.stride_w, w.dilation_w, w.pad_left, input_width);
}

Range LayerExtent::input_rows(Range y) const {
  const int first = y.begin * window.stride_h - window.pad_top;
  const int last =
      (y.end - 1) * window.stride_h + (window.kernel_h - 1) * window.dilation_h - window.pad_top;
  const int begin = std::clamp(first, 0, input_height);
  return {begin, std::clamp(last + 1, begin, input_height)};
}

int LayerExtent::input_rows_under(int rows) const {
  const int reach = (rows - 1) * window.stride_h + (window.kernel_h - 1) * window.dilation_h + 1;
  return std::min(reach, input_height);
}

}  // namespace deltasim
