#include "sim/components/delta_unit/touched_map.h"

#include <boost/test/unit_test.hpp>

#include "tests/sim/engine_support.h"
#include "traces/counts.h"

namespace deltasim {
namespace {

using namespace test;

bool is_touched(const Layer& layer, const Bitmap& events, int y, int x, int k) {
  const Window& w = layer.window;
  const int in_group = layer.input.channels / layer.groups;
  const int group = k / (layer.output.channels / layer.groups);
  for (int i = 0; i < w.kernel_h; ++i) {
    for (int j = 0; j < w.kernel_w; ++j) {
      const int iy = y * w.stride_h - w.pad_top + i * w.dilation_h;
      const int ix = x * w.stride_w - w.pad_left + j * w.dilation_w;
      if (iy < 0 || ix < 0 || iy >= layer.input.height || ix >= layer.input.width) continue;
      for (int c = group * in_group; c < (group + 1) * in_group; ++c) {
        const int element = (iy * layer.input.width + ix) * layer.input.channels + c;
        if (events.test(static_cast<std::size_t>(element))) return true;
      }
    }
  }
  return false;
}

Tile whole(const Layer& layer) {
  Tile tile;
  tile.k = {0, layer.output.channels};
  tile.y = {0, layer.output.height};
  tile.pixels = {0, layer.output.height * layer.output.width};
  return tile;
}

BOOST_AUTO_TEST_SUITE(touched_map_test)

BOOST_AUTO_TEST_CASE(an_output_is_touched_where_its_window_holds_an_event) {
  Dice dice(1);
  std::mt19937_64 random(1);
  for (int i = 0; i < 150; ++i) {
    const Layer layer = random_layer(dice);
    const Bitmap events =
        random_bitmap(layer.input.elements(), dice.one_of({0.0, 0.02, 0.2}), random);
    TouchedMap touched(layer.output);
    touched.touch(layer, events);
    std::size_t bit = 0;
    for (int y = 0; y < layer.output.height; ++y) {
      for (int x = 0; x < layer.output.width; ++x) {
        for (int k = 0; k < layer.output.channels; ++k, ++bit) {
          BOOST_REQUIRE(touched.bits().test(bit) == is_touched(layer, events, y, x, k));
        }
      }
    }
    BOOST_TEST(touched.count(whole(layer)) == count_work(layer, events).touched_outputs);
  }
}

BOOST_AUTO_TEST_CASE(state_is_fetched_by_element_pixel_or_tile) {
  Layer layer = convolution(2, 4, 4, 1, 1, 4);  // depthwise: an event touches one element
  Bitmap events(16);
  for (const std::size_t bit : {1, 2, 4, 15}) events.set(bit);
  TouchedMap touched(layer.output);
  touched.touch(layer, events);
  std::vector<TouchedRange> ranges;
  const auto fetched = [&](const Tile& tile, StateGranularity granularity) {
    touched.state_ranges(tile, granularity, ranges);
    return ranges;
  };
  using Ranges = std::vector<TouchedRange>;
  Tile tile = whole(layer);
  BOOST_CHECK((fetched(tile, StateGranularity::kElement) == Ranges{{1, 2}, {4, 1}, {15, 1}}));
  BOOST_CHECK((fetched(tile, StateGranularity::kPixel) == Ranges{{0, 8}, {12, 4}}));
  BOOST_CHECK((fetched(tile, StateGranularity::kTile) == Ranges{{0, 16}}));
  tile.k = {2, 4};
  BOOST_CHECK((fetched(tile, StateGranularity::kPixel) == Ranges{{2, 2}, {14, 2}}));
  BOOST_TEST(touched.count(tile) == 2);
}

BOOST_AUTO_TEST_CASE(shortcut_elements_touch_themselves_only) {
  const Layer layer = convolution(2, 3, 3, 1, 1);
  TouchedMap touched(layer.output);
  touched.touch(layer, Bitmap(12));
  Bitmap shortcut(12);
  shortcut.set(7);
  touched.touch(shortcut);
  BOOST_TEST(touched.count(whole(layer)) == 1);
  BOOST_TEST(touched.bits().test(7));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
