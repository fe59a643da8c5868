#include "workloads/graph_walk.h"

namespace deltasim {

NodeId look_through_flatten(const Graph& graph, NodeId id) {
  while (graph.node(id).as<FlattenOp>()) id = graph.node(id).inputs.front();
  return id;
}

NodeId logits_node(const Graph& graph) {
  auto id = static_cast<NodeId>(graph.nodes().size()) - 1;
  while (graph.node(id).as<SoftmaxOp>() || graph.node(id).as<FlattenOp>())
    id = graph.node(id).inputs.front();
  return id;
}

}  // namespace deltasim
