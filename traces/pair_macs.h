#pragma once
// Effectual work of hardware that skips zero weights as well as zero activations.

#include <cstdint>

#include "arch/bitmap.h"
#include "workloads/graph.h"

namespace deltasim {

/// MACs of which both operands are non-zero and whose tap falls inside the map; exact.
/// @param input bits of the map that the layer reads, NHWC, layer.input.elements() of them
/// @param weights bits of the weights, OIHW: [K][C / groups][kernel_h][kernel_w]
std::int64_t count_pair_macs(const Layer& layer, const Bitmap& input, const Bitmap& weights);

}  // namespace deltasim
