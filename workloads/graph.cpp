#include "workloads/graph.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "arch/errors.h"

namespace deltasim {
namespace {

[[noreturn]] void refuse(std::string_view node, std::string found, std::string expected) {
  throw ConfigError(Fault{"", 0, std::string(node), std::move(found), std::move(expected), ""});
}

void check_input_ids(std::string_view name, const std::vector<NodeId>& inputs, std::size_t nodes) {
  for (const NodeId id : inputs) {
    if (id < 0 || static_cast<std::size_t>(id) >= nodes) {
      refuse(name, "input node " + std::to_string(id),
             "a node that was added before (0 to " + std::to_string(nodes) + " exclusive)");
    }
  }
}

/// K of a top-level name "layerK", nothing for other names.
std::optional<int> layer_group(std::string_view name) {
  constexpr std::string_view kPrefix = "layer";
  const std::string_view top = name.substr(0, name.find('.'));
  if (!top.starts_with(kPrefix)) return std::nullopt;
  const std::string_view digits = top.substr(kPrefix.size());
  int group = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), group);
  if (error != std::errc{} || end != digits.end() || group < 0) return std::nullopt;
  return group;
}

void assign_stages_by_name(Graph& graph) {
  int stage = 0;
  for (NodeId id = 0; id < static_cast<NodeId>(graph.nodes().size()); ++id) {
    stage = layer_group(graph.node(id).name).value_or(stage);
    graph.set_stage(id, stage);
  }
}

void assign_stages_by_height(Graph& graph) {
  int stage = 0;
  std::optional<int> height;
  for (NodeId id = 0; id < static_cast<NodeId>(graph.nodes().size()); ++id) {
    const Node& node = graph.node(id);
    if (height && node.shape.height != *height) ++stage;
    if (height || node.is_layer()) height = node.shape.height;
    graph.set_stage(id, stage);
  }
}

}  // namespace

std::string to_string(const Shape& shape) {
  return std::to_string(shape.height) + "x" + std::to_string(shape.width) + "x" +
         std::to_string(shape.channels);
}

std::string_view operation_name(const Operation& operation) {
  // In the order of the variant's alternatives.
  static constexpr std::array<std::string_view, std::variant_size_v<Operation>> kNames{
      "input",  "conv",     "fc",           "batch_norm",          "relu",    "relu6",  "add",
      "concat", "max_pool", "average_pool", "global_average_pool", "flatten", "softmax"};
  return kNames.at(operation.index());
}

NodeId Graph::add(std::string node_name, Operation operation, std::vector<NodeId> inputs) {
  if (node_name.empty())
    refuse("node " + std::to_string(nodes_.size()), "no name", "a unique name");
  if (find(node_name)) refuse(node_name, "a second node of this name", "unique names");
  const bool is_input = std::holds_alternative<InputOp>(operation);
  if (is_input != nodes_.empty()) {
    refuse(node_name, is_input ? "a second input node" : "no input node before it",
           "exactly one input node, as the first");
  }
  check_input_ids(node_name, inputs, nodes_.size());
  std::vector<Shape> shapes;
  for (const NodeId id : inputs) shapes.push_back(node(id).shape);
  const Shape shape = infer_shape(operation, shapes, node_name);
  nodes_.push_back(Node{.name = std::move(node_name),
                        .operation = std::move(operation),
                        .inputs = std::move(inputs),
                        .shape = shape});
  return static_cast<NodeId>(nodes_.size()) - 1;
}

std::optional<NodeId> Graph::find(std::string_view node_name) const {
  const auto found = std::find_if(nodes_.begin(), nodes_.end(),
                                  [&](const Node& node) { return node.name == node_name; });
  if (found == nodes_.end()) return std::nullopt;
  return static_cast<NodeId>(found - nodes_.begin());
}

const Node& Graph::input() const {
  DELTASIM_INVARIANT(!nodes_.empty(), "a graph has an input node");
  return nodes_.front();
}

std::vector<NodeId> Graph::consumers(NodeId id) const {
  std::vector<NodeId> readers;
  for (std::size_t n = 0; n < nodes_.size(); ++n) {
    const std::vector<NodeId>& inputs = nodes_[n].inputs;
    if (std::find(inputs.begin(), inputs.end(), id) != inputs.end()) {
      readers.push_back(static_cast<NodeId>(n));
    }
  }
  return readers;
}

void assign_stages(Graph& graph) {
  const bool has_groups =
      std::any_of(graph.nodes().begin(), graph.nodes().end(),
                  [](const Node& node) { return layer_group(node.name).has_value(); });
  has_groups ? assign_stages_by_name(graph) : assign_stages_by_height(graph);
}

}  // namespace deltasim
