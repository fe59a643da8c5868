#include "sim/components/delta_unit/touched_map.h"

#include <algorithm>
#include <bit>

#include "sim/components/bit_range.h"

namespace deltasim {
namespace {

/// Marks the outputs along one axis whose window has a tap on a marked input.
void dilate(std::span<const std::uint8_t> input, std::span<std::uint8_t> output, int kernel,
            int stride, int pad, int dilation) {
  for (std::size_t o = 0; o < output.size(); ++o) {
    for (int k = 0; k < kernel && output[o] == 0; ++k) {
      const auto at = static_cast<std::int64_t>(o) * stride - pad + std::int64_t{k} * dilation;
      if (at >= 0 && at < static_cast<std::int64_t>(input.size())) {
        output[o] = input[static_cast<std::size_t>(at)];
      }
    }
  }
}

void set_range(Bitmap& bits, std::size_t begin, std::size_t end) {
  const auto words = bits.words();
  while (begin < end) {
    const std::size_t offset = begin % 64;
    const std::size_t length = std::min<std::size_t>(64 - offset, end - begin);
    words[begin / 64] |= (~std::uint64_t{0} >> (64 - length)) << offset;
    begin += length;
  }
}

void append(std::vector<TouchedRange>& ranges, std::int64_t first, std::int64_t count) {
  if (!ranges.empty() && ranges.back().first + ranges.back().count == first) {
    ranges.back().count += count;
  } else {
    ranges.push_back({first, count});
  }
}

/// Appends the runs of ones in [begin, end).
void append_ones(const Bitmap& bits, std::int64_t begin, std::int64_t end,
                 std::vector<TouchedRange>& ranges) {
  while (begin < end) {
    const std::int64_t length = std::min<std::int64_t>(64, end - begin);
    std::uint64_t word =
        bits_at(bits.words(), static_cast<std::size_t>(begin), static_cast<std::size_t>(length));
    for (std::int64_t at = begin; word != 0;) {
      const int zeros = std::countr_zero(word);
      word >>= zeros;
      const int ones = std::countr_one(word);
      append(ranges, at + zeros, ones);
      at += zeros + ones;
      word = ones < 64 ? word >> ones : 0;
    }
    begin += length;
  }
}

}  // namespace

TouchedMap::TouchedMap(const Shape& output)
    : shape_(output), bits_(static_cast<std::size_t>(output.elements())) {}

void TouchedMap::touch(const Bitmap& elements) {
  const auto words = bits_.words();
  const auto added = elements.words();
  for (std::size_t w = 0; w < words.size(); ++w) words[w] |= added[w];
}

std::size_t TouchedMap::element(int y, int x, int k) const {
  return (static_cast<std::size_t>(y) * static_cast<std::size_t>(shape_.width) +
          static_cast<std::size_t>(x)) *
             static_cast<std::size_t>(shape_.channels) +
         static_cast<std::size_t>(k);
}

void TouchedMap::touch(const Layer& layer, const Bitmap& operands) {
  for (int group = 0; group < layer.groups; ++group) touch_group(layer, operands, group);
}

void TouchedMap::touch_group(const Layer& layer, const Bitmap& operands, int group) {
  const Shape& in = layer.input;
  const Shape& out = layer.output;
  const Window& w = layer.window;
  const auto in_width = static_cast<std::size_t>(in.width);
  const auto out_width = static_cast<std::size_t>(out.width);
  const auto channels = static_cast<std::size_t>(in.channels / layer.groups);
  const int outputs = out.channels / layer.groups;

  // Separable: first along the rows of the input, then along its columns.
  std::vector<std::uint8_t> columns(static_cast<std::size_t>(in.height) * out_width, 0);
  std::vector<std::uint8_t> row(in_width);
  for (std::size_t y = 0; y < static_cast<std::size_t>(in.height); ++y) {
    for (std::size_t x = 0; x < in_width; ++x) {
      const std::size_t first = (y * in_width + x) * static_cast<std::size_t>(in.channels) +
                                static_cast<std::size_t>(group) * channels;
      row[x] = operands.any(first, first + channels) ? 1 : 0;
    }
    dilate(row, {columns.data() + y * out_width, out_width}, w.kernel_w, w.stride_w, w.pad_left,
           w.dilation_w);
  }
  std::vector<std::uint8_t> column(static_cast<std::size_t>(in.height));
  std::vector<std::uint8_t> touched(static_cast<std::size_t>(out.height));
  for (int x = 0; x < out.width; ++x) {
    for (std::size_t y = 0; y < column.size(); ++y) {
      column[y] = columns[y * out_width + static_cast<std::size_t>(x)];
    }
    std::fill(touched.begin(), touched.end(), std::uint8_t{0});
    dilate(column, touched, w.kernel_h, w.stride_h, w.pad_top, w.dilation_h);
    for (int y = 0; y < out.height; ++y) {
      if (touched[static_cast<std::size_t>(y)] == 0) continue;
      const std::size_t first = element(y, x, group * outputs);
      set_range(bits_, first, first + static_cast<std::size_t>(outputs));
    }
  }
}

bool TouchedMap::any(int y, int x, const Range& k) const {
  return bits_.any(element(y, x, k.begin), element(y, x, k.end));
}

std::int64_t TouchedMap::count(const Tile& tile) const {
  const auto channels = static_cast<std::size_t>(shape_.channels);
  const auto begin = static_cast<std::size_t>(tile.pixels.begin);
  const auto end = static_cast<std::size_t>(tile.pixels.end);
  if (tile.k.size() == shape_.channels) {
    return static_cast<std::int64_t>(bits_.count(begin * channels, end * channels));
  }
  std::int64_t touched = 0;
  for (std::size_t pixel = begin; pixel < end; ++pixel) {
    touched += static_cast<std::int64_t>(
        bits_.count(pixel * channels + static_cast<std::size_t>(tile.k.begin),
                    pixel * channels + static_cast<std::size_t>(tile.k.end)));
  }
  return touched;
}

void TouchedMap::state_ranges(const Tile& tile, StateGranularity granularity,
                              std::vector<TouchedRange>& ranges) const {
  ranges.clear();
  if (granularity == StateGranularity::kTile && count(tile) == 0) return;
  for (int y = tile.y.begin; y < tile.y.end; ++y) {
    for (int x = 0; x < shape_.width; ++x) {
      const int pixel = y * shape_.width + x;
      if (pixel < tile.pixels.begin || pixel >= tile.pixels.end) continue;
      const auto first = static_cast<std::int64_t>(element(y, x, tile.k.begin));
      if (granularity == StateGranularity::kElement) {
        append_ones(bits_, first, first + tile.k.size(), ranges);
      } else if (granularity == StateGranularity::kTile || any(y, x, tile.k)) {
        append(ranges, first, tile.k.size());
      }
    }
  }
}

}  // namespace deltasim
