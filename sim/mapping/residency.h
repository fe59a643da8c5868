#pragma once
// What stays in the global buffer from one tile to the next. The cost model and the unrolling of
// tiles both ask here, so that the traffic which the search expects is the traffic of the tiles.

#include <cstdint>
#include <span>
#include <vector>

#include "arch/accelerator.h"
#include "sim/mapping/layer_extent.h"
#include "sim/mapping/tile_program.h"

namespace deltasim {

/// How long data that came from DRAM stay.
enum class Keep : std::uint8_t {
  kWhole,   ///< all of the layer's fit, for the input of every frame: loaded once
  kBlock,   ///< weights: those of one block of output channels, for all its bands (order KYC);
            ///< input: the rows of one band, so that the next band loads only its new rows
  kTile,    ///< until the next tile that needs something else
  kStream,  ///< not even a tile's fit: they pass through (systolic arrays only)
};

struct Residency {
  Keep weights = Keep::kTile;
  Keep input = Keep::kTile;
  SumPlace sums = SumPlace::kPe;
};

/// A layer cut into blocks: their largest extents and their numbers.
struct Blocks {
  int k = 0;     ///< output channels
  int rows = 0;  ///< output rows touched
  int c = 0;     ///< input channels touched, of all convolution groups of the block
  std::int64_t pixels = 0;
  std::int64_t window = 0;
  std::int64_t count_k = 0;  ///< in all convolution groups
  std::int64_t count_y = 0;  ///< of all frames of the batch
  std::int64_t count_c = 0;  ///< along the window
};

/// Blocks of an event-driven or row-stationary mapping.
Blocks blocks_of(const LayerExtent& extent, const Mapping& mapping);

/// Capacities are those of the dense maps (dense_bound_bits), halved where the next block is
/// loaded while the last is in use.
/// @param sums_leave_pes the array keeps no partial sums between tiles (row stationary, systolic)
Residency residency(const AcceleratorSpec& accelerator, const MappingRequest& request,
                    const LayerExtent& extent, LoopOrder order, const Blocks& blocks,
                    bool sums_leave_pes);

/// Follows the tiles in their order and says what each must load.
class LoadTracker {
 public:
  LoadTracker(const Residency& residency, LoopOrder order, const LayerExtent& extent);
  /// Sets the load_*, fill_pes fields of `tile` from its ranges. `y_index` counts the tile's
  /// pixel blocks, over all frames of the batch.
  void annotate(Tile& tile, int y_index);

 private:
  bool loads_weights(bool other_than_last, int y_index) const;
  void load_box(Tile& tile);
  void load_missing(Tile& tile);
  bool forgets_input(const Tile& tile) const;

  Residency residency_;
  LoopOrder order_;
  int channels_;                  ///< of the input
  std::vector<int> loaded_rows_;  ///< [frame][input channel]: rows before this one are there
  bool first_ = true;
  Tile last_;
};

}  // namespace deltasim
