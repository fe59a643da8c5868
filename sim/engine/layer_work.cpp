#include "sim/engine/layer_work.h"

#include <algorithm>

#include "arch/errors.h"
#include "sim/components/pe_array/event_array.h"

namespace deltasim {
namespace {

constexpr std::int64_t kBitsPerByte = 8;

std::int64_t taps_of(const Layer& layer) {
  return std::int64_t{layer.window.kernel_h} * layer.window.kernel_w;
}

/// Element ranges of a tensor whose elements take `bits`, as bytes from `base` on.
std::vector<dram::ByteRange> byte_ranges(const std::vector<ElementRange>& elements,
                                         std::int64_t base, std::int64_t bits) {
  std::vector<dram::ByteRange> ranges;
  ranges.reserve(elements.size());
  for (const ElementRange& range : elements) {
    const std::int64_t begin = range.first * bits / kBitsPerByte;
    const std::int64_t end = ((range.first + range.count) * bits + kBitsPerByte - 1) / kBitsPerByte;
    ranges.push_back({base + begin, end - begin});
  }
  return ranges;
}

std::int64_t sum_of_counts(const std::vector<ElementRange>& ranges) {
  std::int64_t count = 0;
  for (const ElementRange& range : ranges) count += range.count;
  return count;
}

Range pixels_of(const Range& rows, const Shape& shape) {
  return {rows.begin * shape.width, rows.end * shape.width};
}

}  // namespace

LayerWork::LayerWork(const StreamProgram& program, std::size_t layer, const FrameRecord& frame,
                     bool first)
    : stream_(program),
      plan_(program.plan.layers[layer]),
      tiles_(program.programs[layer]),
      tensors_(program.layout.layers[layer]),
      frame_(frame),
      first_(first) {
  operands_ = bits_of(plan_.layer.input_map, form_read_by(plan_.mode));
  const ActivationFormat format = format_of(form_read_by(plan_.mode));
  input_on_chip_ = plan_.input_on_chip && fits_on_chip(plan_.layer.input, operands_, format);
  if (plan_.mode == ExecutionMode::kDelta) {
    std::vector<const Bitmap*> shortcuts;
    for (const int map : plan_.shortcuts) shortcuts.push_back(bits_of(map, MapForm::kDelta));
    touched_.emplace(plan_.layer, operands_, shortcuts);
  }
}

const Bitmap* LayerWork::bits_of(int map, MapForm form) const {
  const MapBits& bits = frame_.maps[static_cast<std::size_t>(map)];
  switch (form) {
    case MapForm::kDense:
      return nullptr;
    case MapForm::kActive:
      return &bits.active;
    case MapForm::kDelta:
      return &bits.delta;
  }
  throw InternalError("unknown map form");
}

ActivationFormat LayerWork::format_of(MapForm form) const {
  return form == MapForm::kDense ? ActivationFormat::kDense : stream_.accelerator.activation_format;
}

bool LayerWork::fits_on_chip(const Shape& shape, const Bitmap* bits,
                             ActivationFormat format) const {
  // Half of the share: the next layer's input stays while its output grows.
  const std::int64_t room = to_bits(stream_.accelerator.glb.partition.activations).value() / 2;
  return encoded_size(format, shape, bits, stream_.accelerator.pe_array.activation_bits.value())
             .total() <= room;
}

std::int64_t LayerWork::weight_bits(const Tile& tile) const {
  const std::int64_t all = std::int64_t{tile.k.size()} * tile.window.size();
  const int with_events = EventArray::channels_with_events(plan_.layer, tile, operands_);
  if (with_events == tile.c.size()) {
    return all * stream_.accelerator.pe_array.weight_bits.value();
  }
  return all / std::max(tile.c.size(), 1) * with_events *
         stream_.accelerator.pe_array.weight_bits.value();
}

Traffic LayerWork::weights(const Tile& tile) const {
  Traffic traffic{.kind = DataKind::kWeight};
  traffic.bits = weight_bits(tile);
  // Stored tile after tile, in each the input channels one after another: what is fetched of a
  // tile is one piece, shorter by the channels that are left out.
  const std::int64_t in_group = plan_.layer.input.channels / plan_.layer.groups;
  const std::int64_t before = std::int64_t{tile.k.begin} * in_group * taps_of(plan_.layer) +
                              std::int64_t{tile.window.begin} * tile.k.size();
  const std::int64_t bits = stream_.accelerator.pe_array.weight_bits.value();
  traffic.ranges = {{tensors_.weights + before * bits / kBitsPerByte,
                     (traffic.bits + kBitsPerByte - 1) / kBitsPerByte}};
  if (traffic.bits == 0) traffic.ranges.clear();
  return traffic;
}

Traffic LayerWork::map_traffic(int map, MapForm form, const Range& rows, const Range& channels,
                               DataKind kind) const {
  const Shape& shape = stream_.plan.maps[static_cast<std::size_t>(map)].shape;
  const std::int64_t bits = stream_.accelerator.pe_array.activation_bits.value();
  const EncodedSize size = encoded_box(format_of(form), shape, bits_of(map, form),
                                       pixels_of(rows, shape), channels, bits);
  Traffic traffic{.bits = size.value_bits, .index_bits = size.index_bits, .kind = kind};
  // The rows before it take their own encoded size at most; where exactly it starts decides
  // about a burst more or less only, so the dense offset stands for it.
  const std::int64_t offset =
      std::int64_t{rows.begin} * shape.width * shape.channels * bits / kBitsPerByte;
  const std::int64_t bytes = (size.total() + kBitsPerByte - 1) / kBitsPerByte;
  if (bytes > 0) {
    traffic.ranges = {{stream_.layout.maps[static_cast<std::size_t>(map)] + offset, bytes}};
  }
  return traffic;
}

std::vector<Traffic> LayerWork::input(const Tile& tile) const {
  if (!tile.load_input || input_on_chip_ || tile.load_rows.empty()) return {};
  const int map = plan_.layer.input_map;
  const RecordedMap& recorded = stream_.plan.maps[static_cast<std::size_t>(map)];
  if (recorded.kind != RecordedMap::Kind::kInput) {
    return {map_traffic(map, form_read_by(plan_.mode), tile.load_rows, tile.load_c,
                        DataKind::kActivation)};
  }
  std::vector<Traffic> traffic{
      map_traffic(map, MapForm::kDense, tile.load_rows, tile.load_c, DataKind::kActivation)};
  if (plan_.mode == ExecutionMode::kDelta && !first_) {
    traffic.push_back(
        map_traffic(map, MapForm::kDense, tile.load_rows, tile.load_c, DataKind::kState));
    const std::int64_t moved = stream_.layout.old_maps[static_cast<std::size_t>(map)] -
                               stream_.layout.maps[static_cast<std::size_t>(map)];
    for (dram::ByteRange& range : traffic.back().ranges) range.address += moved;
  }
  return traffic;
}

EncodedSize LayerWork::input_row(const Tile& tile, int row) const {
  const Shape& shape = plan_.layer.input;
  return encoded_box(format_of(form_read_by(plan_.mode)), shape, operands_,
                     pixels_of({row, row + 1}, shape), tile.c,
                     stream_.accelerator.pe_array.activation_bits.value());
}

std::int64_t LayerWork::outputs(const Tile& tile) const {
  if (touched_ && !plan_.regenerates) return touched_->count(tile);
  return std::int64_t{tile.k.size()} * tile.pixels.size();
}

std::vector<Traffic> LayerWork::state_traffic(const Tile& tile) const {
  std::vector<Traffic> traffic;
  const std::int64_t activation = stream_.accelerator.pe_array.activation_bits.value();
  const auto add = [&](const std::vector<ElementRange>& elements, std::int64_t base,
                       std::int64_t bits) {
    if (elements.empty()) return;
    traffic.push_back({.ranges = byte_ranges(elements, base, bits),
                       .bits = sum_of_counts(elements) * bits,
                       .kind = DataKind::kState});
  };
  std::vector<ElementRange> all;
  for (int y = tile.y.begin; y < tile.y.end && (plan_.keeps_previous || plan_.regenerates); ++y) {
    for (int x = 0; x < plan_.layer.output.width; ++x) {
      const std::int64_t pixel = std::int64_t{y} * plan_.layer.output.width + x;
      if (pixel < tile.pixels.begin || pixel >= tile.pixels.end) continue;
      all.push_back({pixel * plan_.layer.output.channels + tile.k.begin, tile.k.size()});
    }
  }
  if (plan_.keeps_sum) {
    std::vector<ElementRange> touched;
    touched_->state_ranges(tile, stream_.accelerator.state.granularity, touched);
    add(plan_.regenerates ? all : touched, tensors_.state, stream_.accelerator.state.bits.value());
    if (!stream_.previous_recomputable) add(touched, tensors_.previous, activation);
  }
  if (plan_.keeps_previous) add(all, tensors_.previous, activation);
  return traffic;
}

std::vector<Traffic> LayerWork::state_read(const Tile& tile) const {
  // Before the first frame the sums are the biases and nothing was sent.
  if (first_) return {};
  return state_traffic(tile);
}

std::vector<Traffic> LayerWork::state_written(const Tile& tile) const {
  return state_traffic(tile);
}

std::vector<Traffic> LayerWork::joined(const Tile& tile) const {
  std::vector<Traffic> traffic;
  if (!plan_.emits) return traffic;
  for (const int map : plan_.shortcuts) {
    traffic.push_back(
        map_traffic(map, form_read_by(plan_.mode), tile.y, tile.k, DataKind::kActivation));
  }
  if (plan_.accumulates && plan_.mode != ExecutionMode::kDelta) {
    traffic.push_back(parked(tile));
  }
  return traffic;
}

Traffic LayerWork::parked(const Tile& tile) const {
  const std::int64_t bits = stream_.accelerator.pe_array.partial_sum_bits.value();
  const std::int64_t sums = std::int64_t{tile.k.size()} * tile.pixels.size();
  const std::int64_t first = std::int64_t{tile.pixels.begin} * plan_.layer.output.channels +
                             std::int64_t{tile.k.begin} * tile.pixels.size();
  return {.ranges = {{tensors_.parked + first * bits / kBitsPerByte, sums * bits / kBitsPerByte}},
          .bits = sums * bits,
          .kind = DataKind::kPartialSum};
}

Range LayerWork::rows_of_output(const OutputMap& output, const Tile& tile) const {
  // A pooled map has fewer rows: each belongs to the tile with the same share of the height.
  const std::int64_t height = plan_.layer.output.height;
  const std::int64_t rows = stream_.plan.maps[static_cast<std::size_t>(output.map)].shape.height;
  return {static_cast<int>(tile.y.begin * rows / height),
          static_cast<int>(tile.y.end * rows / height)};
}

Range LayerWork::channels_of_output(const OutputMap& output, const Tile& tile) const {
  const int channels = stream_.plan.maps[static_cast<std::size_t>(output.map)].shape.channels;
  if (channels == plan_.layer.output.channels) return tile.k;
  // A concatenation is written with its last part.
  return {static_cast<int>(std::int64_t{tile.k.begin} * channels / plan_.layer.output.channels),
          static_cast<int>(std::int64_t{tile.k.end} * channels / plan_.layer.output.channels)};
}

std::vector<LayerWork::Output> LayerWork::encoded_outputs(const Tile& tile) const {
  std::vector<Output> outputs;
  if (plan_.sink < 0) {
    const std::int64_t bits = stream_.accelerator.pe_array.partial_sum_bits.value();
    const std::int64_t logits = std::int64_t{tile.k.size()} * tile.pixels.size();
    const std::int64_t bytes = (logits * bits + kBitsPerByte - 1) / kBitsPerByte;
    outputs.push_back(
        {{{{tensors_.parked, bytes}}, logits * bits, 0, DataKind::kActivation}, true, logits});
    return outputs;
  }
  for (const OutputMap& output : plan_.outputs) {
    const Shape& shape = stream_.plan.maps[static_cast<std::size_t>(output.map)].shape;
    Range rows = rows_of_output(output, tile);
    const Range channels = channels_of_output(output, tile);
    // Systolic tiles cut rows: a row goes with its last pixel.
    if (output.map == plan_.sink) {
      rows = {tile.pixels.begin / shape.width, tile.pixels.end / shape.width};
    }
    if (rows.empty() || channels.empty()) continue;
    for (const MapForm form : output.forms) {
      const bool whole = fits_on_chip(shape, bits_of(output.map, form), format_of(form));
      outputs.push_back({map_traffic(output.map, form, rows, channels, DataKind::kActivation),
                         output.to_dram || !(output.on_chip && whole),
                         std::int64_t{rows.size()} * shape.width * channels.size()});
    }
  }
  return outputs;
}

LayerWork::Pooling LayerWork::max_pooling(const OutputMap& output, const Tile& tile) const {
  const Shape& pooled = stream_.plan.maps[static_cast<std::size_t>(output.map)].shape;
  const Range rows = rows_of_output(output, tile);
  const Range channels = channels_of_output(output, tile);
  Pooling pooling;
  if (plan_.mode != ExecutionMode::kDelta) {
    pooling.outputs = std::int64_t{rows.size()} * pooled.width * channels.size();
    return pooling;
  }
  const Window& w = *output.max_pool;
  const Bitmap& events = *bits_of(plan_.sink, MapForm::kDelta);
  const Shape& site = plan_.layer.output;
  std::vector<std::uint64_t> window(static_cast<std::size_t>(site.channels + 63) / 64);
  for (int y = rows.begin; y < rows.end; ++y) {
    for (int x = 0; x < pooled.width; ++x) {
      for (int c = channels.begin; c < channels.end; ++c) {
        bool touched = false;
        for (int ky = 0; ky < w.kernel_h && !touched; ++ky) {
          for (int kx = 0; kx < w.kernel_w && !touched; ++kx) {
            const int sy = y * w.stride_h - w.pad_top + ky * w.dilation_h;
            const int sx = x * w.stride_w - w.pad_left + kx * w.dilation_w;
            if (sy < 0 || sx < 0 || sy >= site.height || sx >= site.width) continue;
            touched =
                events.test((static_cast<std::size_t>(sy) * static_cast<std::size_t>(site.width) +
                             static_cast<std::size_t>(sx)) *
                                static_cast<std::size_t>(site.channels) +
                            static_cast<std::size_t>(c));
          }
        }
        pooling.outputs += touched ? 1 : 0;
      }
    }
  }
  pooling.state_bits = pooling.outputs * w.kernel_h * w.kernel_w *
                       stream_.accelerator.pe_array.activation_bits.value();
  return pooling;
}

LayerWork::Pooling LayerWork::pooling(const Tile& tile) const {
  Pooling sum;
  for (const OutputMap& output : plan_.outputs) {
    if (output.max_pool) {
      const Pooling one = max_pooling(output, tile);
      sum.outputs += one.outputs;
      sum.state_bits += one.state_bits;
    } else if (output.average_pool) {
      const Range rows = tile.y;
      const bool delta = plan_.mode == ExecutionMode::kDelta;
      const EncodedSize events = encoded_box(ActivationFormat::kBitmask, plan_.layer.output,
                                             delta ? bits_of(plan_.sink, MapForm::kDelta) : nullptr,
                                             pixels_of(rows, plan_.layer.output), tile.k, 1);
      sum.additions += events.value_bits;
      if (delta) sum.state_bits += tile.k.size() * stream_.accelerator.state.bits.value();
      sum.writes_state = sum.writes_state || delta;
    }
  }
  return sum;
}

}  // namespace deltasim
