#pragma once
// One layer of one frame: the plan and the program meet the real bitmaps. Sizes and addresses of
// what each tile moves; no time.

#include <cstdint>
#include <optional>
#include <vector>

#include "arch/accelerator.h"
#include "arch/activity.h"
#include "sim/components/delta_unit/touched_map.h"
#include "sim/components/dram/dram_model.h"
#include "sim/components/encoder/activation_format.h"
#include "sim/engine/address_space.h"
#include "sim/engine/frame_plan.h"
#include "sim/mapping/tile_program.h"
#include "traces/trace.h"

namespace deltasim {

/// What does not change from frame to frame.
struct StreamProgram {
  AcceleratorSpec accelerator;
  StreamPlan plan;
  std::vector<TileProgram> programs;  ///< parallel to plan.layers
  StreamLayout layout;
  bool previous_recomputable = true;  ///< X[t-1] follows from Y[t-1] (not so with a threshold)
};

/// Bits on their way, by what they are.
struct Traffic {
  std::vector<dram::ByteRange> ranges;  ///< in DRAM; empty where the data stay on chip
  std::int64_t bits = 0;                ///< of the data themselves
  std::int64_t index_bits = 0;          ///< of what says where they are
  DataKind kind = DataKind::kActivation;
};

class LayerWork {
 public:
  /// @param first frame of the recording: there is no state to read yet
  LayerWork(const StreamProgram& program, std::size_t layer, const FrameRecord& frame, bool first);

  const LayerPlan& plan() const { return plan_; }
  const TileProgram& program() const { return tiles_; }
  /// Events of the input map; nullptr in dense execution.
  const Bitmap* operands() const { return operands_; }

  // What a tile needs before it can be computed.

  /// Weights of its input channels that carry an event.
  Traffic weights(const Tile& tile) const;
  std::int64_t weight_bits(const Tile& tile) const;
  /// The encoded input rows that it must load, empty where they are on chip. The network's input
  /// comes as it is, in delta execution together with the frame before.
  std::vector<Traffic> input(const Tile& tile) const;
  /// Encoded size of what the array reads from the buffer: one row, the tile's channels.
  EncodedSize input_row(const Tile& tile, int row) const;

  // What a tile with complete sums needs and leaves.

  /// Outputs that pass the delta unit.
  std::int64_t outputs(const Tile& tile) const;
  /// Sums and previous outputs that are read before, and written after, the tile is drained.
  std::vector<Traffic> state_read(const Tile& tile) const;
  std::vector<Traffic> state_written(const Tile& tile) const;
  /// What joins the sum: encoded maps of identity shortcuts, and sums that an earlier layer parked.
  std::vector<Traffic> joined(const Tile& tile) const;
  /// Encoded outputs, by map and form; `to_dram` where they leave the chip.
  struct Output {
    Traffic traffic;
    bool to_dram = false;
    std::int64_t elements = 0;  ///< that pass the encoder
  };
  std::vector<Output> encoded_outputs(const Tile& tile) const;
  /// Partial sums that an earlier layer of a join leaves behind (not in delta execution).
  Traffic parked(const Tile& tile) const;
  /// Pooling behind the layer: windows made again, and the previous values that they read.
  struct Pooling {
    std::int64_t outputs = 0;
    std::int64_t additions = 0;
    std::int64_t state_bits = 0;  ///< read; average pools write as many
    bool writes_state = false;
  };
  Pooling pooling(const Tile& tile) const;

 private:
  const Bitmap* bits_of(int map, MapForm form) const;
  bool fits_on_chip(const Shape& shape, const Bitmap* bits, ActivationFormat format) const;
  ActivationFormat format_of(MapForm form) const;
  std::vector<Traffic> state_traffic(const Tile& tile) const;
  Traffic map_traffic(int map, MapForm form, const Range& rows, const Range& channels,
                      DataKind kind) const;
  Range rows_of_output(const OutputMap& output, const Tile& tile) const;
  Range channels_of_output(const OutputMap& output, const Tile& tile) const;
  Pooling max_pooling(const OutputMap& output, const Tile& tile) const;

  const StreamProgram& stream_;
  const LayerPlan& plan_;
  const TileProgram& tiles_;
  const StreamLayout::LayerTensors& tensors_;
  const FrameRecord& frame_;
  bool first_;
  const Bitmap* operands_ = nullptr;
  bool input_on_chip_ = false;
  std::optional<TouchedMap> touched_;
};

}  // namespace deltasim
