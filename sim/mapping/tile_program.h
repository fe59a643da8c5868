#pragma once
// What an accelerator is told to do for one layer: a mapping and the tiles it unrolls to. Plain
// values, the same for every frame; what the real maps make of them is the engine's business.

#include <cstdint>
#include <string>
#include <vector>

#include "arch/accelerator.h"
#include "workloads/graph.h"

namespace deltasim {

/// Half-open range of indices.
struct Range {
  int begin = 0;
  int end = 0;
  int size() const { return end - begin; }
  bool operator==(const Range&) const = default;
};

/// Order of the tile loops, outermost first; K output channels, Y output rows, C input channels.
enum class LoopOrder : std::uint8_t {
  kKYC,  ///< partial sums stay in the PEs until a tile's last input channel
  kYKC,  ///< the same, rows outermost: the input is read once, the weights once a band
  kKCY,  ///< weights stay, partial sums of all bands are parked in the global buffer
};
std::string_view to_string(LoopOrder order);

/// One point of the mapping space. Event-driven arrays divide their PEs into
/// groups_k x groups_y x groups_c; systolic arrays use the tile sizes only.
struct Mapping {
  LoopOrder order = LoopOrder::kKYC;
  int tile_k = 1;    ///< output channels a tile
  int tile_y = 1;    ///< output rows a tile (all columns)
  int tile_c = 1;    ///< input channels a tile, within one group of a grouped convolution
  int groups_k = 1;  ///< PEs along the output channels
  int groups_y = 1;  ///< PEs along the output rows of a tile
  int groups_c = 1;  ///< PEs along the input channels (their partial sums are added at the end)
  bool operator==(const Mapping&) const = default;
};

/// One tile: outputs [k] x [y] of all columns, summed over input channels [c].
struct Tile {
  Range k;           ///< output channels
  Range y;           ///< output rows
  Range c;           ///< input channels (absolute; for grouped convolutions those that feed k)
  Range input_rows;  ///< rows of the input map that the tile reads, clipped to the map
  bool load_weights = false;  ///< weights [k] x [c] are not in the global buffer yet
  bool load_input = false;    ///< input rows x channels are not in the global buffer yet
  bool first_c = false;       ///< starts its partial sums (otherwise goes on with them)
  bool last_c = false;        ///< completes its outputs: the delta unit takes over
  bool fill_pes = false;      ///< the PEs' weight memories must be filled from the global buffer
  bool operator==(const Tile&) const = default;
};

struct MappingCost {
  double cycles = 0;     ///< estimate
  double energy_pJ = 0;  ///< estimate
  double energy_delay() const { return cycles * energy_pJ; }
};

struct TileProgram {
  Mapping mapping;
  std::vector<Tile> tiles;
  std::int64_t candidates = 0;  ///< legal mappings that were compared; 1 where it was given
  MappingCost estimate;
};

/// How many bits a weight, an activation and so on take, and what density the search may expect:
/// the search is done once a layer and mode, before any map is seen.
struct MappingRequest {
  Layer layer;
  double input_density = 1;   ///< of the operand map
  double output_density = 1;  ///< of the map that is sent on
  double touched = 1;         ///< share of the outputs whose state is read and written
  bool keeps_state = false;   ///< delta mode
};

/// What the search minimises.
enum class MappingObjective : std::uint8_t { kEnergyDelay, kCycles, kEnergy };

/// The best legal mapping of the layer, by exhaustive search over tile sizes, groups and orders
/// with an analytical cost (sim/mapping/cost_model.h).
/// @throws ConfigError where no legal mapping exists: what does not fit where
TileProgram map_layer(const AcceleratorSpec& accelerator, const MappingRequest& request,
                      MappingObjective objective = MappingObjective::kEnergyDelay);

/// The tiles of a mapping that the user gives.
/// @throws ConfigError naming the constraint that it breaks
TileProgram unroll(const AcceleratorSpec& accelerator, const MappingRequest& request,
                   const Mapping& mapping);

}  // namespace deltasim
