#pragma once
// Small questions about a graph.

#include "workloads/graph.h"

namespace deltasim {

/// The node whose map `id` shows: flattening moves nothing.
NodeId look_through_flatten(const Graph& graph, NodeId id);

/// The node whose output are the logits: the last one that is no softmax, and no flattening.
NodeId logits_node(const Graph& graph);

}  // namespace deltasim
