#include <algorithm>
#include <array>
#include <utility>

#include "workloads/execution/aligned_array.h"
#include "workloads/execution/backend.h"
#include "workloads/execution/onednn_kernel.h"
#include "workloads/execution/scratch.h"
#include "workloads/kernels/kernels.h"

namespace deltasim {
namespace {

/// A fully connected layer reads its input as one long pixel: one product of matrices.
bool covers_input(const LayerGeometry& g) {
  const Window& w = g.window;
  return g.groups == 1 && g.output.pixels() == 1 && w.kernel_h == g.input.height &&
         w.kernel_w == g.input.width && w.pad_top + w.pad_bottom + w.pad_left + w.pad_right == 0 &&
         w.dilation_h == 1 && w.dilation_w == 1;
}

/// Padding at least as wide as the kernel: oneDNN has no way to say it for a part of the rows.
bool pads_whole_windows(const LayerGeometry& g) {
  const Window& w = g.window;
  const int reach_h = (w.kernel_h - 1) * w.dilation_h + 1;
  const int reach_w = (w.kernel_w - 1) * w.dilation_w + 1;
  return std::max(w.pad_top, w.pad_bottom) >= reach_h ||
         std::max(w.pad_left, w.pad_right) >= reach_w;
}

/// OIHW with the kernel moved in front of the input channels: [o][y][x][i].
template <typename Weight>
std::vector<Weight> channels_last(const LayerGeometry& g, std::span<const Weight> weights) {
  const auto inputs = static_cast<std::size_t>(g.group_inputs());
  const auto taps = static_cast<std::size_t>(g.window.kernel_h) * g.window.kernel_w;
  std::vector<Weight> result(weights.size());
  for (std::size_t o = 0; o < static_cast<std::size_t>(g.output.channels); ++o)
    for (std::size_t i = 0; i < inputs; ++i)
      for (std::size_t tap = 0; tap < taps; ++tap)
        result[(o * taps + tap) * inputs + i] = weights[(o * inputs + i) * taps + tap];
  return result;
}

LayerGeometry as_vector_layer(const LayerGeometry& g) {
  LayerGeometry flat = g;
  flat.window = Window{};
  flat.input = {1, 1, static_cast<int>(g.input.elements())};
  return flat;
}

using onednn::OneDnnKernel;
using OneDnnInteger = OneDnnKernel<std::uint8_t, std::int8_t, std::int32_t>;

/// Taps of one window that lie inside the input.
std::int32_t valid_taps(const LayerGeometry& g, int row, int column) {
  const Window& w = g.window;
  std::int32_t taps = 0;
  for (int ky = 0; ky < w.kernel_h; ++ky)
    for (int kx = 0; kx < w.kernel_w; ++kx) {
      const int y = row * w.stride_h - w.pad_top + ky * w.dilation_h;
      const int x = column * w.stride_w - w.pad_left + kx * w.dilation_w;
      taps += y >= 0 && y < g.input.height && x >= 0 && x < g.input.width;
    }
  return taps;
}

/// Whether this machine's primitives add exactly up to 255 * |weight| on every tap. Without VNNI
/// oneDNN adds pairs of products in 16 bits, and some kernels pass sums through float32. Inputs
/// are the largest code but for one channel of a group, which makes most sums odd: neither
/// saturation nor a 24-bit mantissa goes unnoticed.
bool adds_exactly(const LayerGeometry& g, std::int8_t weight, const std::vector<Block>& blocks) {
  const std::vector<std::int8_t> weights(g.weights(), weight);
  const std::vector<Block> tried =
      blocks.size() > 1 ? std::vector<Block>{blocks.front(), blocks.back()} : blocks;
  const OneDnnInteger kernel(g, weights, tried);
  std::vector<std::uint8_t> input(static_cast<std::size_t>(g.input.elements()), 255);
  for (std::size_t i = 0; i < input.size(); i += g.group_inputs()) input[i] = 254;
  const std::int32_t sum_a_tap = weight * (255 * g.group_inputs() - 1);
  for (std::size_t index = 0; index < tried.size(); ++index) {
    const Block& block = tried[index];
    AlignedArray<std::int32_t> sums(static_cast<std::size_t>(block.rows()) * g.output.width *
                                    block.channels());
    const auto first = static_cast<std::size_t>(input_rows(g, block).begin) * g.input.width *
                       static_cast<std::size_t>(g.input.channels);
    kernel.run(index, input.data() + first, sums.data());
    const std::int32_t* sum = sums.data();
    for (int row = block.row_begin; row < block.row_end; ++row)
      for (int column = 0; column < g.output.width; ++column, sum += block.channels()) {
        const std::int32_t expected = sum_a_tap * valid_taps(g, row, column);
        if (std::any_of(sum, sum + block.channels(), [&](auto s) { return s != expected; }))
          return false;
      }
  }
  return true;
}

constexpr std::int8_t kHalf = 64;  // 255 * 64 * 2 still fits in 16 bits

/// The two halves of every weight, each at most 64: what 16-bit pair sums can hold.
class HalvedKernel final : public IntegerKernel {
 public:
  HalvedKernel(const LayerGeometry& geometry, std::span<const std::int8_t> weights,
               const std::vector<Block>& blocks)
      : geometry_(geometry), blocks_(blocks) {
    std::array<std::vector<std::int8_t>, 2> halves;
    for (const std::int8_t weight : weights) {
      halves[0].push_back(static_cast<std::int8_t>(weight / 2));
      halves[1].push_back(static_cast<std::int8_t>(weight - weight / 2));
    }
    first_ = std::make_unique<OneDnnInteger>(geometry, halves[0], blocks);
    second_ = std::make_unique<OneDnnInteger>(geometry, halves[1], blocks);
  }

  void run(std::size_t index, const std::uint8_t* input, std::int32_t* sums) const override {
    const Block& block = blocks_[index];
    const std::size_t elements = static_cast<std::size_t>(block.rows()) * geometry_.output.width *
                                 static_cast<std::size_t>(block.channels());
    auto* more = borrow<Scratch::kSecondSums, std::int32_t>(elements);
    first_->run(index, input, sums);
    second_->run(index, input, more);
    kernels().add_integers(sums, more, elements);
  }

 private:
  LayerGeometry geometry_;
  std::vector<Block> blocks_;
  std::unique_ptr<IntegerKernel> first_;
  std::unique_ptr<IntegerKernel> second_;
};

class OneDnnBackend final : public Backend {
 public:
  std::string_view name() const override { return "onednn"; }

  std::unique_ptr<FloatKernel> prepare(const LayerGeometry& geometry,
                                       std::span<const float> weights,
                                       const std::vector<Block>& blocks) const override {
    using Kernel = OneDnnKernel<float, float, float>;
    if (pads_whole_windows(geometry))
      return make_eigen_backend()->prepare(geometry, weights, blocks);
    if (!covers_input(geometry)) return std::make_unique<Kernel>(geometry, weights, blocks);
    const std::vector<float> flat = channels_last(geometry, weights);
    return std::make_unique<Kernel>(as_vector_layer(geometry), flat, blocks);
  }

  std::unique_ptr<IntegerKernel> prepare(const LayerGeometry& geometry,
                                         std::span<const std::int8_t> weights,
                                         const std::vector<Block>& blocks) const override {
    if (pads_whole_windows(geometry))
      return make_eigen_backend()->prepare(geometry, weights, blocks);
    if (!covers_input(geometry)) return prepare_exact(geometry, weights, blocks);
    const std::vector<std::int8_t> flat = channels_last(geometry, weights);
    return prepare_exact(as_vector_layer(geometry), flat, blocks);
  }

 private:
  std::unique_ptr<IntegerKernel> prepare_exact(const LayerGeometry& geometry,
                                               std::span<const std::int8_t> weights,
                                               const std::vector<Block>& blocks) const {
    // What the trial below adds up must itself fit.
    const bool fits = geometry.weights() / geometry.output.channels < (std::size_t{1} << 16);
    if (!fits) return make_eigen_backend()->prepare(geometry, weights, blocks);
    if (adds_exactly(geometry, 127, blocks))
      return std::make_unique<OneDnnInteger>(geometry, weights, blocks);
    if (adds_exactly(geometry, kHalf, blocks))
      return std::make_unique<HalvedKernel>(geometry, weights, blocks);
    return make_eigen_backend()->prepare(geometry, weights, blocks);
  }
};

}  // namespace

std::unique_ptr<Backend> make_onednn_backend() { return std::make_unique<OneDnnBackend>(); }

}  // namespace deltasim
