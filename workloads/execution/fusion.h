#pragma once
// Which nodes of a graph are done in one go.

#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "workloads/graph.h"

namespace deltasim {

/// An operation with the join and the activation that follow it, one pass over the output.
struct FusedOperation {
  NodeId node = 0;                 ///< what is computed
  NodeId output = 0;               ///< the last node folded in: whose map it leaves behind
  std::vector<NodeId> inputs;      ///< of `node`, flattening looked through
  std::optional<NodeId> addend{};  ///< the other operand of the join behind `node`
  float low = -std::numeric_limits<float>::infinity();  ///< the activation's bounds
  float high = std::numeric_limits<float>::infinity();
  int map = -1;              ///< index of the recorded map that it leaves, -1 = not recorded
  bool only_joined = false;  ///< a layer's bare sum that nothing reads but another one's join
};

/// In execution order. Nodes whose map is recorded always leave it behind.
std::vector<FusedOperation> fuse(const Graph& graph, std::span<const RecordedMap> maps);

}  // namespace deltasim
