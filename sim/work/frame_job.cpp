#include "sim/work/frame_job.h"

#include <bit>

#include "arch/errors.h"
#include "sim/components/bit_range.h"

namespace deltasim {
namespace {

/// Element ranges of a tensor whose elements take `bits`, as bytes from `base` on.
std::vector<dram::ByteRange> byte_ranges(const std::vector<TouchedRange>& elements,
                                         std::int64_t base, std::int64_t bits) {
  std::vector<dram::ByteRange> ranges;
  ranges.reserve(elements.size());
  for (const TouchedRange& range : elements) {
    const std::int64_t begin = range.first * bits / kBitsPerByte;
    ranges.push_back({base + begin, whole_bytes((range.first + range.count) * bits) - begin});
  }
  return ranges;
}

std::int64_t sum_of_counts(const std::vector<TouchedRange>& ranges) {
  std::int64_t count = 0;
  for (const TouchedRange& range : ranges) count += range.count;
  return count;
}

Range pixels_of(const Range& rows, const Shape& shape) {
  return {rows.begin * shape.width, rows.end * shape.width};
}

/// The channel vectors of a tile's pixels.
std::vector<TouchedRange> all_outputs(const Tile& tile, int channels) {
  if (tile.k.size() == channels) {
    return {
        {std::int64_t{tile.pixels.begin} * channels, std::int64_t{tile.pixels.size()} * channels}};
  }
  std::vector<TouchedRange> all;
  for (int pixel = tile.pixels.begin; pixel < tile.pixels.end; ++pixel) {
    all.push_back({std::int64_t{pixel} * channels + tile.k.begin, tile.k.size()});
  }
  return all;
}

}  // namespace

FrameJob::FrameJob(const StreamProgram& program, std::size_t layer, std::size_t index,
                   const BatchFrame& frame)
    : stream_(program),
      plan_(program.plan.layers[layer]),
      layout_(program.layout.frames[index]),
      tensors_(layout_.layers[layer]),
      record_(*frame.record),
      first_(frame.first) {
  find_operands();
  if (is_delta()) find_touched();
}

void FrameJob::find_operands() {
  operands_ = bits_of(plan_.layer.input_map, form_read_by(plan_.mode));
  const bool skips = stream_.accelerator.pe_array.zero_handling == ZeroHandling::kSkip;
  if (operands_ == nullptr || !skips) return;
  const Shape& in = plan_.layer.input;
  const auto channels = static_cast<std::size_t>(in.channels);
  row_words_ = (channels + 63) / 64;
  row_channels_.assign(static_cast<std::size_t>(in.height) * row_words_, 0);
  std::size_t bit = 0;
  for (std::size_t y = 0; y < static_cast<std::size_t>(in.height); ++y) {
    const std::span<std::uint64_t> row(row_channels_.data() + y * row_words_, row_words_);
    for (int x = 0; x < in.width; ++x, bit += channels) {
      or_into(operands_->words(), bit, bit + channels, row);
    }
  }
}

void FrameJob::find_touched() {
  touched_.emplace(plan_.layer.output);
  touched_->touch(plan_.layer, *operands_);
  if (!plan_.emits) return;
  // What the earlier layers of the join have changed is quantized now, too.
  for (const LayerPlan& other : stream_.plan.layers) {
    if (&other == &plan_) break;
    if (other.sink != plan_.sink || other.sink < 0) continue;
    touched_->touch(other.layer, *bits_of(other.layer.input_map, MapForm::kDelta));
  }
  for (const int map : plan_.shortcuts) touched_->touch(*bits_of(map, MapForm::kDelta));
}

const Shape& FrameJob::shape_of(int map) const {
  return stream_.plan.maps[static_cast<std::size_t>(map)].shape;
}

const Bitmap* FrameJob::bits_of(int map, MapForm form) const {
  const MapBits& bits = record_.maps[static_cast<std::size_t>(map)];
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

ActivationFormat FrameJob::format_of(MapForm form) const {
  return form == MapForm::kDense ? ActivationFormat::kDense : stream_.accelerator.activation_format;
}

ActivationFormat FrameJob::format_in_buffer(MapForm form) const {
  return deltasim::format_in_buffer(stream_.accelerator, form);
}

std::int64_t FrameJob::activation_bits() const {
  return stream_.accelerator.pe_array.activation_bits.value();
}

std::int64_t FrameJob::buffer_bits(int map, MapForm form) const {
  return encoded_size(format_in_buffer(form), shape_of(map), bits_of(map, form), activation_bits())
      .total();
}

std::uint64_t FrameJob::channels_with_events(const Range& rows, int first, int count) const {
  std::uint64_t any = 0;
  for (int row = rows.begin; row < rows.end; ++row) {
    const std::span<const std::uint64_t> words(
        row_channels_.data() + static_cast<std::size_t>(row) * row_words_, row_words_);
    any |= bits_at(words, static_cast<std::size_t>(first), static_cast<std::size_t>(count));
  }
  return any;
}

Traffic FrameJob::map_traffic(int map, MapForm form, const Range& rows,
                              const Range& channels) const {
  const Shape& shape = shape_of(map);
  const Bitmap* bits = bits_of(map, form);
  const Range pixels = pixels_of(rows, shape);
  Traffic traffic;
  traffic.dram_format = format_of(form);
  traffic.buffer_format = format_in_buffer(form);
  traffic.in_dram = encoded_box(format_of(form), shape, bits, pixels, channels, activation_bits());
  traffic.in_buffer =
      format_in_buffer(form) == format_of(form)
          ? traffic.in_dram
          : encoded_box(format_in_buffer(form), shape, bits, pixels, channels, activation_bits());
  // Stored box by box, each where it would begin in the dense map.
  const std::int64_t before =
      std::int64_t{pixels.begin} * shape.channels + std::int64_t{channels.begin} * pixels.size();
  if (traffic.in_dram.total() > 0) {
    traffic.ranges = {
        {layout_.maps[static_cast<std::size_t>(map)] + before * activation_bits() / kBitsPerByte,
         whole_bytes(traffic.in_dram.total())}};
  }
  return traffic;
}

std::vector<Traffic> FrameJob::input(const Tile& tile) const {
  const int map = plan_.layer.input_map;
  const MapForm form = form_read_by(plan_.mode);
  if (stream_.plan.maps[static_cast<std::size_t>(map)].kind != RecordedMap::Kind::kInput) {
    return {map_traffic(map, form, tile.load_rows, tile.load_c)};
  }
  std::vector<Traffic> traffic{map_traffic(map, MapForm::kDense, tile.load_rows, tile.load_c)};
  traffic.front().in_buffer = map_traffic(map, form, tile.load_rows, tile.load_c).in_buffer;
  traffic.front().buffer_format = format_in_buffer(form);
  if (!is_delta() || first_) return traffic;
  // The frame before is compared on the way in and not kept.
  Traffic before = traffic.front();
  before.kind = DataKind::kState;
  before.in_buffer = {};
  const auto m = static_cast<std::size_t>(map);
  for (dram::ByteRange& range : before.ranges) {
    range.address += layout_.old_maps[m] - layout_.maps[m];
  }
  traffic.push_back(std::move(before));
  return traffic;
}

EncodedSize FrameJob::input_rows(const Tile& tile, std::span<const int> rows,
                                 std::int64_t events) const {
  const Shape& shape = plan_.layer.input;
  const ActivationFormat format = format_in_buffer(form_read_by(plan_.mode));
  if (format != ActivationFormat::kRunLength) {
    const auto elements = static_cast<std::int64_t>(rows.size()) * shape.width * tile.c.size();
    return encoded_size(format, shape, elements, events, activation_bits());
  }
  EncodedSize size;
  for (const int row : rows) {
    size += encoded_box(format, shape, operands_, pixels_of({row, row + 1}, shape), tile.c,
                        activation_bits());
  }
  return size;
}

std::int64_t FrameJob::outputs(const Tile& tile) const {
  if (touched_ && !plan_.regenerates) return touched_->count(tile);
  return std::int64_t{tile.k.size()} * tile.pixels.size();
}

std::vector<Traffic> FrameJob::state_traffic(const Tile& tile) const {
  std::vector<Traffic> traffic;
  const auto add = [&](const std::vector<TouchedRange>& elements, std::int64_t base,
                       std::int64_t bits) {
    if (elements.empty()) return;
    const EncodedSize size{sum_of_counts(elements) * bits, 0};
    Traffic state{.kind = DataKind::kState, .ranges = {}, .in_dram = size, .in_buffer = size};
    const StatePlace place = state_place_of(stream_.accelerator, plan_);
    if (place == StatePlace::kDram) state.ranges = byte_ranges(elements, base, bits);
    if (place == StatePlace::kMemory) state.memory_ranges = byte_ranges(elements, base, bits);
    traffic.push_back(std::move(state));
  };
  const int channels = plan_.layer.output.channels;
  if (plan_.keeps_sum) {
    std::vector<TouchedRange> touched;
    touched_->state_ranges(tile, stream_.accelerator.state.granularity, touched);
    add(plan_.regenerates ? all_outputs(tile, channels) : touched, tensors_.state,
        stream_.accelerator.state.bits.value());
    if (!stream_.previous_recomputable && plan_.emits && plan_.sink >= 0) {
      add(touched, tensors_.previous, activation_bits());
    }
  }
  if (plan_.keeps_previous) {
    add(all_outputs(tile, channels), tensors_.previous, activation_bits());
  }
  return traffic;
}

std::vector<Traffic> FrameJob::state_read(const Tile& tile) const {
  // Before the first frame the sums are the biases and nothing was sent; but what an earlier
  // layer of a join has added is there.
  if (first_ && !plan_.accumulates) return {};
  return state_traffic(tile);
}

std::vector<Traffic> FrameJob::joined(const Tile& tile) const {
  std::vector<Traffic> traffic;
  if (!plan_.emits) return traffic;
  for (const int map : plan_.shortcuts) {
    traffic.push_back(map_traffic(map, form_read_by(plan_.mode), tile.y, tile.k));
  }
  if (plan_.accumulates && !is_delta()) traffic.push_back(partial_sums(tile));
  return traffic;
}

Traffic FrameJob::partial_sums(const Tile& tile) const {
  const std::int64_t bits = stream_.accelerator.pe_array.partial_sum_bits.value();
  const std::int64_t sums = std::int64_t{tile.k.size()} * tile.pixels.size();
  const std::int64_t before = std::int64_t{tile.pixels.begin} * plan_.layer.output.channels +
                              std::int64_t{tile.k.begin} * tile.pixels.size();
  const EncodedSize size{sums * bits, 0};
  return {.kind = DataKind::kPartialSum,
          .ranges = {{tensors_.parked + before * bits / kBitsPerByte, whole_bytes(sums * bits)}},
          .in_dram = size,
          .in_buffer = size};
}

Range FrameJob::rows_of(const OutputMap& output, const Tile& tile) const {
  // Tiles may cut rows: a row goes with its last pixel.
  const Shape& site = plan_.layer.output;
  const std::int64_t first = tile.pixels.begin / site.width;
  const std::int64_t last = tile.pixels.end / site.width;
  // A pooled map has fewer rows: each goes with the tile that has the same share of the height.
  const std::int64_t rows = shape_of(output.map).height;
  return {static_cast<int>(first * rows / site.height),
          static_cast<int>(last * rows / site.height)};
}

Range FrameJob::channels_of(const OutputMap& output, const Tile& tile) const {
  const std::int64_t channels = shape_of(output.map).channels;
  const std::int64_t own = plan_.layer.output.channels;
  // A concatenation is written with its last part.
  return {static_cast<int>(tile.k.begin * channels / own),
          static_cast<int>(tile.k.end * channels / own)};
}

std::optional<Traffic> FrameJob::emitted(const OutputMap& output, MapForm form,
                                         const Tile& tile) const {
  const Range rows = rows_of(output, tile);
  const Range channels = channels_of(output, tile);
  if (rows.empty() || channels.empty()) return std::nullopt;
  return map_traffic(output.map, form, rows, channels);
}

std::int64_t FrameJob::touched_windows(const OutputMap& output, const Tile& tile) const {
  const Window& w = *output.max_pool;
  // A pool behind a concatenation has windows of other layers' maps too: all count as touched.
  if (shape_of(output.map).channels != plan_.layer.output.channels) {
    return std::int64_t{rows_of(output, tile).size()} * shape_of(output.map).width *
           channels_of(output, tile).size();
  }
  const Bitmap& events = *bits_of(plan_.sink, MapForm::kDelta);
  const Shape& site = plan_.layer.output;
  const Range rows = rows_of(output, tile);
  const Range channels = channels_of(output, tile);
  std::vector<std::uint64_t> any(static_cast<std::size_t>(channels.size() + 63) / 64);
  std::int64_t count = 0;
  for (int y = rows.begin; y < rows.end; ++y) {
    for (int x = 0; x < shape_of(output.map).width; ++x) {
      std::fill(any.begin(), any.end(), 0);
      for (int tap = 0; tap < w.kernel_h * w.kernel_w; ++tap) {
        const int sy = y * w.stride_h - w.pad_top + tap / w.kernel_w * w.dilation_h;
        const int sx = x * w.stride_w - w.pad_left + tap % w.kernel_w * w.dilation_w;
        if (sy < 0 || sx < 0 || sy >= site.height || sx >= site.width) continue;
        const std::size_t first = (static_cast<std::size_t>(sy) * site.width + sx) * site.channels;
        or_into(events.words(), first + channels.begin, first + channels.end, any);
      }
      for (const std::uint64_t word : any) count += std::popcount(word);
    }
  }
  return count;
}

void FrameJob::add_max_pool(const OutputMap& output, const Tile& tile, PoolingWork& pooling) const {
  if (!is_delta() || plan_.regenerates) {
    pooling.outputs += std::int64_t{rows_of(output, tile).size()} *
                       channels_of(output, tile).size() * shape_of(output.map).width;
    return;
  }
  const std::int64_t windows = touched_windows(output, tile);
  const Window& w = *output.max_pool;
  pooling.outputs += windows;
  if (!first_) pooling.state_read += windows * w.kernel_h * w.kernel_w * activation_bits();
}

void FrameJob::add_average_pool(const Tile& tile, PoolingWork& pooling) const {
  const Bitmap* events = is_delta() ? bits_of(plan_.sink, MapForm::kDelta) : nullptr;
  pooling.additions +=
      encoded_box(ActivationFormat::kCoordinate, plan_.layer.output, events, tile.pixels, tile.k, 1)
          .value_bits;
  if (!is_delta()) return;
  const std::int64_t sums = tile.k.size() * stream_.accelerator.state.bits.value();
  if (!first_) pooling.state_read += sums;
  pooling.state_written += sums;
}

PoolingWork FrameJob::pooling(const Tile& tile) const {
  PoolingWork pooling;
  for (const OutputMap& output : plan_.outputs) {
    if (output.max_pool) {
      add_max_pool(output, tile, pooling);
    } else if (output.average_pool) {
      add_average_pool(tile, pooling);
    }
  }
  return pooling;
}

ActivationFormat format_in_buffer(const AcceleratorSpec& accelerator, MapForm form) {
  if (accelerator.pe_array.dataflow != Dataflow::kEventDriven || form == MapForm::kDense) {
    return ActivationFormat::kDense;
  }
  return accelerator.activation_format;
}

}  // namespace deltasim
