#pragma once
// What a mapping needs of each memory, and whether it is there.

#include <array>
#include <cstdint>
#include <vector>

#include "arch/accelerator.h"
#include "arch/errors.h"
#include "sim/mapping/layer_extent.h"
#include "sim/mapping/tile_program.h"

namespace deltasim {

/// The largest share of a tile that one PE owns.
struct PeShare {
  int k = 0;            ///< output channels, of each of its convolution groups
  int y = 0;            ///< output rows
  int c = 0;            ///< input channels, of all its convolution groups
  int conv_groups = 1;  ///< whole convolution groups; 1 where the tile lies within one

  std::int64_t weights(const LayerExtent& e) const { return std::int64_t{k} * c * e.taps; }
  std::int64_t sums(const LayerExtent& e) const {
    return std::int64_t{k} * conv_groups * y * e.width;
  }
};

/// Extent of one tile, in the units of Mapping.
struct TileSize {
  int k = 0;
  int y = 0;
  int c = 0;
};

/// Whole convolution groups that a tile of `tile_k` output channels covers; 0 where it lies
/// within one.
int whole_groups(const LayerExtent& e, int tile_k);

/// Share of a tile of this size (the mapping's own or a smaller one at an edge).
PeShare pe_share(const LayerExtent& e, const Mapping& mapping, const TileSize& tile);

/// Bits of `elements` activations in this format where none is zero: what room must be kept.
/// Run-length needs three pairs of run and value in each 64-bit word (Eyeriss); a coordinate
/// takes 16 bits.
std::int64_t dense_bound_bits(ActivationFormat format, std::int64_t elements, int activation_bits);
/// The expectation at this density.
double expected_bits(ActivationFormat format, double elements, double density, int activation_bits);

/// The constraints on a mapping, each "what is needed <= what is there".
enum class Constraint : std::uint8_t {
  kPes,         ///< groups <= PEs
  kPeWeights,   ///< bits of one PE's weights, double buffered
  kPeSums,      ///< bits of one PE's partial sums
  kGlbWeights,  ///< bits of two tiles' weights, or of all the layer's
  kGlbInput,    ///< bits of two tiles' inputs, or of the whole map
  kTiles,       ///< number of tiles
};
inline constexpr std::size_t kConstraints = 6;
using Needs = std::array<std::int64_t, kConstraints>;

/// No program is longer than this.
inline constexpr std::int64_t kMaximumTiles = 1'000'000;

/// Capacity checks of one layer on one accelerator, for event-driven arrays.
class Footprint {
 public:
  Footprint(const AcceleratorSpec& accelerator, const MappingRequest& request);

  const LayerExtent& extent() const { return extent_; }
  Needs needs(const Mapping& mapping) const;
  bool fits(const Mapping& mapping) const;
  /// One fault for every constraint that the mapping breaks, with what is missing.
  std::vector<Fault> faults(const Mapping& mapping) const;

 private:
  const AcceleratorSpec& accelerator_;
  std::string layer_name_;
  ActivationFormat format_;
  LayerExtent extent_;
  Needs limits_;
  std::int64_t all_weight_bits_, all_input_bits_;
};

/// Faults of a mapping's own numbers: sizes outside the layer, groups larger than the tile.
std::vector<Fault> malformed(const LayerExtent& extent, const Mapping& mapping);

}  // namespace deltasim
