#pragma once
// What an accelerator is told to do for one layer: a mapping and the tiles it unrolls to. Plain
// values, the same for every frame; what the real maps make of them is the engine's business.
//
// Every dataflow uses the same tile: outputs [k] x [pixels], summed over window elements
// [window]. A window element w of an output channel in convolution group g is the input channel
// g * channels_per_group + w / taps at kernel tap w % taps (row-major): the order in which the
// weights OIHW lie in memory, so [window] of one output channel is one contiguous piece.
// Event-driven and row-stationary tiles cover whole output rows and whole input channels;
// systolic folds need not (sim/mapping/systolic.h).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arch/accelerator.h"
#include "sim/mapping/cost_parameters.h"
#include "sim/mapping/row_stationary_mapping.h"
#include "workloads/graph.h"

namespace deltasim {

/// Half-open range of indices.
struct Range {
  int begin = 0;
  int end = 0;
  int size() const { return end - begin; }
  bool empty() const { return end <= begin; }
  bool operator==(const Range&) const = default;
};

/// Order of the tile loops, outermost first; K output channels, Y output rows, C input channels.
/// Frames of a batch are bands too: the Y loop runs over the rows of the first frame, then over
/// those of the second, and so on.
enum class LoopOrder : std::uint8_t {
  kKYC,  ///< the sums of a tile are complete before the next outputs begin
  kYKC,  ///< the same, rows outermost: the input is read once, the weights once a band
  kKCY,  ///< weights stay, partial sums of all bands are parked outside the PEs
};
std::string_view to_string(LoopOrder order);

/// Where partial sums wait between two tiles of the same outputs.
enum class SumPlace : std::uint8_t {
  kPe,    ///< nowhere: they stay in the PEs, or one tile completes them
  kGlb,   ///< in the global buffer's share
  kDram,  ///< that share is too small: they spill
};
std::string_view to_string(SumPlace place);

/// One point of the mapping space.
/// Event-driven: the PEs are divided into groups_k x groups_y x groups_c <= PEs, each dimension
/// of a tile in contiguous shares of ceil(size / groups). A tile of a grouped convolution lies
/// within one convolution group, or covers several whole ones (tile_k a multiple of the group's
/// output channels, tile_c the group's input channels); then groups_c divides the convolution
/// groups and groups_k the output channels of each, so that an event concerns one groups_c
/// index only and the results of different groups_c are never added.
/// Row stationary: see row_stationary_mapping.h; groups are 1.
/// Systolic: groups are 1 and tile_c is the group's input channels. tile_k and tile_y bound what
/// one run of folds covers; see sim/mapping/systolic.h.
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
/// "KYC k64 y8 c16, PEs 64x4x1"
std::string to_string(const Mapping& mapping);

/// One tile: outputs [k] x [pixels] of one frame, summed over [window].
struct Tile {
  Range k;           ///< output channels
  Range y;           ///< output rows that [pixels] touches
  Range c;           ///< input channels that [window] touches, of all convolution groups of [k]
  Range pixels;      ///< of the output map, row-major
  Range window;      ///< see the top of this file; relative to a convolution group's channels
  Range input_rows;  ///< rows of the input map that the tile reads, clipped to the map
  Range load_rows;   ///< of these, what comes from DRAM; empty where !load_input
  Range load_c;      ///< for these input channels
  bool load_weights = false;  ///< weights [k] x [window] are not in the global buffer yet
  bool load_input = false;    ///< input [load_rows] x [load_c] is not in the global buffer yet
  bool first_c = false;       ///< starts its partial sums (otherwise goes on with them)
  bool last_c = false;        ///< completes its outputs: the delta unit takes over
  bool fill_pes = false;      ///< weights move from the global buffer to the PEs
  int frame = 0;              ///< of the batch: all but the weights is this frame's
  bool operator==(const Tile&) const = default;
};

struct MappingCost {
  double cycles = 0;     ///< estimate
  double energy_pJ = 0;  ///< estimate, in the unit of the table that the search was given
  double energy_delay() const { return cycles * energy_pJ; }
};

struct TileProgram {
  Mapping mapping;
  /// Row stationary only: decides all; `mapping` has the extents of its tiles.
  std::optional<RowStationaryMapping> row_stationary{};
  std::vector<Tile> tiles;
  /// Partial sums move there after every tile with !last_c, and back before every tile with
  /// !first_c.
  SumPlace partial_sums = SumPlace::kPe;
  std::int64_t candidates = 0;  ///< legal mappings that were compared; 1 where it was given
  MappingCost estimate;
};

/// The mapping by which the program was made.
std::string mapping_text(const TileProgram& program);

/// How many bits a weight, an activation and so on take, and what density the search may expect:
/// the search is done once a layer and mode, before any map is seen.
struct MappingRequest {
  Layer layer;
  double input_density = 1;   ///< of the operand map
  double output_density = 1;  ///< of the map that is sent on
  double touched = 1;         ///< share of the outputs whose state is read and written
  bool keeps_state = false;   ///< delta mode
  std::optional<StatePlace> state_place{};  ///< none: where the accelerator's state lives
  ActivationFormat format = ActivationFormat::kDense;  ///< of the maps in DRAM and global buffer
  int batch = 1;  ///< frames that are computed side by side with the same weights
};

/// What the search minimises.
enum class MappingObjective : std::uint8_t { kEnergyDelay, kCycles, kEnergy };

/// The best legal mapping of the layer, by exhaustive search over tile sizes, groups and orders
/// (sim/mapping/candidates.h) with an analytical cost (sim/mapping/cost_model.h); row stationary by
/// the papers' parameters and an order of preference of its own, whatever the objective. The same
/// request always gives the same program; of equal mappings the one enumerated first.
/// @throws ConfigError where no legal mapping exists: what does not fit where
TileProgram map_layer(const AcceleratorSpec& accelerator, const MappingRequest& request,
                      MappingObjective objective = MappingObjective::kEnergyDelay,
                      const CostParameters& parameters = {});

/// The tiles of a mapping that the user gives (row stationary: row_stationary_program.h). Any
/// mapping that fits is taken, whatever the array's partition would prefer.
/// @throws ConfigError naming every constraint that it breaks
TileProgram unroll(const AcceleratorSpec& accelerator, const MappingRequest& request,
                   const Mapping& mapping, const CostParameters& parameters = {});

}  // namespace deltasim
