#include "sim/work/layer_job.h"

#include <algorithm>
#include <bit>

#include "arch/errors.h"

namespace deltasim {

LayerJob::LayerJob(const StreamProgram& program, std::size_t layer,
                   std::span<const BatchFrame> frames)
    : stream_(program),
      plan_(program.plan.layers[layer]),
      tiles_(program.programs[layer]),
      links_(program.links[layer]),
      weights_(program.layout.weights[layer]) {
  DELTASIM_INVARIANT(std::ssize(frames) == program.batch, "as many frames as the program serves");
  frames_.reserve(frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i)
    frames_.emplace_back(program, layer, i, frames[i]);
  input_on_chip_ =
      plan_.input_on_chip && fits_on_chip(plan_.layer.input_map, form_read_by(plan_.mode));
  find_emissions();
}

void LayerJob::find_emissions() {
  for (const OutputMap& output : plan_.outputs) {
    for (const MapForm form : output.forms) {
      const bool stays = output.on_chip && !output.to_dram && fits_on_chip(output.map, form);
      emissions_.push_back({&output, form, !stays});
    }
  }
}

std::int64_t LayerJob::event_index_bits() const {
  return plan_.mode == ExecutionMode::kDense ? 0 : coordinate_bits(plan_.layer.input);
}

/// The maps of all frames, or none.
bool LayerJob::fits_on_chip(int map, MapForm form) const {
  // Row stationary gives the whole of both shares to a layer's inputs and partial sums.
  if (tiles_.row_stationary) return false;
  // Half of the share: the next layer's input stays while its output grows.
  const std::int64_t room = to_bits(stream_.accelerator.glb.partition.activations).value() / 2;
  std::int64_t bits = 0;
  for (const FrameJob& frame : frames_) bits += frame.buffer_bits(map, form);
  return bits <= room;
}

int LayerJob::channels_with_events(const Range& channels, std::span<const FrameRows> uses) const {
  int count = 0;
  for (int first = channels.begin; first < channels.end; first += 64) {
    const int length = std::min(64, channels.end - first);
    std::uint64_t any = 0;
    for (const FrameRows& use : uses) {
      const FrameJob& frame = frames_[static_cast<std::size_t>(use.frame)];
      any |= frame.channels_with_events(use.rows, first, length);
    }
    count += std::popcount(any);
  }
  return count;
}

std::int64_t LayerJob::weight_bits(const Tile& tile, std::span<const FrameRows> uses) const {
  const std::int64_t bits = stream_.accelerator.pe_array.weight_bits.value();
  const std::int64_t all = std::int64_t{tile.k.size()} * tile.window.size();
  if (!frames_.front().events_decide()) return all * bits;
  return all / tile.c.size() * channels_with_events(tile.c, uses) * bits;
}

Traffic LayerJob::weights_loaded(std::size_t index) const {
  const Tile& tile = tiles_.tiles[index];
  Traffic traffic{.kind = DataKind::kWeight};
  if (!tile.load_weights) return traffic;
  const std::int64_t all_bits = weight_bits(tile, links_[index].loaded_for);
  traffic.in_dram = traffic.in_buffer = {all_bits, 0};
  // Stored tile after tile, in each the input channels one after another: what is fetched of a
  // tile is one piece, shorter by the channels that are left out.
  const Layer& layer = plan_.layer;
  const std::int64_t window = std::int64_t{layer.input.channels / layer.groups} *
                              layer.window.kernel_h * layer.window.kernel_w;
  const std::int64_t before =
      tile.k.begin * window + std::int64_t{tile.window.begin} * tile.k.size();
  const std::int64_t bits = stream_.accelerator.pe_array.weight_bits.value();
  if (all_bits > 0) {
    traffic.ranges = {{weights_ + before * bits / kBitsPerByte, whole_bytes(all_bits)}};
  }
  return traffic;
}

std::int64_t LayerJob::weight_bits_filled(std::size_t index) const {
  const Tile& tile = tiles_.tiles[index];
  return tile.fill_pes ? weight_bits(tile, links_[index].filled_for) : 0;
}

std::vector<Traffic> LayerJob::input(const Tile& tile) const {
  if (!tile.load_input || input_on_chip_) return {};
  return frame_of(tile).input(tile);
}

std::int64_t LayerJob::decoded_inputs(const EncodedSize& rows) const {
  const ActivationFormat format = format_in_buffer(stream_.accelerator, form_read_by(plan_.mode));
  if (format == ActivationFormat::kDense) return 0;
  return rows.value_bits / stream_.accelerator.pe_array.activation_bits.value();
}

std::vector<Traffic> LayerJob::encoded_outputs(const Tile& tile) const {
  std::vector<Traffic> outputs;
  if (plan_.sink < 0) {
    outputs.push_back(partial_sums(tile));
    outputs.back().kind = DataKind::kActivation;
  }
  for (const Emission& emission : emissions_) {
    auto map = frame_of(tile).emitted(*emission.output, emission.form, tile);
    if (!map) continue;
    if (!emission.to_dram) map->ranges.clear();
    outputs.push_back(*std::move(map));
  }
  return outputs;
}

}  // namespace deltasim
