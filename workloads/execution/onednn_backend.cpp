#include <omp.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>
#include <utility>

#include "arch/errors.h"
#include "workloads/execution/aligned_array.h"
#include "workloads/execution/backend.h"
#include "workloads/execution/scratch.h"
#include "workloads/kernels/kernels.h"

namespace deltasim {
namespace {

using dnnl::memory;
using Dims = memory::dims;

/// oneDNN would open a team of its own for every primitive; the network's team is the only one.
class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~OneThread() { omp_set_num_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

const dnnl::engine& engine() {
  static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
  return cpu;
}

dnnl::stream& stream() {
  thread_local dnnl::stream own(engine());
  return own;
}

template <typename T>
constexpr memory::data_type data_type() {
  if constexpr (std::is_same_v<T, float>) return memory::data_type::f32;
  if constexpr (std::is_same_v<T, std::uint8_t>) return memory::data_type::u8;
  if constexpr (std::is_same_v<T, std::int8_t>) return memory::data_type::s8;
  return memory::data_type::s32;
}

/// A fully connected layer reads its input as one long pixel: one product of matrices.
bool covers_input(const LayerGeometry& g) {
  const Window& w = g.window;
  return g.groups == 1 && g.output.pixels() == 1 && w.kernel_h == g.input.height &&
         w.kernel_w == g.input.width && w.pad_top + w.pad_bottom + w.pad_left + w.pad_right == 0 &&
         w.dilation_h == 1 && w.dilation_w == 1;
}

/// Padding at least as wide as the kernel: oneDNN has no way to say it for a part of the rows.
bool pads_whole_windows(const LayerGeometry& g) {
  const Window& w = g.window;
  const int reach_h = (w.kernel_h - 1) * w.dilation_h + 1;
  const int reach_w = (w.kernel_w - 1) * w.dilation_w + 1;
  return std::max(w.pad_top, w.pad_bottom) >= reach_h ||
         std::max(w.pad_left, w.pad_right) >= reach_w;
}

/// OIHW with the kernel moved in front of the input channels: [o][y][x][i].
template <typename Weight>
std::vector<Weight> channels_last(const LayerGeometry& g, std::span<const Weight> weights) {
  const auto inputs = static_cast<std::size_t>(g.group_inputs());
  const auto taps = static_cast<std::size_t>(g.window.kernel_h) * g.window.kernel_w;
  std::vector<Weight> result(weights.size());
  for (std::size_t o = 0; o < static_cast<std::size_t>(g.output.channels); ++o)
    for (std::size_t i = 0; i < inputs; ++i)
      for (std::size_t tap = 0; tap < taps; ++tap)
        result[(o * taps + tap) * inputs + i] = weights[(o * inputs + i) * taps + tap];
  return result;
}

LayerGeometry as_vector_layer(const LayerGeometry& g) {
  LayerGeometry flat = g;
  flat.window = Window{};
  flat.input = {1, 1, static_cast<int>(g.input.elements())};
  return flat;
}

constexpr int kChannelBlock = 16;  // of the layout nChw16c
constexpr int kSlice = 384;        // input channels that are added up before the next ones,
constexpr int kUnsliced = 512;     // unless there are no more than these

/// Order matters in float sums: one in another order rounds to another code now and then, and
/// everything behind it follows. PyTorch's CPU build (AVX-512) adds up a window's products 16
/// channels at a time, and a long 1x1 layer's 384 channels at a time (found by comparing every site
/// of the reference figures); so do we, where oneDNN can.
enum class SumOrder : std::uint8_t {
  kAsItComes,
  kChannelBlocks,  ///< layout nChw16c; rearranging costs little, the block is in the cache anyway
  kSlices          ///< of the input channels, one primitive each
};

template <typename Operand>
SumOrder sum_order(const LayerGeometry& g, const std::vector<Block>& blocks) {
  const auto isa = static_cast<unsigned>(dnnl::get_effective_cpu_isa());
  const auto needed = static_cast<unsigned>(dnnl::cpu_isa::avx512_core);
  const bool applies = std::is_same_v<Operand, float> && (isa & needed) == needed &&
                       g.groups == 1 && g.output.pixels() > 1;
  if (!applies) return SumOrder::kAsItComes;
  if (g.window.kernel_h * g.window.kernel_w == 1)
    return g.input.channels > kUnsliced ? SumOrder::kSlices : SumOrder::kAsItComes;
  const bool divides =
      g.input.channels % kChannelBlock == 0 && blocks.front().channels() % kChannelBlock == 0;
  return divides ? SumOrder::kChannelBlocks : SumOrder::kAsItComes;
}

/// [pixel][channel] to [channel / 16][pixel][channel % 16]; a last block that is not full is filled
/// up with zeros.
void to_channel_blocks(const float* from, std::size_t pixels, std::size_t channels, float* to) {
  const std::size_t whole = channels / kChannelBlock * kChannelBlock;
  for (std::size_t pixel = 0; pixel < pixels; ++pixel, from += channels)
    for (std::size_t c = 0; c < whole; c += kChannelBlock)
      std::memcpy(to + c * pixels + pixel * kChannelBlock, from + c, kChannelBlock * sizeof(float));
  if (whole == channels) return;
  from += whole - pixels * channels;
  to += whole * pixels;
  for (std::size_t pixel = 0; pixel < pixels; ++pixel, from += channels, to += kChannelBlock) {
    std::memset(to, 0, kChannelBlock * sizeof(float));
    std::memcpy(to, from, (channels - whole) * sizeof(float));
  }
}

void from_channel_blocks(const float* from, std::size_t pixels, std::size_t channels, float* to) {
  for (std::size_t pixel = 0; pixel < pixels; ++pixel)
    for (std::size_t c = 0; c < channels; c += kChannelBlock, to += kChannelBlock)
      std::memcpy(to, from + c * pixels + pixel * kChannelBlock, kChannelBlock * sizeof(float));
}

template <typename Operand, typename Weight, typename Sum>
class OneDnnKernel final : public LayerKernel<Operand, Sum> {
 public:
  OneDnnKernel(const LayerGeometry& geometry, std::span<const Weight> weights,
               const std::vector<Block>& blocks)
      : geometry_(geometry), order_(sum_order<Operand>(geometry, blocks)) {
    const OneThread guard;
    for (const Block& block : blocks) add_block(block, weights);
  }

  void run(std::size_t index, const Operand* input, Sum* sums) const override {
    const OneThread guard;
    const Part& part = parts_[index];
    if constexpr (std::is_same_v<Operand, float>) {
      if (order_ == SumOrder::kChannelBlocks) return run_in_channel_blocks(part, input, sums);
      if (order_ == SumOrder::kSlices) return run_in_slices(part, input, sums);
    }
    execute(part.slices.front(), input, sums);
  }

 private:
  /// The sums over some of the input channels.
  struct Slice {
    dnnl::convolution_forward primitive;
    memory weights;  ///< shared with the other blocks of the same channels
    int first_channel = 0;
    int channels = 0;
    memory::desc source, destination, scratchpad;
  };
  struct Part {
    std::size_t input_pixels = 0;
    std::size_t output_pixels = 0;
    Block block;
    std::vector<Slice> slices;
  };

  static void execute(const Slice& slice, const Operand* source, Sum* sums) {
    const std::size_t scratch = std::max<std::size_t>(slice.scratchpad.get_size(), 64);
    // oneDNN takes operands as void*, and reads them only.
    slice.primitive.execute(
        stream(), {{DNNL_ARG_SRC, memory(slice.source, engine(), const_cast<Operand*>(source))},
                   {DNNL_ARG_WEIGHTS, slice.weights},
                   {DNNL_ARG_DST, memory(slice.destination, engine(), sums)},
                   {DNNL_ARG_SCRATCHPAD, memory(slice.scratchpad, engine(),
                                                borrow<Scratch::kPrimitive, std::byte>(scratch))}});
  }

  void run_in_channel_blocks(const Part& part, const float* source, float* sums) const {
    const auto inputs = static_cast<std::size_t>(geometry_.input.channels);
    const auto outputs = static_cast<std::size_t>(part.block.channels());
    float* in = borrow<Scratch::kBlockedInput, float>(part.slices.front().source.get_size() /
                                                      sizeof(float));
    float* out = borrow<Scratch::kBlockedOutput, float>(part.output_pixels * outputs);
    to_channel_blocks(source, part.input_pixels, inputs, in);
    execute(part.slices.front(), in, out);
    from_channel_blocks(out, part.output_pixels, outputs, sums);
  }

  void run_in_slices(const Part& part, const float* source, float* sums) const {
    const auto inputs = static_cast<std::size_t>(geometry_.input.channels);
    const std::size_t outputs =
        part.output_pixels * static_cast<std::size_t>(part.block.channels());
    float* in = borrow<Scratch::kBlockedInput, float>(part.input_pixels * kSlice);
    float* more = borrow<Scratch::kBlockedOutput, float>(outputs);
    for (const Slice& slice : part.slices) {
      const auto channels = static_cast<std::size_t>(slice.channels);
      for (std::size_t pixel = 0; pixel < part.input_pixels; ++pixel)
        std::memcpy(in + pixel * channels, source + pixel * inputs + slice.first_channel,
                    channels * sizeof(float));
      const bool first = slice.first_channel == 0;
      execute(slice, in, first ? sums : more);
      if (!first) kernels().add(sums, more, outputs);
    }
  }

  int slice_channels() const {
    return order_ == SumOrder::kSlices ? kSlice : geometry_.input.channels;
  }

  void add_block(const Block& block, std::span<const Weight> weights) {
    const InputRows rows = input_rows(geometry_, block);
    Part part;
    part.input_pixels = static_cast<std::size_t>(rows.end - rows.begin) * geometry_.input.width;
    part.output_pixels = static_cast<std::size_t>(block.rows()) * geometry_.output.width;
    part.block = block;
    for (int begin = 0; begin < geometry_.input.channels; begin += slice_channels()) {
      const int channels = std::min(slice_channels(), geometry_.input.channels - begin);
      const auto description = describe(block, rows, channels);
      part.slices.push_back(
          {.primitive = dnnl::convolution_forward(description),
           .weights = pack(block, begin, channels, weights, description.weights_desc()),
           .first_channel = begin,
           .channels = channels,
           .source = description.src_desc(),
           .destination = description.dst_desc(),
           .scratchpad = description.scratchpad_desc()});
    }
    parts_.push_back(std::move(part));
  }

  dnnl::convolution_forward::primitive_desc describe(const Block& block, const InputRows& rows,
                                                     int channels) const {
    const auto layout =
        order_ == SumOrder::kChannelBlocks ? memory::format_tag::nChw16c : memory::format_tag::nhwc;
    const Window& w = geometry_.window;
    const memory::desc source({1, channels, rows.end - rows.begin, geometry_.input.width},
                              data_type<Operand>(), layout);
    const memory::desc destination({1, block.channels(), block.rows(), geometry_.output.width},
                                   data_type<Sum>(), layout);
    const memory::desc weights(weight_dims(block, channels), data_type<Weight>(),
                               memory::format_tag::any);
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    const dnnl::convolution_forward::desc convolution(
        dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, source, weights,
        destination, Dims{w.stride_h, w.stride_w}, Dims{w.dilation_h - 1, w.dilation_w - 1},
        Dims{rows.pad_top, w.pad_left}, Dims{rows.pad_bottom, w.pad_right});
    return {convolution, attributes, engine()};
  }

  Dims weight_dims(const Block& block, int channels) const {
    const Window& w = geometry_.window;
    if (geometry_.groups == 1) return {block.channels(), channels, w.kernel_h, w.kernel_w};
    return {geometry_.groups, geometry_.group_outputs(), geometry_.group_inputs(), w.kernel_h,
            w.kernel_w};
  }

  /// Weights of the block's and the slice's channels in the layout that the primitive wants.
  memory pack(const Block& block, int first_channel, int channels, std::span<const Weight> weights,
              const memory::desc& wanted) {
    for (const Part& part : parts_)
      for (const Slice& slice : part.slices) {
        if (part.block.channel_begin == block.channel_begin &&
            slice.first_channel == first_channel && slice.weights.get_desc() == wanted)
          return slice.weights;
      }
    const auto taps = std::int64_t{geometry_.window.kernel_h} * geometry_.window.kernel_w;
    const std::int64_t row = geometry_.group_inputs() * taps;  // weights of one output channel
    Dims strides{row, taps, geometry_.window.kernel_w, 1};
    if (geometry_.groups > 1) strides.insert(strides.begin(), geometry_.group_outputs() * row);
    const memory::desc plain(weight_dims(block, channels), data_type<Weight>(), strides);
    memory from(
        plain, engine(),
        const_cast<Weight*>(weights.data()) + block.channel_begin * row + first_channel * taps);
    memory to(wanted, engine());
    dnnl::reorder(from, to).execute(stream(), from, to);
    stream().wait();
    return to;
  }

  LayerGeometry geometry_;
  SumOrder order_;
  std::vector<Part> parts_;
};

using OneDnnInteger = OneDnnKernel<std::uint8_t, std::int8_t, std::int32_t>;

/// Taps of one window that lie inside the input.
std::int32_t valid_taps(const LayerGeometry& g, int row, int column) {
  const Window& w = g.window;
  std::int32_t taps = 0;
  for (int ky = 0; ky < w.kernel_h; ++ky)
    for (int kx = 0; kx < w.kernel_w; ++kx) {
      const int y = row * w.stride_h - w.pad_top + ky * w.dilation_h;
      const int x = column * w.stride_w - w.pad_left + kx * w.dilation_w;
      taps += y >= 0 && y < g.input.height && x >= 0 && x < g.input.width;
    }
  return taps;
}

/// Whether this machine's primitives add exactly up to 255 * |weight| on every tap. Without VNNI
/// oneDNN adds pairs of products in 16 bits, and some kernels pass sums through float32. Inputs
/// are the largest code but for one channel of a group, which makes most sums odd: neither
/// saturation nor a 24-bit mantissa goes unnoticed.
bool adds_exactly(const LayerGeometry& g, std::int8_t weight, const std::vector<Block>& blocks) {
  const std::vector<std::int8_t> weights(g.weights(), weight);
  const std::vector<Block> tried =
      blocks.size() > 1 ? std::vector<Block>{blocks.front(), blocks.back()} : blocks;
  const OneDnnInteger kernel(g, weights, tried);
  std::vector<std::uint8_t> input(static_cast<std::size_t>(g.input.elements()), 255);
  for (std::size_t i = 0; i < input.size(); i += g.group_inputs()) input[i] = 254;
  const std::int32_t sum_a_tap = weight * (255 * g.group_inputs() - 1);
  for (std::size_t index = 0; index < tried.size(); ++index) {
    const Block& block = tried[index];
    AlignedArray<std::int32_t> sums(static_cast<std::size_t>(block.rows()) * g.output.width *
                                    block.channels());
    const auto first = static_cast<std::size_t>(input_rows(g, block).begin) * g.input.width *
                       static_cast<std::size_t>(g.input.channels);
    kernel.run(index, input.data() + first, sums.data());
    const std::int32_t* sum = sums.data();
    for (int row = block.row_begin; row < block.row_end; ++row)
      for (int column = 0; column < g.output.width; ++column, sum += block.channels()) {
        const std::int32_t expected = sum_a_tap * valid_taps(g, row, column);
        if (std::any_of(sum, sum + block.channels(), [&](auto s) { return s != expected; }))
          return false;
      }
  }
  return true;
}

constexpr std::int8_t kHalf = 64;  // 255 * 64 * 2 still fits in 16 bits

/// The two halves of every weight, each at most 64: what 16-bit pair sums can hold.
class HalvedKernel final : public IntegerKernel {
 public:
  HalvedKernel(const LayerGeometry& geometry, std::span<const std::int8_t> weights,
               const std::vector<Block>& blocks)
      : geometry_(geometry), blocks_(blocks) {
    std::array<std::vector<std::int8_t>, 2> halves;
    for (const std::int8_t weight : weights) {
      halves[0].push_back(static_cast<std::int8_t>(weight / 2));
      halves[1].push_back(static_cast<std::int8_t>(weight - weight / 2));
    }
    first_ = std::make_unique<OneDnnInteger>(geometry, halves[0], blocks);
    second_ = std::make_unique<OneDnnInteger>(geometry, halves[1], blocks);
  }

  void run(std::size_t index, const std::uint8_t* input, std::int32_t* sums) const override {
    const Block& block = blocks_[index];
    const std::size_t elements = static_cast<std::size_t>(block.rows()) * geometry_.output.width *
                                 static_cast<std::size_t>(block.channels());
    auto* more = borrow<Scratch::kSecondSums, std::int32_t>(elements);
    first_->run(index, input, sums);
    second_->run(index, input, more);
    kernels().add_integers(sums, more, elements);
  }

 private:
  LayerGeometry geometry_;
  std::vector<Block> blocks_;
  std::unique_ptr<IntegerKernel> first_;
  std::unique_ptr<IntegerKernel> second_;
};

class OneDnnBackend final : public Backend {
 public:
  std::string_view name() const override { return "onednn"; }

  std::unique_ptr<FloatKernel> prepare(const LayerGeometry& geometry,
                                       std::span<const float> weights,
                                       const std::vector<Block>& blocks) const override {
    using Kernel = OneDnnKernel<float, float, float>;
    if (pads_whole_windows(geometry))
      return make_eigen_backend()->prepare(geometry, weights, blocks);
    if (!covers_input(geometry)) return std::make_unique<Kernel>(geometry, weights, blocks);
    const std::vector<float> flat = channels_last(geometry, weights);
    return std::make_unique<Kernel>(as_vector_layer(geometry), flat, blocks);
  }

  std::unique_ptr<IntegerKernel> prepare(const LayerGeometry& geometry,
                                         std::span<const std::int8_t> weights,
                                         const std::vector<Block>& blocks) const override {
    if (pads_whole_windows(geometry))
      return make_eigen_backend()->prepare(geometry, weights, blocks);
    if (!covers_input(geometry)) return prepare_exact(geometry, weights, blocks);
    const std::vector<std::int8_t> flat = channels_last(geometry, weights);
    return prepare_exact(as_vector_layer(geometry), flat, blocks);
  }

 private:
  std::unique_ptr<IntegerKernel> prepare_exact(const LayerGeometry& geometry,
                                               std::span<const std::int8_t> weights,
                                               const std::vector<Block>& blocks) const {
    // What the trial below adds up must itself fit.
    const bool fits = geometry.weights() / geometry.output.channels < (std::size_t{1} << 16);
    if (!fits) return make_eigen_backend()->prepare(geometry, weights, blocks);
    if (adds_exactly(geometry, 127, blocks))
      return std::make_unique<OneDnnInteger>(geometry, weights, blocks);
    if (adds_exactly(geometry, kHalf, blocks))
      return std::make_unique<HalvedKernel>(geometry, weights, blocks);
    return make_eigen_backend()->prepare(geometry, weights, blocks);
  }
};

}  // namespace

std::unique_ptr<Backend> make_onednn_backend() { return std::make_unique<OneDnnBackend>(); }

}  // namespace deltasim
