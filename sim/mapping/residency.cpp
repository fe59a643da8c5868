#include "sim/mapping/residency.h"

#include <algorithm>

#include "sim/mapping/footprint.h"

namespace deltasim {
namespace {

Keep keep_weights(const AcceleratorSpec& accelerator, const LayerExtent& e, LoopOrder order,
                  const Blocks& blocks) {
  const std::int64_t room = to_bits(accelerator.glb.partition.weights).value();
  const std::int64_t bits = accelerator.pe_array.weight_bits.value();
  if (e.weights() * bits <= room) return Keep::kWhole;
  const std::int64_t block = std::int64_t{blocks.k} * e.window_size() * bits;
  if (order == LoopOrder::kKYC && 2 * block <= room) return Keep::kBlock;
  return blocks.k * blocks.window * bits <= room ? Keep::kTile : Keep::kStream;
}

/// Input channels that a band must keep until the loops come to the next band.
int band_channels(const LayerExtent& e, LoopOrder order, const Blocks& blocks) {
  switch (order) {
    case LoopOrder::kKYC:
      return std::max(e.c_per_group, blocks.c);
    case LoopOrder::kYKC:
      return e.c;
    case LoopOrder::kKCY:
      return blocks.c;
  }
  return e.c;
}

Keep keep_input(const AcceleratorSpec& accelerator, ActivationFormat format, const LayerExtent& e,
                LoopOrder order, const Blocks& blocks) {
  const std::int64_t room = to_bits(accelerator.glb.partition.activations).value();
  const int value_bits = static_cast<int>(accelerator.pe_array.activation_bits.value());
  const auto bits = [&](std::int64_t rows, std::int64_t channels) {
    return dense_bound_bits(format, rows * e.input_width * channels, value_bits);
  };
  if (e.batch * bits(e.input_height, e.c) <= room) return Keep::kWhole;
  const int rows = e.input_rows_under(blocks.rows);
  if (2 * bits(rows, band_channels(e, order, blocks)) <= room) return Keep::kBlock;
  return bits(rows, blocks.c) <= room ? Keep::kTile : Keep::kStream;
}

SumPlace sum_place(const AcceleratorSpec& accelerator, const LayerExtent& e, LoopOrder order,
                   const Blocks& blocks, bool sums_leave_pes) {
  const bool all_bands = order == LoopOrder::kKCY;
  if (blocks.count_c == 1 || !(all_bands || sums_leave_pes)) return SumPlace::kPe;
  const std::int64_t pixels = all_bands ? std::int64_t{e.batch} * e.pixels() : blocks.pixels;
  const std::int64_t bits = pixels * blocks.k * accelerator.pe_array.partial_sum_bits.value();
  return bits <= to_bits(accelerator.glb.partition.partial_sums).value() ? SumPlace::kGlb
                                                                         : SumPlace::kDram;
}

}  // namespace

Blocks blocks_of(const LayerExtent& e, const Mapping& m) {
  const int groups = whole_groups(e, m.tile_k);
  Blocks blocks;
  blocks.k = m.tile_k;
  blocks.rows = m.tile_y;
  blocks.c = m.tile_c * std::max(1, groups);
  blocks.pixels = std::int64_t{m.tile_y} * e.width;
  blocks.window = std::int64_t{m.tile_c} * e.taps;
  blocks.count_k = groups > 0 ? ceil_div(e.k, m.tile_k)
                              : std::int64_t{e.groups} * ceil_div(e.k_per_group, m.tile_k);
  blocks.count_y = std::int64_t{e.batch} * ceil_div(e.height, m.tile_y);
  blocks.count_c = ceil_div(e.c_per_group, m.tile_c);
  return blocks;
}

Residency residency(const AcceleratorSpec& accelerator, const MappingRequest& request,
                    const LayerExtent& extent, LoopOrder order, const Blocks& blocks,
                    bool sums_leave_pes) {
  return {keep_weights(accelerator, extent, order, blocks),
          keep_input(accelerator, request.format, extent, order, blocks),
          sum_place(accelerator, extent, order, blocks, sums_leave_pes)};
}

LoadTracker::LoadTracker(const Residency& residency, LoopOrder order, const LayerExtent& extent)
    : residency_(residency),
      order_(order),
      channels_(extent.c),
      loaded_rows_(static_cast<std::size_t>(extent.c) * static_cast<std::size_t>(extent.batch)) {}

void LoadTracker::annotate(Tile& tile, int y_index) {
  const bool other_weights = first_ || tile.k != last_.k || tile.window != last_.window;
  tile.fill_pes = other_weights;
  tile.load_weights = loads_weights(other_weights, y_index);
  load_box(tile);
  tile.load_input = !tile.load_rows.empty() && !tile.load_c.empty();
  first_ = false;
  last_ = tile;
}

bool LoadTracker::loads_weights(bool other_than_last, int y_index) const {
  switch (residency_.weights) {
    case Keep::kWhole:
    case Keep::kBlock:
      return y_index == 0;
    case Keep::kTile:
      return other_than_last;
    case Keep::kStream:
      return true;
  }
  return true;
}

/// A band that slides down the map starts anew.
bool LoadTracker::forgets_input(const Tile& tile) const {
  if (tile.frame != last_.frame) return true;
  switch (order_) {
    case LoopOrder::kKYC:
      return tile.k != last_.k;
    case LoopOrder::kYKC:
      return false;
    case LoopOrder::kKCY:
      return tile.k != last_.k || tile.window != last_.window;
  }
  return true;
}

void LoadTracker::load_box(Tile& tile) {
  if (residency_.input == Keep::kWhole || residency_.input == Keep::kBlock) {
    if (residency_.input == Keep::kBlock && !first_ && forgets_input(tile)) {
      std::fill(loaded_rows_.begin(), loaded_rows_.end(), 0);
    }
    load_missing(tile);
    return;
  }
  const bool same = !first_ && tile.frame == last_.frame && tile.y == last_.y && tile.c == last_.c;
  if (same && residency_.input == Keep::kTile) return;
  tile.load_rows = tile.input_rows;
  tile.load_c = tile.c;
}

/// The rows that some channel still lacks.
void LoadTracker::load_missing(Tile& tile) {
  Range c = tile.c;
  const auto frame = loaded_rows_.begin() + std::ptrdiff_t{tile.frame} * channels_;
  const auto loaded = [&](int channel) { return frame[channel]; };
  while (!c.empty() && loaded(c.begin) >= tile.input_rows.end) ++c.begin;
  while (!c.empty() && loaded(c.end - 1) >= tile.input_rows.end) --c.end;
  if (c.empty()) return;
  const int there = *std::min_element(frame + c.begin, frame + c.end);
  std::fill(frame + c.begin, frame + c.end, tile.input_rows.end);
  tile.load_rows = {std::max(tile.input_rows.begin, there), tile.input_rows.end};
  tile.load_c = c;
}

}  // namespace deltasim
