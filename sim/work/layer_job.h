#pragma once
// One layer of one frame: the plan and the program meet the real bitmaps. Sizes and addresses of
// what each tile moves; no time.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "arch/activity.h"
#include "sim/components/delta_unit/touched_map.h"
#include "sim/components/encoder/activation_format.h"
#include "sim/work/stream_program.h"

namespace deltasim {

/// Data between DRAM and global buffer, where they may be coded differently.
struct Traffic {
  DataKind kind = DataKind::kActivation;
  std::vector<dram::ByteRange> ranges;  ///< in DRAM; empty where the data stay on chip
  EncodedSize in_dram;
  EncodedSize in_buffer;
  /// In the state's own memory; where there are any, the data pass neither DRAM nor buffer.
  std::vector<dram::ByteRange> memory_ranges{};
  ActivationFormat dram_format = ActivationFormat::kDense;
  ActivationFormat buffer_format = ActivationFormat::kDense;

  /// Values of a coded map that become a dense one on their way into the buffer, which holds
  /// `element_bits` each.
  std::int64_t decoded(std::int64_t element_bits) const {
    const bool decodes =
        dram_format != ActivationFormat::kDense && buffer_format == ActivationFormat::kDense;
    return decodes ? in_dram.value_bits / element_bits : 0;
  }
};

/// Refers to the program and the frame, which must outlive it.
class LayerJob {
 public:
  /// @param first frame of the recording: there is no state to read yet
  LayerJob(const StreamProgram& program, std::size_t layer, const FrameRecord& frame, bool first);

  const LayerPlan& plan() const { return plan_; }
  const Layer& layer() const { return plan_.layer; }
  const TileProgram& program() const { return tiles_; }
  const std::vector<Tile>& tiles() const { return tiles_.tiles; }
  const TileLinks& links(std::size_t tile) const { return links_[tile]; }
  bool is_delta() const { return plan_.mode == ExecutionMode::kDelta; }
  /// Events of the input map; nullptr in dense execution.
  const Bitmap* operands() const { return operands_; }
  /// Beside its value, an event on the network carries where it belongs; not in dense execution,
  /// where the order tells.
  std::int64_t event_index_bits() const;

  // What a tile needs before it can be computed. Tiles are given by their number.

  /// From DRAM: weights of the input channels that carry an event, where events decide.
  Traffic weights_loaded(std::size_t tile) const;
  /// Bits that move from the buffer into the PEs.
  std::int64_t weight_bits_filled(std::size_t tile) const;
  /// The input rows that it loads, none where they are on chip. The network's input comes as it
  /// is, in delta execution together with the frame before, and is encoded on its way in.
  std::vector<Traffic> input(const Tile& tile) const;
  /// What the array reads from the buffer: rows of the tile's channels.
  /// @param events that they hold, counted by the array
  EncodedSize input_rows(const Tile& tile, std::span<const int> rows, std::int64_t events) const;
  /// Values of `rows`, as input_rows() gives them, that the array's decoder makes events of.
  std::int64_t decoded_inputs(const EncodedSize& rows) const;
  /// Partial sums of the tile's outputs that wait outside the PEs.
  Traffic partial_sums(const Tile& tile) const;

  // What a tile with complete sums needs and leaves.

  /// Outputs that pass the delta unit.
  std::int64_t outputs(const Tile& tile) const;
  /// Sums, and previous outputs, that are read before and written after.
  std::vector<Traffic> state_read(const Tile& tile) const;
  std::vector<Traffic> state_written(const Tile& tile) const;
  /// What joins the sum: encoded maps of identity shortcuts, and sums that an earlier layer parked.
  std::vector<Traffic> joined(const Tile& tile) const;
  /// Encoded outputs by map and form; those that stay on chip have no ranges.
  std::vector<Traffic> encoded_outputs(const Tile& tile) const;
  /// Whether the outputs are left as partial sums for a later layer of the join.
  bool parks_sums() const { return !plan_.emits && !is_delta(); }
  /// Pooling behind the layer.
  struct Pooling {
    std::int64_t outputs = 0;        ///< windows made again
    std::int64_t additions = 0;      ///< to the sums of an average
    std::int64_t state_read = 0;     ///< bits: previous values of those windows, and sums
    std::int64_t state_written = 0;  ///< bits: sums
  };
  Pooling pooling(const Tile& tile) const;

 private:
  /// A map in a form in which the layer sends it on.
  struct Emission {
    const OutputMap* output = nullptr;
    MapForm form = MapForm::kDense;
    bool to_dram = false;
  };

  void find_operands();
  void find_emissions();
  void find_touched();
  const Shape& shape_of(int map) const;
  const Bitmap* bits_of(int map, MapForm form) const;
  bool fits_on_chip(int map, MapForm form) const;
  ActivationFormat format_of(MapForm form) const;
  ActivationFormat format_in_buffer(MapForm form) const;
  std::int64_t activation_bits() const;
  std::int64_t weight_bits(const Tile& tile, const Range& rows) const;
  int channels_with_events(const Range& channels, const Range& rows) const;
  std::vector<Traffic> state_traffic(const Tile& tile) const;
  Traffic map_traffic(int map, MapForm form, const Range& rows, const Range& channels) const;
  Range rows_of(const OutputMap& output, const Tile& tile) const;
  Range channels_of(const OutputMap& output, const Tile& tile) const;
  std::int64_t touched_windows(const OutputMap& output, const Tile& tile) const;
  void add_max_pool(const OutputMap& output, const Tile& tile, Pooling& pooling) const;
  void add_average_pool(const Tile& tile, Pooling& pooling) const;

  const StreamProgram& stream_;
  const LayerPlan& plan_;
  const TileProgram& tiles_;
  const std::vector<TileLinks>& links_;
  const StreamLayout::LayerTensors& tensors_;
  const FrameRecord& frame_;
  bool first_;
  const Bitmap* operands_ = nullptr;
  bool input_on_chip_ = false;
  std::vector<Emission> emissions_;
  std::optional<TouchedMap> touched_;
  /// [input row][word]: channels that have an event in the row.
  std::vector<std::uint64_t> row_channels_;
  std::size_t row_words_ = 0;
};

}  // namespace deltasim
