#include "traces/counts.h"

#include <rapidcheck/boost_test.h>
#include <boost/test/unit_test.hpp>

#include <random>
#include <set>
#include <tuple>

namespace {

using deltasim::Bitmap;
using deltasim::Layer;
using deltasim::LayerWork;

/// Every MAC of the layer, one by one.
struct NaiveCounts {
  std::int64_t dense = 0;
  std::int64_t valid = 0;
  LayerWork work;
};

NaiveCounts count_naively(const Layer& layer, const Bitmap& input) {
  NaiveCounts counts;
  const auto& window = layer.window;
  const int group_inputs = layer.input.channels / layer.groups;
  const int group_outputs = layer.output.channels / layer.groups;
  counts.work.events = static_cast<std::int64_t>(input.count());
  for (int oy = 0; oy < layer.output.height; ++oy) {
    for (int ox = 0; ox < layer.output.width; ++ox) {
      for (int oc = 0; oc < layer.output.channels; ++oc) {
        bool touched = false;
        for (int ky = 0; ky < window.kernel_h; ++ky) {
          for (int kx = 0; kx < window.kernel_w; ++kx) {
            const int y = oy * window.stride_h - window.pad_top + ky * window.dilation_h;
            const int x = ox * window.stride_w - window.pad_left + kx * window.dilation_w;
            for (int ic = 0; ic < group_inputs; ++ic) {
              ++counts.dense;
              if (y < 0 || y >= layer.input.height || x < 0 || x >= layer.input.width) continue;
              ++counts.valid;
              const int channel = oc / group_outputs * group_inputs + ic;
              const auto element =
                  static_cast<std::size_t>((y * layer.input.width + x) * layer.input.channels) +
                  static_cast<std::size_t>(channel);
              if (!input.test(element)) continue;
              ++counts.work.effectual_macs;
              touched = true;
            }
          }
        }
        counts.work.touched_outputs += touched ? 1 : 0;
      }
    }
  }
  return counts;
}

int pick(int low, int high) { return *rc::gen::inRange(low, high + 1); }

int extent(int input, int before, int after, int kernel, int dilation, int stride) {
  return (input + before + after - (kernel - 1) * dilation - 1) / stride + 1;
}

Layer random_layer() {
  Layer layer;
  auto& w = layer.window;
  w.kernel_h = pick(1, 4);
  w.kernel_w = pick(1, 4);
  w.stride_h = pick(1, 3);
  w.stride_w = pick(1, 3);
  w.dilation_h = pick(1, 2);
  w.dilation_w = pick(1, 3);
  w.pad_top = pick(0, 3);
  w.pad_bottom = pick(0, 3);
  w.pad_left = pick(0, 3);
  w.pad_right = pick(0, 3);
  layer.input.height = (w.kernel_h - 1) * w.dilation_h + pick(1, 5);
  layer.input.width = (w.kernel_w - 1) * w.dilation_w + pick(1, 5);
  layer.groups = *rc::gen::element(1, 1, 2, 3, 70);
  layer.input.channels = layer.groups * *rc::gen::element(1, 2, 3, 32, 64);
  layer.output.channels = layer.groups * pick(1, 3);
  layer.output.height =
      extent(layer.input.height, w.pad_top, w.pad_bottom, w.kernel_h, w.dilation_h, w.stride_h);
  layer.output.width =
      extent(layer.input.width, w.pad_left, w.pad_right, w.kernel_w, w.dilation_w, w.stride_w);
  return layer;
}

Bitmap random_bits(std::size_t bits, double density, unsigned seed) {
  std::mt19937 random(seed);
  std::bernoulli_distribution one(density);
  Bitmap map(bits);
  for (std::size_t i = 0; i < bits; ++i) {
    if (one(random)) map.set(i);
  }
  return map;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(counts_test)

RC_BOOST_PROP(counts_equal_a_loop_over_all_macs, ()) {
  const Layer layer = random_layer();
  const double density = *rc::gen::element(0.0, 0.005, 0.1, 0.6, 1.0);
  const Bitmap input = random_bits(static_cast<std::size_t>(layer.input.elements()), density,
                                   *rc::gen::arbitrary<unsigned>());
  const NaiveCounts naive = count_naively(layer, input);
  const LayerWork work = deltasim::count_work(layer, input);
  RC_ASSERT(deltasim::dense_macs(layer) == naive.dense);
  RC_ASSERT(deltasim::valid_macs(layer) == naive.valid);
  RC_ASSERT(work.events == naive.work.events);
  RC_ASSERT(work.effectual_macs == naive.work.effectual_macs);
  RC_ASSERT(work.touched_outputs == naive.work.touched_outputs);
}

BOOST_AUTO_TEST_CASE(full_map_makes_every_valid_mac_effectual) {
  Layer layer;  // ResNet-50's first layer
  layer.input = {224, 224, 3};
  layer.output = {112, 112, 64};
  layer.window = {7, 7, 2, 2, 3, 3, 3, 3, 1, 1};
  Bitmap input(static_cast<std::size_t>(layer.input.elements()));
  input.fill();
  BOOST_TEST(deltasim::dense_macs(layer) == 118013952);
  const LayerWork work = deltasim::count_work(layer, input);
  BOOST_TEST(work.effectual_macs == deltasim::valid_macs(layer));
  BOOST_TEST(work.touched_outputs == layer.output.elements());
  BOOST_TEST(work.events == layer.input.elements());
}

BOOST_AUTO_TEST_CASE(counts_do_not_overflow_32_bits) {
  Layer layer;
  layer.input = {64, 64, 2048};
  layer.output = {64, 64, 4096};
  Bitmap input(static_cast<std::size_t>(layer.input.elements()));
  input.fill();
  const std::int64_t macs = std::int64_t{64} * 64 * 2048 * 4096;
  BOOST_TEST(deltasim::dense_macs(layer) == macs);
  BOOST_TEST(deltasim::count_work(layer, input).effectual_macs == macs);
}

BOOST_AUTO_TEST_SUITE_END()
