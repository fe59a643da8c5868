#pragma once
// The typed network graph: nodes in topological order, shapes inferred and checked.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace deltasim {

/// Extent of one frame's map; elements are stored channel-innermost (NHWC, N = 1), so element
/// (y, x, c) has index (y * width + x) * channels + c. A vector is 1 x 1 x channels.
struct Shape {
  int height = 1;
  int width = 1;
  int channels = 0;

  std::int64_t pixels() const { return std::int64_t{height} * width; }
  std::int64_t elements() const { return pixels() * channels; }
  bool operator==(const Shape&) const = default;
};

/// "112x112x64"
std::string to_string(const Shape& shape);

/// Sliding window of a convolution or a pool.
struct Window {
  int kernel_h = 1, kernel_w = 1;
  int stride_h = 1, stride_w = 1;
  int pad_top = 0, pad_bottom = 0, pad_left = 0, pad_right = 0;
  int dilation_h = 1, dilation_w = 1;
  bool operator==(const Window&) const = default;
};

struct InputOp {
  Shape shape;
  bool operator==(const InputOp&) const = default;
};
/// Weights are OIHW: [out_channels][in_channels / groups][kernel_h][kernel_w].
struct ConvolutionOp {
  Window window;
  int out_channels = 0;
  int groups = 1;
  bool operator==(const ConvolutionOp&) const = default;
};
/// Weights are [out_channels][in_features]; the input is a vector.
struct FullyConnectedOp {
  int out_channels = 0;
  bool operator==(const FullyConnectedOp&) const = default;
};
/// Gone after fold_batch_norm().
struct BatchNormOp {
  float epsilon = 1e-5F;
  bool operator==(const BatchNormOp&) const = default;
};
struct ReluOp {
  bool operator==(const ReluOp&) const = default;
};
struct Relu6Op {
  bool operator==(const Relu6Op&) const = default;
};
struct AddOp {
  bool operator==(const AddOp&) const = default;
};
/// Along the channels.
struct ConcatOp {
  bool operator==(const ConcatOp&) const = default;
};
/// Padding never wins: it counts as minus infinity.
struct MaxPoolOp {
  Window window;
  bool operator==(const MaxPoolOp&) const = default;
};
struct AveragePoolOp {
  Window window;
  bool count_include_pad = false;
  bool operator==(const AveragePoolOp&) const = default;
};
struct GlobalAveragePoolOp {
  bool operator==(const GlobalAveragePoolOp&) const = default;
};
/// To a vector, in the order that the consumer's weights expect: channel-major (C, H, W), as
/// PyTorch and ONNX flatten. The map itself keeps its NHWC order; only the meaning of the index
/// of a following fully connected layer's weights is affected.
struct FlattenOp {
  bool operator==(const FlattenOp&) const = default;
};
struct SoftmaxOp {
  bool operator==(const SoftmaxOp&) const = default;
};

using Operation =
    std::variant<InputOp, ConvolutionOp, FullyConnectedOp, BatchNormOp, ReluOp, Relu6Op, AddOp,
                 ConcatOp, MaxPoolOp, AveragePoolOp, GlobalAveragePoolOp, FlattenOp, SoftmaxOp>;

/// "conv", "fc", "batch_norm", ...
std::string_view operation_name(const Operation& operation);

/// Index of a node in Graph::nodes().
using NodeId = int;

struct Node {
  std::string name;  ///< unique; layers are named as in torchvision
  Operation operation;
  std::vector<NodeId> inputs;  ///< all smaller than the node's own id
  Shape shape;                 ///< of the output, inferred
  int stage = 0;               ///< 0 = stem; see assign_stages()

  template <typename Op>
  const Op* as() const {
    return std::get_if<Op>(&operation);
  }
  bool is_layer() const { return as<ConvolutionOp>() || as<FullyConnectedOp>(); }
  bool is_activation() const { return as<ReluOp>() || as<Relu6Op>(); }
  bool operator==(const Node&) const = default;
};

/// Immutable once built. Exactly one InputOp; the last node is the output.
class Graph {
 public:
  /// Appends a node, infers its shape and checks it against its inputs.
  /// @throws ConfigError naming the node and what does not fit (also for a repeated name)
  NodeId add(std::string name, Operation operation, std::vector<NodeId> inputs);
  void set_stage(NodeId node, int stage) { nodes_[static_cast<std::size_t>(node)].stage = stage; }

  const std::vector<Node>& nodes() const { return nodes_; }
  const Node& node(NodeId id) const { return nodes_.at(static_cast<std::size_t>(id)); }
  std::optional<NodeId> find(std::string_view name) const;
  const Node& input() const;
  const Node& output() const { return nodes_.back(); }
  /// Ids of the nodes that read `id`, ascending.
  std::vector<NodeId> consumers(NodeId id) const;

  std::string name;  ///< such as "resnet50"
  bool operator==(const Graph&) const = default;

 private:
  std::vector<Node> nodes_;
};

/// Shape of `operation` applied to maps of these shapes.
/// @throws ConfigError where they do not fit
Shape infer_shape(const Operation& operation, std::span<const Shape> inputs,
                  std::string_view node_name);

/// Numbers the stages to which step sizes are given: a top-level name "layerK" is stage K (the
/// ResNets of torchvision; everything before is stage 0); without such names a stage is a run of
/// equal map heights along the execution order, 0 at the first layer's output.
void assign_stages(Graph& graph);

/// A map whose bitmaps a trace holds: every delta site and every other map that feeds a layer
/// (the input image, pooled maps, concatenations), since their deltas cannot be derived from
/// the sites' bitmaps.
struct RecordedMap {
  enum class Kind : std::uint8_t { kInput, kSite, kDerived };
  NodeId node = 0;
  std::string name;  ///< of the node
  Kind kind = Kind::kSite;
  Shape shape;
  bool operator==(const RecordedMap&) const = default;
};

/// Which activations are delta sites: all, or those of the listed node names.
struct SitePlacement {
  bool all = true;
  std::vector<std::string> nodes;  ///< used where !all
};

/// Recorded maps in execution order. Flatten is looked through: it moves nothing.
/// @throws ConfigError where a listed site is no activation of the graph
std::vector<RecordedMap> recorded_maps(const Graph& graph, const SitePlacement& placement);

/// A weighted node as the counts and the simulator see it.
struct Layer {
  NodeId node = 0;
  std::string name;
  int input_map = 0;  ///< index into the recorded maps
  Shape input;        ///< of the map that is read (before flattening)
  Shape output;
  Window window;  ///< a fully connected layer is a convolution whose kernel covers its input
  int groups = 1;
  int output_map = -1;  ///< recorded site behind this layer's sum (through adds), -1 if none
  bool operator==(const Layer&) const = default;
};

/// Layers in execution order.
std::vector<Layer> layers_of(const Graph& graph, std::span<const RecordedMap> maps);

}  // namespace deltasim
