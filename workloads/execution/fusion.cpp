#include "workloads/execution/fusion.h"

#include <algorithm>

#include "workloads/graph_walk.h"

namespace deltasim {
namespace {

class Fuser {
 public:
  Fuser(const Graph& graph, std::span<const RecordedMap> maps)
      : graph_(graph), folded_(graph.nodes().size(), false), map_of_(graph.nodes().size(), -1) {
    for (std::size_t i = 0; i < maps.size(); ++i)
      map_of_[static_cast<std::size_t>(maps[i].node)] = static_cast<int>(i);
  }

  std::vector<FusedOperation> run() {
    std::vector<FusedOperation> result;
    for (NodeId id = 0; id < static_cast<NodeId>(graph_.nodes().size()); ++id) {
      if (is_folded(id) || graph_.node(id).as<FlattenOp>()) continue;
      result.push_back(fuse_from(id));
    }
    mark_bare_operands(result);
    return result;
  }

 private:
  FusedOperation fuse_from(NodeId id) {
    const Node& node = graph_.node(id);
    FusedOperation operation{.node = id, .output = id};
    for (const NodeId input : node.inputs)
      operation.inputs.push_back(look_through_flatten(graph_, input));
    if (node.is_layer()) fold_join(operation);
    if (node.is_activation()) {
      set_bounds(operation, node);
    } else if (!node.as<InputOp>() && !node.as<SoftmaxOp>()) {
      fold_activation(operation);
    }
    operation.map = map_of(operation.output);
    return operation;
  }

  /// The one node that reads `id`, if `id` need not be left behind.
  std::optional<NodeId> next_in_line(NodeId id) const {
    const std::vector<NodeId> consumers = graph_.consumers(id);
    if (map_of(id) >= 0 || consumers.size() != 1) return std::nullopt;
    return consumers.front();
  }

  void fold_join(FusedOperation& operation) {
    const auto next = next_in_line(operation.output);
    if (!next || !graph_.node(*next).as<AddOp>()) return;
    const std::vector<NodeId>& operands = graph_.node(*next).inputs;
    if (operands.size() != 2 || operands[0] == operands[1]) return;
    const NodeId other = operands[0] == operation.output ? operands[1] : operands[0];
    if (other > operation.node) return;  // not there yet: the later operand takes the join
    operation.addend = look_through_flatten(graph_, other);
    advance(operation, *next);
  }

  void fold_activation(FusedOperation& operation) {
    const auto next = next_in_line(operation.output);
    if (!next || !graph_.node(*next).is_activation()) return;
    set_bounds(operation, graph_.node(*next));
    advance(operation, *next);
  }

  static void set_bounds(FusedOperation& operation, const Node& activation) {
    operation.low = 0;
    if (activation.as<Relu6Op>()) operation.high = 6;
  }

  void advance(FusedOperation& operation, NodeId next) {
    operation.output = next;
    folded_[static_cast<std::size_t>(next)] = true;
  }

  void mark_bare_operands(std::vector<FusedOperation>& operations) const {
    for (FusedOperation& operation : operations) {
      const bool bare = operation.node == operation.output && operation.map < 0 &&
                        graph_.node(operation.node).is_layer();
      operation.only_joined = bare && graph_.consumers(operation.node).size() == 1 &&
                              std::ranges::any_of(operations, [&](const FusedOperation& reader) {
                                return reader.addend == operation.node;
                              });
    }
  }

  bool is_folded(NodeId id) const { return folded_[static_cast<std::size_t>(id)]; }
  int map_of(NodeId id) const { return map_of_[static_cast<std::size_t>(id)]; }

  const Graph& graph_;
  std::vector<bool> folded_;
  std::vector<int> map_of_;
};

}  // namespace

std::vector<FusedOperation> fuse(const Graph& graph, std::span<const RecordedMap> maps) {
  return Fuser(graph, maps).run();
}

}  // namespace deltasim
