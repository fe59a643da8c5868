#include "traces/counts.h"

#include <algorithm>
#include <cstring>
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

/// Pixels of whole words; kWords at a time, so that the inner loop is unrolled.
template <typename Bits, std::size_t kWords>
DELTASIM_KERNEL void count_word_pixels(const std::uint64_t* words, std::size_t pixel_words,
                                       std::span<std::uint32_t> ones) {
  for (std::uint32_t& pixel : ones) {
    std::uint32_t count = 0;
    for (std::size_t i = 0; i < pixel_words; i += kWords) {
      for (std::size_t j = 0; j < kWords; ++j) count += Bits::count(words[i + j]);
    }
    words += pixel_words;
    pixel = count;
  }
}

/// Pixels behind whose first byte eight bytes of the map's words can be read.
std::size_t loadable_pixels(std::size_t channels, std::size_t pixels) {
  const std::size_t map_bytes = (pixels * channels + 63) / 64 * 8;
  return std::min(pixels, (map_bytes - 8) * 8 / channels + 1);
}

template <typename Bits>
DELTASIM_KERNEL void count_pixels(const std::uint64_t* words, std::size_t channels,
                                  std::span<std::uint32_t> ones) {
  const std::size_t pixel_words = channels / 64;
  if (channels == 64) return count_word_pixels<Bits, 1>(words, 1, ones);
  if (channels == 128) return count_word_pixels<Bits, 2>(words, 2, ones);
  if (channels % 256 == 0) return count_word_pixels<Bits, 4>(words, pixel_words, ones);
  if (channels % 64 == 0) return count_word_pixels<Bits, 1>(words, pixel_words, ones);
  // One load reaches over a narrow pixel wherever in a byte it begins.
  const std::size_t fast = channels <= 57 ? loadable_pixels(channels, ones.size()) : 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(words);
  const std::uint64_t mask = (std::uint64_t{1} << (channels % 64)) - 1;
  for (std::size_t pixel = 0; pixel < fast; ++pixel) {
    const std::size_t bit = pixel * channels;
    std::uint64_t loaded = 0;
    std::memcpy(&loaded, bytes + bit / 8, sizeof loaded);
    ones[pixel] = Bits::count(loaded >> (bit % 8) & mask);
  }
  for (std::size_t pixel = fast; pixel < ones.size(); ++pixel) {
    std::uint32_t count = 0;
    for (std::size_t bit = pixel * channels, end = bit + channels; bit < end;) {
      const std::size_t step = std::min<std::size_t>(64, end - bit);
      count += Bits::count(bits_at(words, bit, step));
      bit += step;
    }
    ones[pixel] = count;
  }
}

#ifdef DELTASIM_HAS_BMI2_KERNELS
DELTASIM_TARGET_BMI2 void count_pixels_bmi2(const std::uint64_t* words, std::size_t channels,
                                            std::span<std::uint32_t> ones) {
  count_pixels<Bmi2Bits>(words, channels, ones);
}
#endif

bool reads_each_pixel_once(const Layer& layer) {
  return rows_of(layer).is_identity() && columns_of(layer).is_identity();
}

std::int64_t sum(std::span<const std::uint32_t> ones) {
  std::int64_t total = 0;
  for (const std::uint32_t count : ones) total += count;
  return total;
}

/// MACs on ones, over one output channel.
std::int64_t weighted_ones(std::span<const std::uint32_t> ones, const Layer& layer) {
  if (reads_each_pixel_once(layer)) return sum(ones);
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

/// Outputs whose tap lies inside the map: [first, last).
struct Reach {
  int first;
  int last;

  Reach(const Axis& axis, int tap) {
    const int shift = axis.pad - tap * axis.dilation;  // position = out * stride - shift
    const auto divided_up = [&](int value) {
      return value <= 0 ? 0 : (value + axis.stride - 1) / axis.stride;
    };
    first = divided_up(shift);
    last = std::min(axis.output, divided_up(axis.input + shift));
  }
};

/// Spreads per-pixel marks along one dimension: out[o] is the union of in[position(o, tap)].
/// @param lines how many lines of the dimension follow each other
/// @param step elements from one place of a line to the next
template <typename Mark>
void spread(const Axis& axis, std::size_t lines, std::size_t step, const std::vector<Mark>& in,
            std::vector<Mark>& out) {
  for (int tap = 0; tap < axis.kernel; ++tap) {
    const Reach reach(axis, tap);
    for (std::size_t line = 0; line < lines; ++line) {
      const Mark* from = in.data() + line * static_cast<std::size_t>(axis.input) * step;
      Mark* to = out.data() + line * static_cast<std::size_t>(axis.output) * step;
      for (int o = reach.first; o < reach.last; ++o) {
        const Mark* source = from + static_cast<std::size_t>(axis.position(o, tap)) * step;
        Mark* target = to + static_cast<std::size_t>(o) * step;
        for (std::size_t i = 0; i < step; ++i) {
          target[i] = static_cast<Mark>(target[i] | source[i]);
        }
      }
    }
  }
}

/// Marks of the input's pixels to marks of the output's; `words` marks a pixel.
template <typename Mark>
std::vector<Mark> spread_window(const Layer& layer, std::size_t words, std::vector<Mark> marks) {
  if (reads_each_pixel_once(layer)) return marks;
  const Axis rows = rows_of(layer);
  const Axis columns = columns_of(layer);
  const auto height = static_cast<std::size_t>(layer.output.height);
  const auto width = static_cast<std::size_t>(layer.input.width);
  // Rows first: their elements lie side by side, and fewer rows are left for the columns.
  std::vector<Mark> tall(height * width * words, 0);
  spread(rows, 1, width * words, marks, tall);
  std::vector<Mark> out(height * static_cast<std::size_t>(layer.output.width) * words, 0);
  spread(columns, height, words, tall, out);
  return out;
}

std::int64_t touched_pixels(const Layer& layer, std::span<const std::uint32_t> ones) {
  if (reads_each_pixel_once(layer)) {
    return std::count_if(ones.begin(), ones.end(), [](std::uint32_t count) { return count != 0; });
  }
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

std::vector<std::uint32_t> ones_per_pixel(const Bitmap& map, const Shape& shape) {
  DELTASIM_INVARIANT(static_cast<std::int64_t>(map.size()) == shape.elements(),
                     "the bitmap is one of this shape");
  std::vector<std::uint32_t> ones(static_cast<std::size_t>(shape.pixels()));
  const auto channels = static_cast<std::size_t>(shape.channels);
#ifdef DELTASIM_HAS_BMI2_KERNELS
  if (has_bmi2()) {
    count_pixels_bmi2(map.words().data(), channels, ones);
    return ones;
  }
#endif
  count_pixels<PortableBits>(map.words().data(), channels, ones);
  return ones;
}

std::int64_t effectual_macs(const Layer& layer, std::span<const std::uint32_t> ones) {
  return weighted_ones(ones, layer) * outputs_per_input_channel(layer);
}

LayerWork count_work(const Layer& layer, const Bitmap& input, std::span<const std::uint32_t> ones) {
  DELTASIM_INVARIANT(static_cast<std::int64_t>(input.size()) == layer.input.elements() &&
                         static_cast<std::int64_t>(ones.size()) == layer.input.pixels(),
                     "the bitmap is that of the layer's input");
  const std::int64_t touched =
      layer.groups == 1 ? touched_pixels(layer, ones) : touched_groups(layer, input);
  return {sum(ones), effectual_macs(layer, ones), touched * outputs_per_input_channel(layer)};
}

LayerWork count_work(const Layer& layer, const Bitmap& input) {
  // A fully connected layer may see a vector where the map has pixels, so the layer's shape counts.
  return count_work(layer, input, ones_per_pixel(input, layer.input));
}

}  // namespace deltasim
