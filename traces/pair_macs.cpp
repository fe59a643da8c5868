#include "traces/pair_macs.h"

#include <bit>
#include <vector>

#include "arch/errors.h"

namespace deltasim {
namespace {

/// Adds one to `counts[c]` for every channel c of a pixel that is one.
void count_channels(const Bitmap& map, std::size_t begin, std::vector<std::int64_t>& counts) {
  const std::size_t end = begin + counts.size();
  for (std::size_t word = begin / 64; word * 64 < end; ++word) {
    for (std::uint64_t bits = map.words()[word]; bits != 0; bits &= bits - 1) {
      const std::size_t bit = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
      if (bit >= begin && bit < end) ++counts[bit - begin];
    }
  }
}

/// For each input channel, how many outputs of a filter meet a one at this tap.
std::vector<std::int64_t> ones_under_tap(const Layer& layer, const Bitmap& input, int tap_y,
                                         int tap_x) {
  const Window& w = layer.window;
  std::vector<std::int64_t> counts(static_cast<std::size_t>(layer.input.channels), 0);
  for (int out_y = 0; out_y < layer.output.height; ++out_y) {
    const int y = out_y * w.stride_h - w.pad_top + tap_y * w.dilation_h;
    if (y < 0 || y >= layer.input.height) continue;
    for (int out_x = 0; out_x < layer.output.width; ++out_x) {
      const int x = out_x * w.stride_w - w.pad_left + tap_x * w.dilation_w;
      if (x < 0 || x >= layer.input.width) continue;
      const auto pixel = static_cast<std::size_t>(std::int64_t{y} * layer.input.width + x);
      count_channels(input, pixel * counts.size(), counts);
    }
  }
  return counts;
}

/// Σ over filters and their input channels of the tap's weight bit times the channel's count.
std::int64_t pairs_at_tap(const Layer& layer, const Bitmap& weights, std::size_t tap,
                          const std::vector<std::int64_t>& counts) {
  const auto taps = static_cast<std::size_t>(layer.window.kernel_h) *
                    static_cast<std::size_t>(layer.window.kernel_w);
  const auto groups = static_cast<std::size_t>(layer.groups);
  const auto filters = static_cast<std::size_t>(layer.output.channels);
  const std::size_t channels = counts.size() / groups;
  std::int64_t pairs = 0;
  for (std::size_t k = 0; k < filters; ++k) {
    const std::size_t first_channel = k / (filters / groups) * channels;
    for (std::size_t c = 0; c < channels; ++c) {
      if (weights.test((k * channels + c) * taps + tap)) pairs += counts[first_channel + c];
    }
  }
  return pairs;
}

}  // namespace

std::int64_t count_pair_macs(const Layer& layer, const Bitmap& input, const Bitmap& weights) {
  const Window& w = layer.window;
  DELTASIM_INVARIANT(static_cast<std::int64_t>(input.size()) == layer.input.elements(),
                     "the bitmap is that of the layer's input");
  DELTASIM_INVARIANT(static_cast<std::int64_t>(weights.size()) ==
                         std::int64_t{layer.output.channels} *
                             (layer.input.channels / layer.groups) * w.kernel_h * w.kernel_w,
                     "the weights' bits are those of the layer");
  std::int64_t pairs = 0;
  for (int y = 0; y < w.kernel_h; ++y) {
    for (int x = 0; x < w.kernel_w; ++x) {
      pairs += pairs_at_tap(layer, weights, static_cast<std::size_t>(y * w.kernel_w + x),
                            ones_under_tap(layer, input, y, x));
    }
  }
  return pairs;
}

}  // namespace deltasim
