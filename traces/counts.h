#pragma once
// Exact integer counts of work from bitmaps, by popcount: no multiplication of averages.

#include <cstdint>
#include <span>
#include <vector>

#include "arch/bitmap.h"
#include "workloads/graph.h"

namespace deltasim {

/// Of one layer and one input bitmap (the activation's non-zeros for spatial execution, the delta
/// map's for delta execution).
struct LayerWork {
  std::int64_t events = 0;           ///< ones of the input bitmap
  std::int64_t effectual_macs = 0;   ///< MACs with a non-zero operand and a tap inside the map
  std::int64_t touched_outputs = 0;  ///< outputs (all channels) with an event in their window
};

/// Output elements x window x input channels / groups, borders counted as if they were inside.
std::int64_t dense_macs(const Layer& layer);
/// MACs whose tap falls inside the map.
std::int64_t valid_macs(const Layer& layer);
/// @param input bits of the map that the layer reads, layer.input.elements() of them
LayerWork count_work(const Layer& layer, const Bitmap& input);

/// Ones of each pixel of a map, rows first: what layers that read the same map can share.
std::vector<std::uint32_t> ones_per_pixel(const Bitmap& map, const Shape& shape);
/// As above; `ones` are those of `input`.
LayerWork count_work(const Layer& layer, const Bitmap& input, std::span<const std::uint32_t> ones);
/// LayerWork::effectual_macs alone.
std::int64_t effectual_macs(const Layer& layer, std::span<const std::uint32_t> ones);

}  // namespace deltasim
