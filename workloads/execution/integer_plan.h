#pragma once
// Which layers run in integers, and with which weights.

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "workloads/execution/fusion.h"
#include "workloads/execution/integer_layer.h"
#include "workloads/graph.h"
#include "workloads/tensor.h"

namespace deltasim {

/// A layer's numbers as the graph and the weights give them.
struct LayerParameters {
  LayerGeometry geometry;
  std::span<const float> weights;
  std::vector<float> bias;         ///< zeros where the weights have none
  std::vector<float> multipliers;  ///< of W*X per output channel; empty = 1

  /// The weights with their multipliers in them.
  std::vector<float> multiplied_weights() const;
};
LayerParameters layer_parameters(const Graph& graph, const Weights& weights, const Layer& layer);

/// Grid steps by node: of maps whose values are codes in bytes.
using CodeSteps = std::vector<std::optional<float>>;

/// A layer runs in integers where its input is codes, the other operand of its join is codes or
/// another integer layer's sum, and its sums fit. Parallel to `operations`.
std::vector<std::optional<IntegerLayer>> plan_integer_layers(
    std::span<const FusedOperation> operations, const CodeSteps& code_steps,
    const std::function<LayerParameters(NodeId)>& parameters, const Graph& graph);

}  // namespace deltasim
