#pragma once
// One layer of one frame, or of a batch of frames that share its weights: the plan and the program
// meet the real bitmaps. Sizes and addresses of what each tile moves; no time.

#include <cstdint>
#include <span>
#include <vector>

#include "sim/work/frame_job.h"
#include "sim/work/stream_program.h"
#include "sim/work/traffic.h"

namespace deltasim {

/// Refers to the program and the frames' records, which must outlive it.
class LayerJob {
 public:
  using Pooling = PoolingWork;

  /// @param frames as many as the program's batch
  LayerJob(const StreamProgram& program, std::size_t layer, std::span<const BatchFrame> frames);

  const LayerPlan& plan() const { return plan_; }
  const Layer& layer() const { return plan_.layer; }
  const TileProgram& program() const { return tiles_; }
  const std::vector<Tile>& tiles() const { return tiles_.tiles; }
  const TileLinks& links(std::size_t tile) const { return links_[tile]; }
  bool is_delta() const { return plan_.mode == ExecutionMode::kDelta; }
  /// Events of the tile's input map; nullptr in dense execution.
  const Bitmap* operands(const Tile& tile) const { return frame_of(tile).operands(); }
  /// Beside its value, an event on the network carries where it belongs; not in dense execution,
  /// where the order tells.
  std::int64_t event_index_bits() const;

  // What a tile needs before it can be computed. Tiles are given by their number.

  /// From DRAM: weights of the input channels that carry an event in one of the frames which use
  /// them, where events decide.
  Traffic weights_loaded(std::size_t tile) const;
  /// Bits that move from the buffer into the PEs.
  std::int64_t weight_bits_filled(std::size_t tile) const;
  /// The input rows that it loads, none where they are on chip. The network's input comes as it
  /// is, in delta execution together with the frame before, and is encoded on its way in.
  std::vector<Traffic> input(const Tile& tile) const;
  /// What the array reads from the buffer: rows of the tile's channels.
  /// @param events that they hold, counted by the array
  EncodedSize input_rows(const Tile& tile, std::span<const int> rows, std::int64_t events) const {
    return frame_of(tile).input_rows(tile, rows, events);
  }
  /// Values of `rows`, as input_rows() gives them, that the array's decoder makes events of.
  std::int64_t decoded_inputs(const EncodedSize& rows) const;
  /// Partial sums of the tile's outputs that wait outside the PEs.
  Traffic partial_sums(const Tile& tile) const { return frame_of(tile).partial_sums(tile); }

  // What a tile with complete sums needs and leaves.

  /// Outputs that pass the delta unit.
  std::int64_t outputs(const Tile& tile) const { return frame_of(tile).outputs(tile); }
  /// Sums, and previous outputs, that are read before and written after.
  std::vector<Traffic> state_read(const Tile& tile) const {
    return frame_of(tile).state_read(tile);
  }
  std::vector<Traffic> state_written(const Tile& tile) const {
    return frame_of(tile).state_written(tile);
  }
  /// What joins the sum: encoded maps of identity shortcuts, and sums that an earlier layer parked.
  std::vector<Traffic> joined(const Tile& tile) const { return frame_of(tile).joined(tile); }
  /// Encoded outputs by map and form; those that stay on chip have no ranges.
  std::vector<Traffic> encoded_outputs(const Tile& tile) const;
  /// Whether the outputs are left as partial sums for a later layer of the join.
  bool parks_sums() const { return !plan_.emits && !is_delta(); }
  Pooling pooling(const Tile& tile) const { return frame_of(tile).pooling(tile); }

 private:
  /// A map in a form in which the layer sends it on.
  struct Emission {
    const OutputMap* output = nullptr;
    MapForm form = MapForm::kDense;
    bool to_dram = false;
  };

  const FrameJob& frame_of(const Tile& tile) const {
    return frames_[static_cast<std::size_t>(tile.frame)];
  }
  void find_emissions();
  bool fits_on_chip(int map, MapForm form) const;
  std::int64_t weight_bits(const Tile& tile, std::span<const FrameRows> uses) const;
  int channels_with_events(const Range& channels, std::span<const FrameRows> uses) const;

  const StreamProgram& stream_;
  const LayerPlan& plan_;
  const TileProgram& tiles_;
  const std::vector<TileLinks>& links_;
  std::int64_t weights_;  ///< address in DRAM
  std::vector<FrameJob> frames_;
  bool input_on_chip_ = false;
  std::vector<Emission> emissions_;
};

}  // namespace deltasim
