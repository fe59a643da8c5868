#include "sim/mapping/unroll.h"

#include <fmt/core.h>

#include <algorithm>

#include "sim/mapping/cost_model.h"
#include "sim/mapping/systolic.h"

namespace deltasim {
namespace {

/// Output channels of one tile and the input channels that feed them.
struct KBlock {
  Range k;
  Range c;  ///< whole convolution groups
};

std::vector<KBlock> k_blocks(const LayerExtent& e, int tile_k) {
  std::vector<KBlock> blocks;
  if (const int groups = whole_groups(e, tile_k)) {
    for (int g = 0; g < e.groups; g += groups) {
      const int end = std::min(g + groups, e.groups);
      blocks.push_back(
          {{g * e.k_per_group, end * e.k_per_group}, {g * e.c_per_group, end * e.c_per_group}});
    }
    return blocks;
  }
  for (int g = 0; g < e.groups; ++g) {
    const Range c{g * e.c_per_group, (g + 1) * e.c_per_group};
    const int last = (g + 1) * e.k_per_group;
    for (int k = g * e.k_per_group; k < last; k += tile_k) {
      blocks.push_back({{k, std::min(k + tile_k, last)}, c});
    }
  }
  return blocks;
}

void append_cut(std::vector<Range>& ranges, Range whole, std::int64_t size) {
  for (std::int64_t at = whole.begin; at < whole.end; at += size) {
    ranges.push_back(
        {static_cast<int>(at), static_cast<int>(std::min<std::int64_t>(at + size, whole.end))});
  }
}

/// Bands of tile_y rows, each cut into pieces of `size` pixels.
std::vector<Range> pixel_blocks(const LayerExtent& e, int tile_y, std::int64_t size) {
  std::vector<Range> blocks;
  for (int y = 0; y < e.height; y += tile_y) {
    append_cut(blocks, {y * e.width, std::min(y + tile_y, e.height) * e.width}, size);
  }
  return blocks;
}

Tile make_tile(const LayerExtent& e, const KBlock& k, int frame, Range pixels, Range window) {
  Tile tile;
  tile.frame = frame;
  tile.k = k.k;
  tile.pixels = pixels;
  tile.window = window;
  tile.y = {pixels.begin / e.width, ceil_div(pixels.end, e.width)};
  tile.c = k.c;
  if (k.c.size() == e.c_per_group) {
    tile.c = {k.c.begin + window.begin / e.taps, k.c.begin + ceil_div(window.end, e.taps)};
  }
  tile.input_rows = e.input_rows(tile.y);
  tile.first_c = window.begin == 0;
  tile.last_c = window.end == e.window_size();
  return tile;
}

/// Calls `visit(k index, pixel index, window index)` in the order of the loops.
template <typename Visit>
void for_each_tile(LoopOrder order, std::size_t ks, std::size_t ys, std::size_t cs, Visit visit) {
  const bool y_outermost = order == LoopOrder::kYKC;
  const bool y_innermost = order == LoopOrder::kKCY;
  for (std::size_t a = 0; a < (y_outermost ? ys : ks); ++a) {
    for (std::size_t b = 0; b < (y_outermost ? ks : y_innermost ? cs : ys); ++b) {
      for (std::size_t c = 0; c < (y_innermost ? ys : cs); ++c) {
        visit(y_outermost ? b : a, y_outermost ? a : y_innermost ? c : b, y_innermost ? b : c);
      }
    }
  }
}

std::vector<Fault> systolic_faults(const PeArraySpec& array, const LayerExtent& e,
                                   const Mapping& m) {
  std::vector<Fault> faults = malformed(e, m);
  const auto check = [&](std::string_view key, int value, int largest, std::string_view why) {
    if (value <= largest) return;
    faults.push_back({.key_path = fmt::format("mapping.{}", key),
                      .found = std::to_string(value),
                      .expected = fmt::format("at most {} ({})", largest, why)});
  };
  const bool columns_hold_filters = array.dataflow != Dataflow::kInputStationary;
  if (columns_hold_filters) check("tile_k", m.tile_k, array.columns, "the array's columns");
  check("tile_k", m.tile_k, e.k_per_group, "the output channels of a convolution group");
  if (m.tile_c != e.c_per_group) {
    faults.push_back({.key_path = "mapping.tile_c",
                      .found = std::to_string(m.tile_c),
                      .expected = fmt::format("{}: the folds cut the window", e.c_per_group)});
  }
  if (m.groups_k != 1 || m.groups_y != 1 || m.groups_c != 1) {
    faults.push_back({.key_path = "mapping.groups",
                      .found = fmt::format("{}x{}x{}", m.groups_k, m.groups_y, m.groups_c),
                      .expected = "1x1x1: a systolic array is one group"});
  }
  return faults;
}

}  // namespace

bool sums_leave_pes(Dataflow dataflow) {
  return is_systolic(dataflow) && dataflow != Dataflow::kOutputStationary;
}

Blocks mapping_blocks(const PeArraySpec& array, const LayerExtent& extent, const Mapping& mapping) {
  return is_systolic(array.dataflow) ? systolic_blocks(array, extent, mapping)
                                     : blocks_of(extent, mapping);
}

std::vector<Fault> mapping_faults(const AcceleratorSpec& accelerator, const MappingRequest& request,
                                  const LayerExtent& extent, const Mapping& mapping) {
  if (accelerator.pe_array.dataflow == Dataflow::kRowStationary) {
    return {{.key_path = "mapping",
             .found = to_string(mapping),
             .expected = "the parameters m, n, e, f, p, q, r, t of a row-stationary array"}};
  }
  if (!is_systolic(accelerator.pe_array.dataflow)) {
    std::vector<Fault> faults = malformed(extent, mapping);
    return faults.empty() ? Footprint(accelerator, request).faults(mapping) : faults;
  }
  std::vector<Fault> faults = systolic_faults(accelerator.pe_array, extent, mapping);
  if (!faults.empty()) return faults;
  const Blocks blocks = systolic_blocks(accelerator.pe_array, extent, mapping);
  const std::int64_t tiles = blocks.count_k * blocks.count_y * blocks.count_c;
  if (tiles > kMaximumTiles) {
    faults.push_back({.key_path = "pe_array",
                      .found = fmt::format("layer {}: {} folds", request.layer.name, tiles),
                      .expected = fmt::format("at most {}", kMaximumTiles)});
  }
  return faults;
}

TileProgram tiles_of(const AcceleratorSpec& accelerator, const MappingRequest& request,
                     const LayerExtent& e, const Mapping& mapping) {
  const PeArraySpec& array = accelerator.pe_array;
  const Blocks blocks = mapping_blocks(array, e, mapping);
  const Residency kept =
      residency(accelerator, request, e, mapping.order, blocks, sums_leave_pes(array.dataflow));
  const std::vector<KBlock> ks = k_blocks(e, mapping.tile_k);
  const std::vector<Range> ys = pixel_blocks(e, mapping.tile_y, blocks.pixels);
  std::vector<Range> windows;
  append_cut(windows, {0, e.window_size()}, blocks.window);

  TileProgram program;
  program.mapping = mapping;
  program.partial_sums = kept.sums;
  const std::size_t bands = ys.size() * static_cast<std::size_t>(e.batch);
  program.tiles.reserve(ks.size() * bands * windows.size());
  LoadTracker tracker(kept, mapping.order, e);
  for_each_tile(mapping.order, ks.size(), bands, windows.size(),
                [&](std::size_t k, std::size_t y, std::size_t w) {
                  const auto frame = static_cast<int>(y / ys.size());
                  Tile tile = make_tile(e, ks[k], frame, ys[y % ys.size()], windows[w]);
                  tracker.annotate(tile, static_cast<int>(y));
                  // Arrays that hold inputs or outputs take the weights as a stream, every time.
                  tile.fill_pes |= array.dataflow == Dataflow::kOutputStationary ||
                                   array.dataflow == Dataflow::kInputStationary;
                  program.tiles.push_back(tile);
                });
  return program;
}

TileProgram unroll(const AcceleratorSpec& accelerator, const MappingRequest& request,
                   const Mapping& mapping, const CostParameters& parameters) {
  const LayerExtent extent(request);
  std::vector<Fault> faults = mapping_faults(accelerator, request, extent, mapping);
  if (!faults.empty()) throw ConfigError(std::move(faults));
  TileProgram program = tiles_of(accelerator, request, extent, mapping);
  program.candidates = 1;
  program.estimate = CostModel(accelerator, request, parameters).cost(mapping);
  return program;
}

}  // namespace deltasim
