#pragma once
// One layer of one frame of a batch: what the frame has of its own, which is all but the weights.
// Every tile that it is asked about is one of this frame.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/components/delta_unit/touched_map.h"
#include "sim/work/stream_program.h"
#include "sim/work/traffic.h"

namespace deltasim {

/// A recorded frame on its way through the machine.
struct BatchFrame {
  const FrameRecord* record = nullptr;
  bool first = false;  ///< of the recording: there is no state to read yet
};

/// Pooling behind a layer.
struct PoolingWork {
  std::int64_t outputs = 0;        ///< windows made again
  std::int64_t additions = 0;      ///< to the sums of an average
  std::int64_t state_read = 0;     ///< bits: previous values of those windows, and sums
  std::int64_t state_written = 0;  ///< bits: sums
};

/// Refers to the program and the frame's record, which must outlive it.
class FrameJob {
 public:
  /// @param index of the frame in the batch
  FrameJob(const StreamProgram& program, std::size_t layer, std::size_t index,
           const BatchFrame& frame);

  /// Events of the input map; nullptr in dense execution.
  const Bitmap* operands() const { return operands_; }
  /// Whether the array leaves out input channels without an event.
  bool events_decide() const { return row_words_ > 0; }
  /// Up to 64 input channels from `first` on: those that have an event in one of the rows.
  std::uint64_t channels_with_events(const Range& rows, int first, int count) const;
  /// Bits of a whole map in the buffer.
  std::int64_t buffer_bits(int map, MapForm form) const;

  /// What a tile loads of its input.
  std::vector<Traffic> input(const Tile& tile) const;
  /// What the array reads from the buffer: rows of the tile's channels.
  /// @param events that they hold
  EncodedSize input_rows(const Tile& tile, std::span<const int> rows, std::int64_t events) const;
  Traffic partial_sums(const Tile& tile) const;

  std::int64_t outputs(const Tile& tile) const;
  std::vector<Traffic> state_read(const Tile& tile) const;
  std::vector<Traffic> state_written(const Tile& tile) const { return state_traffic(tile); }
  std::vector<Traffic> joined(const Tile& tile) const;
  /// The tile's share of an output map; nothing where no row or channel of it is complete.
  std::optional<Traffic> emitted(const OutputMap& output, MapForm form, const Tile& tile) const;
  PoolingWork pooling(const Tile& tile) const;

 private:
  bool is_delta() const { return plan_.mode == ExecutionMode::kDelta; }
  void find_operands();
  void find_touched();
  const Shape& shape_of(int map) const;
  const Bitmap* bits_of(int map, MapForm form) const;
  ActivationFormat format_of(MapForm form) const;
  ActivationFormat format_in_buffer(MapForm form) const;
  std::int64_t activation_bits() const;
  std::vector<Traffic> state_traffic(const Tile& tile) const;
  Traffic map_traffic(int map, MapForm form, const Range& rows, const Range& channels) const;
  Range rows_of(const OutputMap& output, const Tile& tile) const;
  Range channels_of(const OutputMap& output, const Tile& tile) const;
  std::int64_t touched_windows(const OutputMap& output, const Tile& tile) const;
  void add_max_pool(const OutputMap& output, const Tile& tile, PoolingWork& pooling) const;
  void add_average_pool(const Tile& tile, PoolingWork& pooling) const;

  const StreamProgram& stream_;
  const LayerPlan& plan_;
  const StreamLayout::FrameTensors& layout_;
  const StreamLayout::LayerTensors& tensors_;
  const FrameRecord& record_;
  bool first_;
  const Bitmap* operands_ = nullptr;
  std::optional<TouchedMap> touched_;
  /// [input row][word]: channels that have an event in the row.
  std::vector<std::uint64_t> row_channels_;
  std::size_t row_words_ = 0;
};

/// The format of maps in the buffer: only an array that is sent events reads encoded ones; the
/// others get theirs decoded on the way from DRAM.
ActivationFormat format_in_buffer(const AcceleratorSpec& accelerator, MapForm form);

}  // namespace deltasim
