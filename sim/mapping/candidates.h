#pragma once
// The mapping space that the search covers.

#include <functional>
#include <vector>

#include "sim/mapping/footprint.h"
#include "sim/mapping/tile_program.h"

namespace deltasim {

/// Tile sizes of a dimension, descending. All of 1..extent up to 8; beyond, its divisors, the
/// powers of two and the even cuts ceil(extent / n) for n up to 4.
std::vector<int> tile_sizes(int extent);

/// Output channels a tile: tile_sizes of a convolution group, and of grouped convolutions whole
/// groups in the numbers of tile_sizes(groups).
std::vector<int> output_channel_sizes(const LayerExtent& extent);

/// Divisions of an event-driven array for one tile, none twice. The partition's dimension gets as
/// many groups as it can use (and, for output channels, the alternative of just as many as keep the
/// MAC lanes full). What is left goes to the second dimension (output_channel: rows; otherwise
/// output channels) in full, in half, or not at all, and the rest to the third in full or not at
/// all. For grouped convolutions the third dimension of output_channel is the first choice among
/// the left-over ones, since whole groups are output channels as well.
struct Groups {
  int k = 1, y = 1, c = 1;
  bool operator==(const Groups&) const = default;
};
std::vector<Groups> group_choices(const PeArraySpec& array, const LayerExtent& extent,
                                  const TileSize& tile);

/// Every candidate that fits, in a fixed order.
void for_each_legal(const AcceleratorSpec& accelerator, const MappingRequest& request,
                    const std::function<void(const Mapping&)>& visit);

}  // namespace deltasim
