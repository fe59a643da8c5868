#include "sim/mapping/candidates.h"

#include <algorithm>
#include <array>

#include "sim/mapping/systolic.h"
#include "sim/mapping/unroll.h"

namespace deltasim {
namespace {

constexpr int kAllSizesUpTo = 8;
constexpr int kEvenCuts = 4;

void sort_descending(std::vector<int>& values) {
  std::sort(values.begin(), values.end(), std::greater<>());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

/// The fewest groups that give the same largest share as `groups`: the others would be empty.
int filled_groups(int extent, int groups) { return ceil_div(extent, ceil_div(extent, groups)); }

/// How a dimension of `extent` may use `room` PEs: all it can, just as many as keep `lanes` full,
/// half of it, one.
std::vector<int> shares(int extent, int room, int lanes) {
  const int most = std::min(room, extent);
  std::vector<int> choices{filled_groups(extent, most),
                           filled_groups(extent, std::min(room, ceil_div(extent, lanes))),
                           filled_groups(extent, ceil_div(most, 2)), 1};
  sort_descending(choices);
  return choices;
}

/// The dimensions in the order in which they are given PEs.
struct Dimension {
  int extent;
  int lanes;  ///< of a PE along this dimension
  int Groups::*groups;
};

std::array<Dimension, 3> by_preference(const PeArraySpec& array, const LayerExtent& e,
                                       const TileSize& tile) {
  const int whole = whole_groups(e, tile.k);
  const Dimension k{whole > 0 ? e.k_per_group : tile.k, array.mac_lanes, &Groups::k};
  const Dimension y{tile.y, 1, &Groups::y};
  const Dimension c{whole > 0 ? whole : tile.c, 1, &Groups::c};
  switch (array.partition) {
    case Partition::kOutputChannel:
      return whole > 0 ? std::array{k, c, y} : std::array{k, y, c};
    case Partition::kSpatial:
      return {y, k, c};
    case Partition::kInputChannel:
      return {c, k, y};
  }
  return {k, y, c};
}

/// An order that differs from an earlier one only where a loop has more than one turn.
bool is_redundant(LoopOrder order, const Blocks& b) {
  if (order == LoopOrder::kYKC) return b.count_y == 1 || b.count_k == 1;
  if (order == LoopOrder::kKCY) return b.count_c == 1 || b.count_y == 1;
  return false;
}

constexpr std::array kOrders{LoopOrder::kKYC, LoopOrder::kYKC, LoopOrder::kKCY};

void for_each_array_mapping(const PeArraySpec& array, const Footprint& footprint,
                            const std::function<void(const Mapping&)>& visit) {
  const LayerExtent& e = footprint.extent();
  for (const int tile_k : output_channel_sizes(e)) {
    const bool whole = whole_groups(e, tile_k) > 0;
    for (const int tile_c : whole ? std::vector<int>{e.c_per_group} : tile_sizes(e.c_per_group)) {
      for (const int tile_y : tile_sizes(e.height)) {
        for (const Groups& g : group_choices(array, e, {tile_k, tile_y, tile_c})) {
          Mapping mapping{LoopOrder::kKYC, tile_k, tile_y, tile_c, g.k, g.y, g.c};
          if (!footprint.fits(mapping)) continue;
          const Blocks blocks = blocks_of(e, mapping);
          for (const LoopOrder order : kOrders) {
            if (is_redundant(order, blocks)) continue;
            mapping.order = order;
            visit(mapping);
          }
        }
      }
    }
  }
}

/// The whole, and as few even bands as have room for their partial sums.
std::vector<int> bands_that_fit(int extent, std::int64_t bits_each, Bytes room) {
  const std::int64_t fitting = to_bits(room).value() / std::max<std::int64_t>(1, bits_each);
  std::vector<int> sizes{extent};
  if (fitting >= 1 && fitting < extent) {
    sizes.push_back(ceil_div(extent, ceil_div(extent, static_cast<int>(fitting))));
  }
  sort_descending(sizes);
  return sizes;
}

void for_each_systolic_mapping(const AcceleratorSpec& accelerator, const LayerExtent& e,
                               const std::function<void(const Mapping&)>& visit) {
  const PeArraySpec& array = accelerator.pe_array;
  const Bytes room = accelerator.glb.partition.partial_sums;
  const std::int64_t bits = array.partial_sum_bits.value();
  Mapping mapping;
  mapping.tile_c = e.c_per_group;
  mapping.tile_k = std::min(array.columns, e.k_per_group);
  std::vector<int> rows{e.height};
  std::vector<int> channels{mapping.tile_k};
  if (array.dataflow == Dataflow::kWeightStationary) {
    rows = bands_that_fit(e.height, bits * e.width * mapping.tile_k, room);
  } else if (array.dataflow == Dataflow::kInputStationary) {
    channels = bands_that_fit(e.k_per_group, bits * std::min(array.columns, e.pixels()), room);
  }
  for (const int tile_k : channels) {
    mapping.tile_k = tile_k;
    for (const int tile_y : rows) {
      mapping.tile_y = tile_y;
      for (const LoopOrder order : {LoopOrder::kKYC, LoopOrder::kYKC}) {
        mapping.order = order;
        if (!is_redundant(order, systolic_blocks(array, e, mapping))) visit(mapping);
      }
    }
  }
}

}  // namespace

std::vector<int> tile_sizes(int extent) {
  std::vector<int> sizes;
  for (int n = 1; n <= kEvenCuts && n <= extent; ++n) sizes.push_back(ceil_div(extent, n));
  for (int size = 1; size <= extent; ++size) {
    const bool power_of_two = (size & (size - 1)) == 0;
    if (extent <= kAllSizesUpTo || power_of_two || extent % size == 0) sizes.push_back(size);
  }
  sort_descending(sizes);
  return sizes;
}

std::vector<int> output_channel_sizes(const LayerExtent& e) {
  std::vector<int> sizes = tile_sizes(e.k_per_group);
  if (e.groups > 1) {
    for (const int groups : tile_sizes(e.groups)) sizes.push_back(groups * e.k_per_group);
  }
  sort_descending(sizes);
  return sizes;
}

std::vector<Groups> group_choices(const PeArraySpec& array, const LayerExtent& e,
                                  const TileSize& tile) {
  const auto [first, second, third] = by_preference(array, e, tile);
  std::vector<Groups> choices;
  const int most = filled_groups(first.extent, std::min(array.pes(), first.extent));
  const int full_lanes =
      filled_groups(first.extent, std::min(array.pes(), ceil_div(first.extent, first.lanes)));
  for (int a : {most, full_lanes}) {
    for (int b : shares(second.extent, array.pes() / a, second.lanes)) {
      const int left = std::min(array.pes() / a / b, third.extent);
      for (int c : {filled_groups(third.extent, left), 1}) {
        Groups groups;
        groups.*first.groups = a;
        groups.*second.groups = b;
        groups.*third.groups = c;
        if (std::find(choices.begin(), choices.end(), groups) == choices.end()) {
          choices.push_back(groups);
        }
      }
    }
  }
  return choices;
}

void for_each_legal(const AcceleratorSpec& accelerator, const MappingRequest& request,
                    const std::function<void(const Mapping&)>& visit) {
  if (is_systolic(accelerator.pe_array.dataflow)) {
    const LayerExtent extent(request);
    for_each_systolic_mapping(accelerator, extent, [&](const Mapping& mapping) {
      if (mapping_faults(accelerator, request, extent, mapping).empty()) visit(mapping);
    });
  } else {
    for_each_array_mapping(accelerator.pe_array, Footprint(accelerator, request), visit);
  }
}

}  // namespace deltasim
