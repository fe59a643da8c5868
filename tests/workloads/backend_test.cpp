// Both backends against a loop that nobody could get wrong.

#include <rapidcheck/boost_test.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

#include "workloads/execution/backend.h"

namespace deltasim {
namespace {

BOOST_AUTO_TEST_SUITE(backend_test)

template <typename T>
std::vector<T> random_values(std::size_t n, int low, int high, std::mt19937& random) {
  std::uniform_int_distribution<int> uniform(low, high);
  std::vector<T> values(n);
  for (T& value : values) value = static_cast<T>(uniform(random));
  return values;
}

template <typename Operand, typename Weight>
double naive_sum(const LayerGeometry& g, const std::vector<Operand>& input,
                 const std::vector<Weight>& weights, int row, int column, int channel) {
  const Window& w = g.window;
  const int group = channel / g.group_outputs();
  double sum = 0;
  for (int ky = 0; ky < w.kernel_h; ++ky)
    for (int kx = 0; kx < w.kernel_w; ++kx)
      for (int i = 0; i < g.group_inputs(); ++i) {
        const int y = row * w.stride_h - w.pad_top + ky * w.dilation_h;
        const int x = column * w.stride_w - w.pad_left + kx * w.dilation_w;
        if (y < 0 || y >= g.input.height || x < 0 || x >= g.input.width) continue;
        const int from = (y * g.input.width + x) * g.input.channels + group * g.group_inputs() + i;
        const int weight = ((channel * g.group_inputs() + i) * w.kernel_h + ky) * w.kernel_w + kx;
        sum += static_cast<double>(input[static_cast<std::size_t>(from)]) *
               static_cast<double>(weights[static_cast<std::size_t>(weight)]);
      }
  return sum;
}

int outputs_along(int input, int kernel, int stride, int dilation, int pads) {
  return (input + pads - ((kernel - 1) * dilation + 1)) / stride + 1;
}

void set_output(LayerGeometry& g, int channels) {
  const Window& w = g.window;
  g.output = {
      outputs_along(g.input.height, w.kernel_h, w.stride_h, w.dilation_h, w.pad_top + w.pad_bottom),
      outputs_along(g.input.width, w.kernel_w, w.stride_w, w.dilation_w, w.pad_left + w.pad_right),
      channels};
}

LayerGeometry random_geometry(std::mt19937& random) {
  const auto pick = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  LayerGeometry g;
  Window& w = g.window;
  w.kernel_h = pick(1, 4), w.kernel_w = pick(1, 4);
  w.stride_h = pick(1, 3), w.stride_w = pick(1, 3);
  w.dilation_h = pick(1, 2), w.dilation_w = pick(1, 2);
  w.pad_top = pick(0, 4), w.pad_bottom = pick(0, 4), w.pad_left = pick(0, 4),
  w.pad_right = pick(0, 4);
  g.groups = pick(0, 2) == 0 ? pick(2, 4) : 1;
  const bool depthwise = g.groups > 1 && pick(0, 1) == 0;
  g.input = {pick(7, 15), pick(7, 15),
             g.groups * (depthwise         ? 1
                         : pick(0, 2) == 0 ? 16
                                           : pick(1, 19))};
  set_output(g, g.groups * (depthwise ? 1 : pick(0, 2) == 0 ? 32 : pick(1, 21)));
  return g;
}

/// Sums that differ from the naive loop's, or were left out. Small whole numbers: float sums of
/// them are exact in any order.
template <typename Operand, typename Weight, typename Sum>
std::int64_t wrong_sums(const Backend& backend, const LayerGeometry& g, int threads,
                        int lowest_input, int largest_input, int largest_weight, unsigned seed) {
  std::mt19937 random(seed);
  const auto input = random_values<Operand>(static_cast<std::size_t>(g.input.elements()),
                                            lowest_input, largest_input, random);
  const auto weights = random_values<Weight>(g.weights(), -largest_weight, largest_weight, random);
  const std::vector<Block> blocks = plan_blocks(g, threads);
  const auto kernel = backend.prepare(g, std::span<const Weight>(weights), blocks);
  std::int64_t right = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const Block& b = blocks[i];
    std::vector<Sum> sums(static_cast<std::size_t>(b.rows()) * g.output.width * b.channels());
    const auto first = static_cast<std::size_t>(input_rows(g, b).begin) * g.input.width *
                       static_cast<std::size_t>(g.input.channels);
    kernel->run(i, input.data() + first, sums.data());
    std::size_t at = 0;
    for (int row = b.row_begin; row < b.row_end; ++row)
      for (int column = 0; column < g.output.width; ++column)
        for (int channel = b.channel_begin; channel < b.channel_end; ++channel)
          right +=
              static_cast<double>(sums[at++]) == naive_sum(g, input, weights, row, column, channel);
  }
  return g.output.elements() - right;
}

std::int64_t wrong_floats(const Backend& backend, const LayerGeometry& g, int threads,
                          unsigned seed) {
  return wrong_sums<float, float, float>(backend, g, threads, -50, 50, 20, seed);
}
/// Large codes and all weights, so that 16-bit pair sums would saturate.
std::int64_t wrong_integers(const Backend& backend, const LayerGeometry& g, int threads,
                            unsigned seed) {
  return wrong_sums<std::uint8_t, std::int8_t, std::int32_t>(backend, g, threads, 200, 255, 127,
                                                             seed);
}

void check_random_layers(const Backend& backend) {
  const auto seed = *rc::gen::inRange(0U, 1000000U);
  std::mt19937 random(seed);
  const LayerGeometry geometry = random_geometry(random);
  const int threads = *rc::gen::inRange(1, 5);
  RC_ASSERT(wrong_floats(backend, geometry, threads, seed) == 0);
  RC_ASSERT(wrong_integers(backend, geometry, threads, seed) == 0);
}

RC_BOOST_PROP(eigen_agrees_with_the_naive_loop, ()) { check_random_layers(*make_eigen_backend()); }
RC_BOOST_PROP(onednn_agrees_with_the_naive_loop, ()) {
  check_random_layers(*make_onednn_backend());
}

LayerGeometry layer(Shape input, int outputs, int kernel, int stride, int pad, int groups = 1) {
  LayerGeometry g{.input = input, .output = {}, .window = {}, .groups = groups};
  g.window = {.kernel_h = kernel,
              .kernel_w = kernel,
              .stride_h = stride,
              .stride_w = stride,
              .pad_top = pad,
              .pad_bottom = pad,
              .pad_left = pad,
              .pad_right = pad};
  set_output(g, outputs);
  return g;
}

BOOST_AUTO_TEST_CASE(onednn_on_the_shapes_that_are_treated_apart) {
  const LayerGeometry layers[] = {
      layer({9, 9, 768}, 64, 1, 1, 0),   // two slices of channels
      layer({9, 9, 1000}, 64, 1, 2, 0),  // three, the last one ragged, stride 2
      layer({13, 14, 30}, 48, 7, 2, 3),  // the last of two channel blocks ragged
      layer({13, 14, 32}, 48, 3, 2, 1),  // channel blocks
      layer({7, 7, 256}, 512, 3, 1, 1),  // cut along the channels
      layer({6, 6, 24}, 40, 6, 1, 0),    // fully connected
      layer({1, 1, 2048}, 1001, 1, 1, 0), layer({14, 14, 64}, 64, 3, 1, 1, 64),
  };
  unsigned seed = 0;
  for (const LayerGeometry& g : layers)
    for (const int threads : {1, 2, 3}) {
      const auto backend = make_onednn_backend();
      BOOST_TEST(wrong_floats(*backend, g, threads, ++seed) == 0, to_string(g.input) << " floats");
      BOOST_TEST(wrong_integers(*backend, g, threads, seed) == 0, to_string(g.input) << " codes");
    }
}

RC_BOOST_PROP(blocks_cover_a_layer_once_and_share_no_bitmap_word, ()) {
  std::mt19937 random(*rc::gen::inRange(0U, 1000000U));
  const LayerGeometry g = random_geometry(random);
  std::vector<int> covered(static_cast<std::size_t>(g.output.elements()), 0);
  std::vector<int> owner((covered.size() + 63) / 64, -1);
  int index = 0;
  for (const Block& b : plan_blocks(g, *rc::gen::inRange(1, 9))) {
    RC_ASSERT(b.rows() > 0 && b.channels() > 0);
    for (int row = b.row_begin; row < b.row_end; ++row)
      for (int column = 0; column < g.output.width; ++column)
        for (int channel = b.channel_begin; channel < b.channel_end; ++channel) {
          const auto element = static_cast<std::size_t>(
              (row * g.output.width + column) * g.output.channels + channel);
          ++covered[element];
          RC_ASSERT(owner[element / 64] == -1 || owner[element / 64] == index);
          owner[element / 64] = index;
        }
    ++index;
  }
  for (const int times : covered) RC_ASSERT(times == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
