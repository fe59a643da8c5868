// The handlers of the single operators. Attributes and defaults: ONNX operator schemas, opset 7
// to 18.

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "arch/errors.h"
#include "workloads/onnx_reader/translator.h"

namespace deltasim {
namespace {

constexpr int kMapRank = 4;
constexpr int kVectorRank = 2;

bool is_bias_shape(const std::vector<int>& shape, int channels, bool of_map) {
  std::vector<int> extents = shape;
  // [C, 1, 1] or [1, C, 1, 1] onto a map, [C] or [1, C] onto a vector.
  for (int trailing = 0; of_map && trailing < 2; ++trailing) {
    if (extents.empty() || extents.back() != 1) return false;
    extents.pop_back();
  }
  if (extents.empty() || extents.back() != channels) return false;
  extents.pop_back();
  return std::all_of(extents.begin(), extents.end(), [](int extent) { return extent == 1; });
}

Tensor transposed(const Tensor& matrix) {
  const auto rows = static_cast<std::size_t>(matrix.shape[0]);
  const auto columns = static_cast<std::size_t>(matrix.shape[1]);
  Tensor result{{matrix.shape[1], matrix.shape[0]}, std::vector<float>(matrix.values.size())};
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      result.values[c * rows + r] = matrix.values[r * columns + c];
    }
  }
  return result;
}

void scale(Tensor& tensor, float factor) {
  if (factor == 1) return;
  for (float& value : tensor.values) value *= factor;
}

}  // namespace

void Translator::convolution(NodeReader& node) {
  const Map input = map_input(node, 0);
  require_rank(node, input, kMapRank);
  Tensor weight = float_input(node, 1);
  if (weight.shape.size() != 4) {
    node.refuse("weights of " + std::to_string(weight.shape.size()) + " dimensions",
                "4: convolutions over height and width");
  }
  const std::vector<std::int64_t> kernel{weight.shape[2], weight.shape[3]};
  const auto stated = node.integers("kernel_shape");
  if (!stated.empty() && stated != kernel) {
    node.refuse("a kernel_shape other than the weights'",
                std::to_string(kernel[0]) + " x " + std::to_string(kernel[1]));
  }
  ConvolutionOp operation;
  operation.window = read_window(node, kernel, shape(input));
  operation.groups = checked_int(node, "group", node.integer("group", 1));
  operation.out_channels = weight.shape[0];
  const std::string name = parameter_name(node, node.input(1));
  emit(node, name, operation, {input}, kMapRank);
  result_.weights.tensors[name + ".weight"] = std::move(weight);
  if (!node.input(2).empty()) {
    set_bias(node, name, float_input(node, 2), operation.out_channels);
  }
}

void Translator::add_fully_connected(NodeReader& node, const std::string& parameter,
                                     Tensor weight) {
  const Map input = map_input(node, 0);
  require_rank(node, input, kVectorRank);
  const std::string name = parameter_name(node, parameter);
  emit(node, name, FullyConnectedOp{weight.shape[0]}, {input}, kVectorRank);
  result_.weights.tensors[name + ".weight"] = std::move(weight);
}

void Translator::gemm(NodeReader& node) {
  Tensor weight = float_input(node, 1);
  if (weight.shape.size() != 2) node.refuse("weights that are no matrix", "a matrix");
  node.require("transA", 0);
  if (node.integer("transB", 0) == 0) weight = transposed(weight);
  scale(weight, node.number("alpha", 1));
  const float beta = node.number("beta", 1);
  const int channels = weight.shape[0];
  add_fully_connected(node, node.input(1), std::move(weight));
  if (node.input(2).empty()) return;
  Tensor bias = float_input(node, 2);
  scale(bias, beta);
  if (bias.values.size() == 1) {
    bias =
        Tensor{{channels}, std::vector<float>(static_cast<std::size_t>(channels), bias.values[0])};
  }
  set_bias(node, result_.graph.output().name, std::move(bias), channels);
}

void Translator::matrix_product(NodeReader& node) {
  const Tensor weight = float_input(node, 1);
  if (weight.shape.size() != 2) node.refuse("weights that are no matrix", "a matrix");
  add_fully_connected(node, node.input(1), transposed(weight));
}

void Translator::set_bias(const NodeReader& node, const std::string& layer, Tensor bias,
                          int channels) {
  if (bias.values.size() != static_cast<std::size_t>(channels)) {
    node.refuse("a bias of " + std::to_string(bias.values.size()) + " values",
                std::to_string(channels));
  }
  bias.shape = {channels};
  result_.weights.tensors[layer + ".bias"] = std::move(bias);
}

void Translator::batch_norm(NodeReader& node) {
  const Map input = map_input(node, 0);
  node.ignore("momentum");  // of training
  node.require("training_mode", 0);
  node.require("spatial", 1);
  const std::string name = parameter_name(node, node.input(1));
  emit(node, name, BatchNormOp{node.number("epsilon", 1e-5F)}, {input}, input.rank);
  constexpr std::array kParts{".weight", ".bias", ".running_mean", ".running_var"};
  for (std::size_t part = 0; part < kParts.size(); ++part) {
    result_.weights.tensors[name + kParts[part]] = float_input(node, static_cast<int>(part) + 1);
  }
}

void Translator::add_activation(NodeReader& node, Operation operation) {
  const Map input = map_input(node, 0);
  emit(node, activation_name(node, input.node), std::move(operation), {input}, input.rank);
}

void Translator::relu(NodeReader& node) { add_activation(node, ReluOp{}); }

float Translator::bound(NodeReader& node, int i, const char* attribute, float value_if_absent) {
  if (opset_ < 11) return node.number(attribute, value_if_absent);
  if (node.input(i).empty()) return value_if_absent;
  const Tensor value = float_input(node, i);
  if (value.values.size() != 1) node.refuse("a bound that is no single value", "one value");
  return value.values[0];
}

void Translator::clip(NodeReader& node) {
  constexpr float kLargest = std::numeric_limits<float>::max();
  const float low = bound(node, 1, "min", -kLargest);
  const float high = bound(node, 2, "max", kLargest);
  if (low == 0 && high == 6) {
    add_activation(node, Relu6Op{});
  } else if (low == 0 && high >= kLargest) {
    add_activation(node, ReluOp{});
  } else {
    node.refuse("bounds " + std::to_string(low) + " and " + std::to_string(high),
                "0 and 6 (ReLU6), or 0 and none (ReLU)");
  }
}

void Translator::add(NodeReader& node) {
  for (const int i : {0, 1}) {
    if (constants_.contains(node.input(i))) return add_bias(node, node.input(1 - i), node.input(i));
  }
  const Map left = map_input(node, 0);
  const Map right = map_input(node, 1);
  require_rank(node, right, left.rank);
  emit(node, plain_name(node), AddOp{}, {left, right}, left.rank);
}

void Translator::add_bias(NodeReader& node, const std::string& map_name,
                          const std::string& constant_name) {
  const Map map = map_input(node, node.input(0) == map_name ? 0 : 1);
  const Tensor bias = float_input(node, node.input(0) == constant_name ? 0 : 1);
  const Node& layer = result_.graph.node(map.node);
  const bool is_free = layer.is_layer() && uses_[map_name] == 1 &&
                       !result_.weights.tensors.contains(layer.name + ".bias");
  if (!is_free || !is_bias_shape(bias.shape, layer.shape.channels, map.rank == kMapRank)) {
    node.refuse("a constant added to a map", "two maps, or one value a channel as a layer's bias");
  }
  set_bias(node, layer.name, bias, layer.shape.channels);
  maps_[node.node().output(0)] = map;
}

void Translator::sum(NodeReader& node) {
  if (node.node().input_size() == 1) return look_through(node);
  if (node.node().input_size() != 2) {
    node.refuse(std::to_string(node.node().input_size()) + " inputs", "one or two");
  }
  add(node);
}

void Translator::concat(NodeReader& node) {
  std::vector<Map> inputs;
  for (int i = 0; i < node.node().input_size(); ++i) {
    inputs.push_back(map_input(node, i));
    require_rank(node, inputs.back(), inputs.front().rank);
  }
  if (inputs.empty()) node.refuse("no inputs", "at least one");
  const std::int64_t axis = node.integer("axis", 1);
  if (from_front(axis, inputs.front().rank) != 1) {
    node.refuse("axis " + std::to_string(axis), "1, the channels");
  }
  emit(node, plain_name(node), ConcatOp{}, inputs, inputs.front().rank);
}

void Translator::max_pool(NodeReader& node) {
  const Map input = map_input(node, 0);
  require_rank(node, input, kMapRank);
  node.ignore("storage_order");  // of the indices, which no operator here reads
  bool grown = false;
  const Window window = read_window(node, node.integers("kernel_shape"), shape(input), &grown);
  emit(node, plain_name(node), MaxPoolOp{window}, {input}, kMapRank);
}

void Translator::average_pool(NodeReader& node) {
  const Map input = map_input(node, 0);
  require_rank(node, input, kMapRank);
  AveragePoolOp operation;
  operation.count_include_pad = node.integer("count_include_pad", 0) != 0;
  bool grown = false;
  operation.window = read_window(node, node.integers("kernel_shape"), shape(input), &grown);
  // The padding that ceil_mode adds does not count, but this flag would count it.
  if (grown && operation.count_include_pad) {
    node.refuse("ceil_mode with count_include_pad on a map that it does not divide", "one of them");
  }
  emit(node, plain_name(node), operation, {input}, kMapRank);
}

void Translator::global_average_pool(NodeReader& node) {
  const Map input = map_input(node, 0);
  require_rank(node, input, kMapRank);
  emit(node, plain_name(node), GlobalAveragePoolOp{}, {input}, kMapRank);
}

void Translator::reduce_mean(NodeReader& node) {
  const Map input = map_input(node, 0);
  require_rank(node, input, kMapRank);
  node.require("noop_with_empty_axes", 0);
  std::vector<std::int64_t> axes =
      node.input(1).empty() ? node.integers("axes") : integer_input(node, 1);
  for (std::int64_t& axis : axes) axis = from_front(axis, kMapRank);
  std::sort(axes.begin(), axes.end());
  if (axes != std::vector<std::int64_t>{2, 3}) {
    node.refuse("a mean over other axes", "2 and 3, height and width");
  }
  const int rank = node.integer("keepdims", 1) != 0 ? kMapRank : kVectorRank;
  emit(node, plain_name(node), GlobalAveragePoolOp{}, {input}, rank);
}

void Translator::flatten(NodeReader& node) {
  const Map input = map_input(node, 0);
  const std::int64_t axis = node.integer("axis", 1);
  if (from_front(axis, input.rank) != 1) node.refuse("axis " + std::to_string(axis), "1");
  emit(node, plain_name(node), FlattenOp{}, {input}, kVectorRank);
}

void Translator::reshape(NodeReader& node) {
  const Map input = map_input(node, 0);
  node.require("allowzero", 0);
  const std::vector<std::int64_t> target = integer_input(node, 1);
  const std::int64_t elements = shape(input).elements();
  // One frame at a time: a batch of 1, the input's (0), or what is left over (-1).
  const bool is_vector =
      target.size() == 2 && ((target[0] >= 0 && (target[1] == -1 || target[1] == elements)) ||
                             (target[0] == -1 && target[1] == elements));
  if (!is_vector) node.refuse("a target shape that is no vector a frame", "[batch, -1]");
  emit(node, plain_name(node), FlattenOp{}, {input}, kVectorRank);
}

void Translator::softmax(NodeReader& node) {
  const Map input = map_input(node, 0);
  const std::int64_t axis = node.integer("axis", opset_ < 13 ? 1 : -1);
  if (from_front(axis, input.rank) != 1) {
    node.refuse("axis " + std::to_string(axis), "1, the channels");
  }
  // Before opset 13 all axes from this one on were taken together.
  if (opset_ < 13 && shape(input).pixels() != 1) node.refuse("a map of several pixels", "a vector");
  emit(node, plain_name(node), SoftmaxOp{}, {input}, input.rank);
}

void Translator::constant(NodeReader& node) {
  const onnx::TensorProto* value = node.tensor("value");
  if (value == nullptr) {
    onnx::TensorProto& made = made_constants_.emplace_back();
    if (node.has("value_float")) {
      made.set_data_type(onnx::TensorProto::FLOAT);
      made.add_float_data(node.number("value_float", 0));
    } else if (node.has("value_int")) {
      made.set_data_type(onnx::TensorProto::INT64);
      made.add_int64_data(node.integer("value_int", 0));
    } else if (node.has("value_ints")) {
      made.set_data_type(onnx::TensorProto::INT64);
      for (const std::int64_t element : node.integers("value_ints")) made.add_int64_data(element);
      made.add_dims(made.int64_data_size());
    } else {
      node.refuse("a constant of another kind", "value, value_float, value_int or value_ints");
    }
    value = &made;
  }
  constants_[node.node().output(0)] = value;
}

void Translator::look_through(NodeReader& node) {
  const std::string input = node.input(0);
  const std::string& output = node.node().output(0);
  for (const char* attribute : {"ratio", "seed"}) node.ignore(attribute);  // of training
  if (const auto constant = constants_.find(input); constant != constants_.end()) {
    constants_[output] = constant->second;
    return;
  }
  maps_[output] = map_input(node, 0);
  // Whoever reads either name reads the same map.
  uses_[output] += uses_[input] - 1;
}

}  // namespace deltasim
