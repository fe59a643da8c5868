// Shapes of the operators' outputs, and the checks that keep absurd sizes out: behind them every
// product of extents fits in 64 bits.

#include <algorithm>
#include <string>
#include <utility>

#include "arch/errors.h"
#include "workloads/graph.h"

namespace deltasim {
namespace {

// A map side, kernel, stride, padding or dilation beyond this is a mistake, not a network.
constexpr std::int64_t kMaxExtent = 1 << 16;
// Elements of one map, and of one layer's weights.
constexpr std::int64_t kMaxElements = (std::int64_t{1} << 31) - 1;
// One layer on one frame; sums over any graph still fit in 64 bits.
constexpr std::int64_t kMaxMacs = std::int64_t{1} << 48;

/// Infers one node's shape; holds what its messages need.
class ShapeInference {
 public:
  ShapeInference(std::span<const Shape> inputs, std::string_view node)
      : inputs_(inputs), node_(node) {}

  Shape operator()(const InputOp& op) const {
    require_inputs(0, 0);
    require_range("input height", op.shape.height, 1, kMaxExtent);
    require_range("input width", op.shape.width, 1, kMaxExtent);
    require_range("input channels", op.shape.channels, 1, kMaxElements);
    return checked_map(op.shape.height, op.shape.width, op.shape.channels);
  }

  Shape operator()(const ConvolutionOp& op) const {
    const Shape& in = only_input();
    require_range("output channels", op.out_channels, 1, kMaxElements);
    require_groups(op, in);
    const Shape out = slide(op.window, in, op.out_channels);
    const std::int64_t taps = std::int64_t{op.window.kernel_h} * op.window.kernel_w;
    require_work(out, taps, in.channels / op.groups);
    return out;
  }

  Shape operator()(const FullyConnectedOp& op) const {
    const Shape& in = only_input();
    if (in.pixels() != 1) refuse("a map of " + to_string(in), "a vector (flatten it first)");
    require_range("output channels", op.out_channels, 1, kMaxElements);
    const Shape out{1, 1, op.out_channels};
    require_work(out, 1, in.channels);
    return out;
  }

  Shape operator()(const BatchNormOp& op) const {
    const Shape& in = only_input();
    if (!(op.epsilon >= 0)) refuse("epsilon " + std::to_string(op.epsilon), "0 or more");
    return in;
  }

  Shape operator()(const ReluOp&) const { return only_input(); }
  Shape operator()(const Relu6Op&) const { return only_input(); }
  Shape operator()(const SoftmaxOp&) const { return only_input(); }

  Shape operator()(const AddOp&) const {
    require_inputs(2, 2);
    if (inputs_[0] != inputs_[1]) {
      refuse("maps of " + to_string(inputs_[0]) + " and " + to_string(inputs_[1]),
             "two maps of the same shape");
    }
    return inputs_[0];
  }

  Shape operator()(const ConcatOp&) const {
    require_inputs(1, inputs_.size());
    std::int64_t channels = 0;
    for (const Shape& in : inputs_) {
      if (in.height != inputs_[0].height || in.width != inputs_[0].width) {
        refuse("maps of " + to_string(inputs_[0]) + " and " + to_string(in),
               "maps of the same height and width");
      }
      channels += in.channels;
    }
    return checked_map(inputs_[0].height, inputs_[0].width, channels);
  }

  Shape operator()(const MaxPoolOp& op) const { return pool(op.window); }
  Shape operator()(const AveragePoolOp& op) const { return pool(op.window); }

  Shape operator()(const GlobalAveragePoolOp&) const { return {1, 1, only_input().channels}; }

  Shape operator()(const FlattenOp&) const {
    return {1, 1, static_cast<int>(only_input().elements())};
  }

 private:
  /// One side of a sliding window.
  struct Side {
    const char* name;
    int extent, kernel, stride, pad_before, pad_after, dilation;

    std::int64_t reach() const { return std::int64_t{kernel - 1} * dilation + 1; }
    std::int64_t padded() const { return std::int64_t{extent} + pad_before + pad_after; }
    std::int64_t outputs() const { return (padded() - reach()) / stride + 1; }
    /// Whether the window at `output` has a tap inside the map.
    bool touches_map(std::int64_t output) const {
      const std::int64_t start = output * stride - pad_before;
      const std::int64_t first_tap = start >= 0 ? 0 : (-start + dilation - 1) / dilation;
      return first_tap < kernel && start + first_tap * dilation < extent;
    }
  };

  static Side vertical(const Window& w, const Shape& in) {
    return {"height", in.height, w.kernel_h, w.stride_h, w.pad_top, w.pad_bottom, w.dilation_h};
  }
  static Side horizontal(const Window& w, const Shape& in) {
    return {"width", in.width, w.kernel_w, w.stride_w, w.pad_left, w.pad_right, w.dilation_w};
  }

  [[noreturn]] void refuse(std::string found, std::string expected) const {
    throw ConfigError(Fault{"", 0, std::string(node_), std::move(found), std::move(expected), ""});
  }

  void require_range(const std::string& what, std::int64_t value, std::int64_t low,
                     std::int64_t high) const {
    if (value < low || value > high) {
      refuse(what + " " + std::to_string(value),
             std::to_string(low) + " to " + std::to_string(high));
    }
  }

  void require_inputs(std::size_t low, std::size_t high) const {
    if (inputs_.size() < low || inputs_.size() > high) {
      refuse(std::to_string(inputs_.size()) + " inputs",
             low == high ? std::to_string(low) : "at least " + std::to_string(low));
    }
  }

  const Shape& only_input() const {
    require_inputs(1, 1);
    return inputs_[0];
  }

  void require_groups(const ConvolutionOp& op, const Shape& in) const {
    require_range("groups", op.groups, 1, kMaxElements);
    if (in.channels % op.groups != 0 || op.out_channels % op.groups != 0) {
      refuse(std::to_string(op.groups) + " groups for " + std::to_string(in.channels) +
                 " input and " + std::to_string(op.out_channels) + " output channels",
             "groups that divide both");
    }
  }

  /// All factors are below 2^32, and so is the product of the first two.
  void require_work(const Shape& out, std::int64_t taps, std::int64_t in_channels) const {
    const std::int64_t fan_in = taps * in_channels;
    if (fan_in > kMaxElements || fan_in * out.channels > kMaxElements) {
      refuse("weights of " + std::to_string(out.channels) + " x " + std::to_string(in_channels) +
                 " x " + std::to_string(taps) + " elements",
             "at most " + std::to_string(kMaxElements));
    }
    if (out.elements() > kMaxMacs / fan_in) {
      refuse(std::to_string(out.elements()) + " outputs of " + std::to_string(fan_in) +
                 " multiplications each",
             "at most 2^48 multiplications a layer and frame");
    }
  }

  void require_window(const Side& side) const {
    const std::string suffix = std::string(" (") + side.name + ")";
    require_range("kernel" + suffix, side.kernel, 1, kMaxExtent);
    require_range("stride" + suffix, side.stride, 1, kMaxExtent);
    require_range("padding before" + suffix, side.pad_before, 0, kMaxExtent);
    require_range("padding after" + suffix, side.pad_after, 0, kMaxExtent);
    require_range("dilation" + suffix, side.dilation, 1, kMaxExtent);
    if (side.reach() > side.padded()) {
      refuse("a kernel that reaches over " + std::to_string(side.reach()) + " elements" + suffix,
             "at most the padded input's " + std::to_string(side.padded()));
    }
  }

  Shape checked_map(std::int64_t height, std::int64_t width, std::int64_t channels) const {
    if (height > kMaxExtent || width > kMaxExtent || channels > kMaxElements ||
        height * width * channels > kMaxElements) {
      refuse("a map of " + std::to_string(height) + "x" + std::to_string(width) + "x" +
                 std::to_string(channels),
             "at most " + std::to_string(kMaxExtent) + " on a side and " +
                 std::to_string(kMaxElements) + " elements");
    }
    return {static_cast<int>(height), static_cast<int>(width), static_cast<int>(channels)};
  }

  Shape slide(const Window& window, const Shape& in, int channels) const {
    const Side rows = vertical(window, in);
    const Side columns = horizontal(window, in);
    require_window(rows);
    require_window(columns);
    return checked_map(rows.outputs(), columns.outputs(), channels);
  }

  /// A pool has nothing to take the maximum or mean of where a window lies in the padding.
  Shape pool(const Window& window) const {
    const Shape& in = only_input();
    const Shape out = slide(window, in, in.channels);
    for (const Side& side : {vertical(window, in), horizontal(window, in)}) {
      for (std::int64_t output = 0; output < side.outputs(); ++output) {
        if (side.touches_map(output)) continue;
        refuse(std::string("a pooling window that lies in the padding (") + side.name +
                   ", output " + std::to_string(output) + ")",
               "padding smaller than the kernel");
      }
    }
    return out;
  }

  std::span<const Shape> inputs_;
  std::string_view node_;
};

}  // namespace

Shape infer_shape(const Operation& operation, std::span<const Shape> inputs,
                  std::string_view node_name) {
  return std::visit(ShapeInference(inputs, node_name), operation);
}

}  // namespace deltasim
