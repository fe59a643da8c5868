#include "traces/pair_macs.h"

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>

#include "traces/counts.h"

using namespace deltasim;

namespace {

int between(int low, int high) { return *rc::gen::inRange(low, high + 1); }

Bitmap random_bits(std::int64_t size) {
  const auto values = *rc::gen::container<std::vector<bool>>(static_cast<std::size_t>(size),
                                                             rc::gen::arbitrary<bool>());
  Bitmap bits(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i]) bits.set(i);
  }
  return bits;
}

/// Strides, dilation, uneven padding and groups.
Layer random_layer() {
  Layer layer;
  layer.groups = between(1, 3);
  layer.input = {between(1, 6), between(1, 6), layer.groups * between(1, 4)};
  layer.window = {between(1, 3), between(1, 3), between(1, 2), between(1, 2), between(0, 3),
                  between(0, 3), between(0, 3), between(0, 3), between(1, 2), between(1, 2)};
  layer.output = {between(1, 5), between(1, 5), layer.groups * between(1, 3)};
  return layer;
}

std::int64_t weight_count(const Layer& layer) {
  return std::int64_t{layer.output.channels} * (layer.input.channels / layer.groups) *
         layer.window.kernel_h * layer.window.kernel_w;
}

/// The pairs of one output element.
std::int64_t pairs_of_output(const Layer& layer, const Bitmap& input, const Bitmap& weights, int k,
                             int out_y, int out_x) {
  const Window& w = layer.window;
  const int channels = layer.input.channels / layer.groups;
  const int group = k / (layer.output.channels / layer.groups);
  std::int64_t pairs = 0;
  for (int c = 0; c < channels; ++c) {
    for (int i = 0; i < w.kernel_h * w.kernel_w; ++i) {
      const int y = out_y * w.stride_h - w.pad_top + i / w.kernel_w * w.dilation_h;
      const int x = out_x * w.stride_w - w.pad_left + i % w.kernel_w * w.dilation_w;
      if (y < 0 || y >= layer.input.height || x < 0 || x >= layer.input.width) continue;
      const int element = (y * layer.input.width + x) * layer.input.channels + group * channels + c;
      const int weight = (k * channels + c) * w.kernel_h * w.kernel_w + i;
      pairs += input.test(static_cast<std::size_t>(element)) &&
               weights.test(static_cast<std::size_t>(weight));
    }
  }
  return pairs;
}

std::int64_t pairs_one_by_one(const Layer& layer, const Bitmap& input, const Bitmap& weights) {
  std::int64_t pairs = 0;
  for (int k = 0; k < layer.output.channels; ++k) {
    for (int y = 0; y < layer.output.height; ++y) {
      for (int x = 0; x < layer.output.width; ++x) {
        pairs += pairs_of_output(layer, input, weights, k, y, x);
      }
    }
  }
  return pairs;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pair_macs_test)

BOOST_AUTO_TEST_CASE(equal_to_counting_one_by_one) {
  BOOST_TEST(rc::check("pairs", [] {
    const Layer layer = random_layer();
    const Bitmap input = random_bits(layer.input.elements());
    const Bitmap weights = random_bits(weight_count(layer));
    RC_ASSERT(count_pair_macs(layer, input, weights) == pairs_one_by_one(layer, input, weights));
  }));
}

BOOST_AUTO_TEST_CASE(dense_weights_leave_the_activations_work) {
  BOOST_TEST(rc::check("dense weights", [] {
    const Layer layer = random_layer();
    const Bitmap input = random_bits(layer.input.elements());
    Bitmap weights(static_cast<std::size_t>(weight_count(layer)));
    weights.fill();
    RC_ASSERT(count_pair_macs(layer, input, weights) == count_work(layer, input).effectual_macs);
  }));
}

BOOST_AUTO_TEST_SUITE_END()
