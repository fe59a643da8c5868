#include "traces/counts.h"

#include <algorithm>
#include <span>
#include <vector>

#include "arch/errors.h"
#include "traces/bit_kernels.h"

namespace deltasim {
namespace {

/// One dimension of a layer's window.
struct Axis {
  int input;
  int output;
  int kernel;
  int stride;
  int pad;  ///< before the first element
  int dilation;

  /// Input coordinate that tap `tap` of output `out` reads; may lie outside the map.
  int position(int out, int tap) const { return out * stride - pad + tap * dilation; }
  bool inside(int position) const { return position >= 0 && position < input; }
  /// Every output reads the input of its own number and no other.
  bool is_identity() const { return kernel == 1 && stride == 1 && pad == 0 && input == output; }
};

Axis rows_of(const Layer& layer) {
  const Window& window = layer.window;
  return {layer.input.height, layer.output.height, window.kernel_h,
          window.stride_h,    window.pad_top,      window.dilation_h};
}
Axis columns_of(const Layer& layer) {
  const Window& window = layer.window;
  return {layer.input.width, layer.output.width, window.kernel_w,
          window.stride_w,   window.pad_left,    window.dilation_w};
}

/// For each input coordinate, how many taps of how many outputs read it.
std::vector<std::int64_t> readers(const Axis& axis) {
  std::vector<std::int64_t> count(static_cast<std::size_t>(axis.input), 0);
  for (int out = 0; out < axis.output; ++out) {
    for (int tap = 0; tap < axis.kernel; ++tap) {
      const int position = axis.position(out, tap);
      if (axis.inside(position)) ++count[static_cast<std::size_t>(position)];
    }
  }
  return count;
}

std::int64_t sum(const std::vector<std::int64_t>& values) {
  std::int64_t total = 0;
  for (const std::int64_t value : values) total += value;
  return total;
}

std::int64_t outputs_per_input_channel(const Layer& layer) {
  return layer.output.channels / layer.groups;
}

// ---- Ones of each pixel ---------------------------------------------------------------------

/// Up to 64 bits from `bit` on, 0 < count <= 64; all of them lie in the map.
DELTASIM_KERNEL std::uint64_t bits_at(const std::uint64_t* words, std::size_t bit,
                                      std::size_t count) {
  const std::size_t word = bit / 64;
  const std::size_t shift = bit % 64;
  std::uint64_t bits = words[word] >> shift;
  if (shift + count > 64) bits |= words[word + 1] << (64 - shift);
  return count < 64 ? bits & ((std::uint64_t{1} << count) - 1) : bits;
}

template <typename Bits>
DELTASIM_KERNEL void count_pixels(const std::uint64_t* words, std::size_t channels,
                                  std::span<std::uint32_t> ones) {
  if (channels % 64 == 0) {
    const std::size_t pixel_words = channels / 64;
    for (std::uint32_t& pixel : ones) {
      std::uint32_t count = 0;
      for (std::size_t i = 0; i < pixel_words; ++i) count += Bits::count(words[i]);
      words += pixel_words;
      pixel = count;
    }
    return;
  }
  std::size_t bit = 0;
  for (std::uint32_t& pixel : ones) {
    std::uint32_t count = 0;
    for (std::size_t end = bit + channels; bit < end;) {
      const std::size_t step = std::min<std::size_t>(64, end - bit);
      count += Bits::count(bits_at(words, bit, step));
      bit += step;
    }
    pixel = count;
  }
}

#ifdef DELTASIM_HAS_BMI2_KERNELS
DELTASIM_TARGET_BMI2 void count_pixels_bmi2(const std::uint64_t* words, std::size_t channels,
                                            std::span<std::uint32_t> ones) {
  count_pixels<Bmi2Bits>(words, channels, ones);
}
#endif

void ones_per_pixel(const Bitmap& map, std::size_t channels, std::span<std::uint32_t> ones) {
#ifdef DELTASIM_HAS_BMI2_KERNELS
  if (has_bmi2()) return count_pixels_bmi2(map.words().data(), channels, ones);
#endif
  count_pixels<PortableBits>(map.words().data(), channels, ones);
}

/// MACs on ones, over one output channel.
std::int64_t weighted_ones(std::span<const std::uint32_t> ones, const Layer& layer) {
  const std::vector<std::int64_t> rows = readers(rows_of(layer));
  const std::vector<std::int64_t> columns = readers(columns_of(layer));
  std::int64_t total = 0;
  const std::uint32_t* pixel = ones.data();
  for (const std::int64_t row : rows) {
    std::int64_t in_row = 0;
    for (const std::int64_t column : columns) in_row += column * *pixel++;
    total += row * in_row;
  }
  return total;
}

// ---- Touched outputs ------------------------------------------------------------------------

/// Spreads per-pixel marks along one dimension: out[o] is the union of in[position(o, tap)].
/// @param lines how many lines of the dimension follow each other
/// @param step elements from one place of a line to the next
template <typename Mark>
void spread(const Axis& axis, std::size_t lines, std::size_t step, std::span<const Mark> in,
            std::span<Mark> out) {
  for (std::size_t line = 0; line < lines; ++line) {
    const Mark* from = in.data() + line * static_cast<std::size_t>(axis.input) * step;
    Mark* to = out.data() + line * static_cast<std::size_t>(axis.output) * step;
    for (int o = 0; o < axis.output; ++o, to += step) {
      for (int tap = 0; tap < axis.kernel; ++tap) {
        const int position = axis.position(o, tap);
        if (!axis.inside(position)) continue;
        const Mark* source = from + static_cast<std::size_t>(position) * step;
        for (std::size_t i = 0; i < step; ++i) to[i] = static_cast<Mark>(to[i] | source[i]);
      }
    }
  }
}

/// Marks of the input's pixels to marks of the output's; `words` marks a pixel.
template <typename Mark>
std::vector<Mark> spread_window(const Layer& layer, std::size_t words, std::vector<Mark> marks) {
  const Axis rows = rows_of(layer);
  const Axis columns = columns_of(layer);
  if (rows.is_identity() && columns.is_identity()) return marks;
  const auto height = static_cast<std::size_t>(layer.input.height);
  const auto width = static_cast<std::size_t>(layer.output.width);
  std::vector<Mark> wide(height * width * words, 0);
  spread<Mark>(columns, height, words, marks, wide);
  std::vector<Mark> out(static_cast<std::size_t>(layer.output.height) * width * words, 0);
  spread<Mark>(rows, 1, width * words, wide, out);
  return out;
}

std::int64_t touched_pixels(const Layer& layer, std::span<const std::uint32_t> ones) {
  std::vector<std::uint8_t> any(ones.size());
  std::transform(ones.begin(), ones.end(), any.begin(),
                 [](std::uint32_t count) { return static_cast<std::uint8_t>(count != 0); });
  std::int64_t count = 0;
  for (const std::uint8_t mark : spread_window(layer, 1, std::move(any))) count += mark;
  return count;
}

/// One bit a group and pixel: whether any of the group's channels has an event.
std::vector<std::uint64_t> group_marks(const Layer& layer, const Bitmap& map,
                                       std::size_t pixel_words) {
  const auto pixels = static_cast<std::size_t>(layer.input.pixels());
  const auto groups = static_cast<std::size_t>(layer.groups);
  const std::size_t width = static_cast<std::size_t>(layer.input.channels) / groups;
  std::vector<std::uint64_t> marks(pixels * pixel_words, 0);
  for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
    for (std::size_t group = 0; group < groups; ++group) {
      const std::size_t begin = (pixel * groups + group) * width;
      const bool any = width == 1 ? map.test(begin) : map.any(begin, begin + width);
      marks[pixel * pixel_words + group / 64] |= std::uint64_t{any} << (group % 64);
    }
  }
  return marks;
}

/// Sum over groups of the output pixels that an event of the group touches.
std::int64_t touched_groups(const Layer& layer, const Bitmap& map) {
  const std::size_t pixel_words = (static_cast<std::size_t>(layer.groups) + 63) / 64;
  std::int64_t count = 0;
  for (const std::uint64_t mark :
       spread_window(layer, pixel_words, group_marks(layer, map, pixel_words))) {
    count += std::popcount(mark);
  }
  return count;
}

}  // namespace

std::int64_t dense_macs(const Layer& layer) {
  const std::int64_t taps = std::int64_t{layer.window.kernel_h} * layer.window.kernel_w;
  return layer.output.elements() * taps * (layer.input.channels / layer.groups);
}

std::int64_t valid_macs(const Layer& layer) {
  return sum(readers(rows_of(layer))) * sum(readers(columns_of(layer))) * layer.input.channels *
         outputs_per_input_channel(layer);
}

LayerWork count_work(const Layer& layer, const Bitmap& input) {
  DELTASIM_INVARIANT(static_cast<std::int64_t>(input.size()) == layer.input.elements(),
                     "the bitmap is that of the layer's input");
  std::vector<std::uint32_t> ones(static_cast<std::size_t>(layer.input.pixels()));
  ones_per_pixel(input, static_cast<std::size_t>(layer.input.channels), ones);
  LayerWork work;
  for (const std::uint32_t count : ones) work.events += count;
  work.effectual_macs = weighted_ones(ones, layer) * outputs_per_input_channel(layer);
  const std::int64_t touched =
      layer.groups == 1 ? touched_pixels(layer, ones) : touched_groups(layer, input);
  work.touched_outputs = touched * outputs_per_input_channel(layer);
  return work;
}

}  // namespace deltasim
