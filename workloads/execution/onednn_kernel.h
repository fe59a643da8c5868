#pragma once
// One layer as oneDNN primitives; internal to the oneDNN backend.

#include <omp.h>

#include <algorithm>
#include <cstring>
#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>
#include <utility>
#include <vector>

#include "workloads/execution/backend.h"
#include "workloads/execution/scratch.h"
#include "workloads/kernels/kernels.h"

namespace deltasim::onednn {

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

inline const dnnl::engine& engine() {
  static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
  return cpu;
}

inline dnnl::stream& stream() {
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
inline void to_channel_blocks(const float* from, std::size_t pixels, std::size_t channels,
                              float* to) {
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

inline void from_channel_blocks(const float* from, std::size_t pixels, std::size_t channels,
                                float* to) {
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

}  // namespace deltasim::onednn
