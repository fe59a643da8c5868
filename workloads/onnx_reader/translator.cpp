#include "workloads/onnx_reader/translator.h"

#include <limits>
#include <utility>

#include "arch/errors.h"
#include "workloads/onnx_reader/constants.h"
#include "workloads/onnx_reader/model.h"
#include "workloads/weights.h"

namespace deltasim {
namespace {

using onnx::TensorProto;

std::string joined(const google::protobuf::RepeatedPtrField<onnx::ValueInfoProto>& values) {
  std::string list;
  for (const auto& value : values) list += (list.empty() ? "" : ", ") + value.name();
  return list;
}

}  // namespace

Translator::Translator(const onnx::ModelProto& model, const std::filesystem::path& path)
    : model_(model), path_(path), file_(path.string()), opset_(standard_opset(model, file_)) {
  result_.graph.name = model.graph().name().empty() ? path.stem().string() : model.graph().name();
  result_.weights.source = path.filename().string();
  for (const TensorProto& tensor : model.graph().initializer()) {
    constants_[tensor.name()] = &tensor;
  }
}

ImportedNetwork Translator::run() {
  const std::string output = only_output();
  const std::vector<int> order = execution_order(model_.graph(), output, file_, opset_);
  add_input();
  count_uses(order, output);
  for (const int node : order) translate(model_.graph().node(node));
  const auto found = maps_.find(output);
  if (found == maps_.end() || found->second.node == 0 ||
      found->second.node != static_cast<NodeId>(result_.graph.nodes().size()) - 1) {
    throw ConfigError(Fault{file_, 0, "the graph's output",
                            "'" + output + "', which no layer computes", "the last node's map",
                            ""});
  }
  assign_stages(result_.graph);
  check_weights(result_.graph, result_.weights);
  return std::move(result_);
}

std::string Translator::only_output() const {
  const auto& outputs = model_.graph().output();
  if (outputs.size() != 1) {
    throw ConfigError(Fault{file_, 0, "graph",
                            std::to_string(outputs.size()) + " outputs (" + joined(outputs) + ")",
                            "one output", ""});
  }
  return outputs[0].name();
}

void Translator::add_input() {
  std::vector<const onnx::ValueInfoProto*> inputs;
  for (const auto& input : model_.graph().input()) {
    if (!constants_.contains(input.name())) inputs.push_back(&input);
  }
  if (inputs.size() != 1) {
    throw ConfigError(Fault{file_, 0, "graph", std::to_string(inputs.size()) + " inputs",
                            "one input that is no initializer", ""});
  }
  const std::string& name = inputs[0]->name();
  const auto& type = inputs[0]->type().tensor_type();
  if (type.elem_type() != TensorProto::FLOAT && type.elem_type() != TensorProto::FLOAT16 &&
      type.elem_type() != TensorProto::DOUBLE) {
    throw ConfigError(Fault{file_, 0, "input '" + name + "'", "elements that are no floats",
                            "float, float16 or double", ""});
  }
  if (type.shape().dim_size() != 4) {
    throw ConfigError(Fault{file_, 0, "input '" + name + "'",
                            std::to_string(type.shape().dim_size()) + " dimensions",
                            "4: batch, channels, height, width", ""});
  }
  const InputOp input{{.height = input_extent(type.shape(), 2, "height"),
                       .width = input_extent(type.shape(), 3, "width"),
                       .channels = input_extent(type.shape(), 1, "channels")}};
  maps_[name] = {result_.graph.add("input", input, {}), 4};
}

int Translator::input_extent(const onnx::TensorShapeProto& shape, int dimension,
                             const char* letter) const {
  const auto& extent = shape.dim(dimension);
  const std::string expected = "a fixed number; export the network with a fixed input size";
  if (!extent.has_dim_value()) {
    throw ConfigError(Fault{file_, 0, std::string("input ") + letter,
                            "dynamic extent '" + extent.dim_param() + "'", expected, ""});
  }
  if (extent.dim_value() < 1 || extent.dim_value() > std::numeric_limits<int>::max()) {
    throw ConfigError(Fault{file_, 0, std::string("input ") + letter,
                            std::to_string(extent.dim_value()), "a number of ordinary size", ""});
  }
  return static_cast<int>(extent.dim_value());
}

void Translator::count_uses(const std::vector<int>& order, const std::string& output) {
  ++uses_[output];
  for (const int node : order) {
    for (const std::string& input : model_.graph().node(node).input()) ++uses_[input];
  }
}

const std::map<std::string, Translator::Handler>& Translator::handlers() {
  static const std::map<std::string, Handler> kHandlers{
      {"Add", &Translator::add},
      {"AveragePool", &Translator::average_pool},
      {"BatchNormalization", &Translator::batch_norm},
      {"Clip", &Translator::clip},
      {"Concat", &Translator::concat},
      {"Constant", &Translator::constant},
      {"Conv", &Translator::convolution},
      {"Dropout", &Translator::look_through},
      {"Flatten", &Translator::flatten},
      {"Gemm", &Translator::gemm},
      {"GlobalAveragePool", &Translator::global_average_pool},
      {"Identity", &Translator::look_through},
      {"MatMul", &Translator::matrix_product},
      {"MaxPool", &Translator::max_pool},
      {"ReduceMean", &Translator::reduce_mean},
      {"Relu", &Translator::relu},
      {"Reshape", &Translator::reshape},
      {"Softmax", &Translator::softmax},
      {"Sum", &Translator::sum},
  };
  return kHandlers;
}

void Translator::translate(const onnx::NodeProto& message) {
  NodeReader node(message, file_, opset_);
  const auto handler = handlers().find(message.op_type());
  const bool standard = message.domain().empty() || message.domain() == "ai.onnx";
  if (!standard || handler == handlers().end()) {
    std::string supported;
    for (const auto& [name, function] : handlers())
      supported += (supported.empty() ? "" : ", ") + name;
    node.refuse("an operator that is not supported", "one of " + supported);
  }
  if (message.output_size() == 0) node.refuse("no outputs", "at least one");
  (this->*handler->second)(node);
  node.require_all_read();
}

void Translator::emit(NodeReader& node, const std::string& name, Operation operation,
                      const std::vector<Map>& inputs, int rank) {
  std::vector<NodeId> ids;
  for (const Map& input : inputs) ids.push_back(input.node);
  try {
    const NodeId id = result_.graph.add(name, std::move(operation), std::move(ids));
    maps_[node.node().output(0)] = {id, rank};
  } catch (const ConfigError& error) {
    node.refuse(error.faults().front().found, error.faults().front().expected);
  }
}

Translator::Map Translator::map_input(const NodeReader& node, int i) const {
  const std::string name = node.input(i);
  const auto found = maps_.find(name);
  if (found != maps_.end()) return found->second;
  if (name.empty()) node.refuse("no input " + std::to_string(i), "a map");
  node.refuse("input '" + name + "'" + (constants_.contains(name) ? ", a constant" : ", no map"),
              "a map that another node computes");
}

const TensorProto& Translator::constant_input(const NodeReader& node, int i) const {
  const std::string name = node.input(i);
  const auto found = constants_.find(name);
  if (found != constants_.end()) return *found->second;
  if (name.empty()) node.refuse("no input " + std::to_string(i), "a constant");
  node.refuse("input '" + name + "', which is computed", "an initializer or a constant");
}

Tensor Translator::float_input(const NodeReader& node, int i) const {
  return read_floats(constant_input(node, i), "'" + node.input(i) + "' of " + node.label(), path_);
}

std::vector<std::int64_t> Translator::integer_input(const NodeReader& node, int i) const {
  return read_integers(constant_input(node, i), "'" + node.input(i) + "' of " + node.label(),
                       path_);
}

void Translator::require_rank(const NodeReader& node, const Map& map, int rank) {
  if (map.rank == rank) return;
  node.refuse("an input of rank " + std::to_string(map.rank), "rank " + std::to_string(rank));
}

std::string Translator::parameter_name(const NodeReader& node, const std::string& parameter) const {
  constexpr std::string_view kSuffix = ".weight";
  if (parameter.size() > kSuffix.size() && parameter.ends_with(kSuffix)) {
    const std::string name = parameter.substr(0, parameter.size() - kSuffix.size());
    if (!result_.graph.find(name)) return name;
  }
  return plain_name(node);
}

std::string Translator::plain_name(const NodeReader& node) const {
  const std::string& name = node.node().name();
  if (!name.empty() && !result_.graph.find(name)) return name;
  std::string stem = node.node().op_type();
  for (char& letter : stem) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return numbered_name(stem);
}

std::string Translator::activation_name(const NodeReader& node, NodeId input) const {
  const std::string& name = node.node().name();
  if (!name.empty() && !result_.graph.find(name)) return name;
  const Node* layer = &result_.graph.node(input);
  while (!layer->is_layer() && !layer->as<BatchNormOp>() && !layer->inputs.empty()) {
    layer = &result_.graph.node(layer->inputs.front());
  }
  const std::size_t dot = layer->name.rfind('.');
  return numbered_name(dot == std::string::npos ? "relu" : layer->name.substr(0, dot) + ".relu");
}

std::string Translator::numbered_name(const std::string& stem) const {
  for (int k = 0;; ++k) {
    const std::string name = stem + "#" + std::to_string(k);
    if (!result_.graph.find(name)) return name;
  }
}

}  // namespace deltasim
