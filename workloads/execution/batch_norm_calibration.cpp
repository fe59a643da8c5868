#include "workloads/execution/batch_norm_calibration.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "arch/errors.h"
#include "workloads/execution/quantized_network.h"
#include "workloads/weights.h"

namespace deltasim {
namespace {

/// The part of a graph up to and with `last`.
Graph head_of(const Graph& graph, NodeId last) {
  Graph head;
  head.name = graph.name;
  for (NodeId id = 0; id <= last; ++id) {
    const Node& node = graph.node(id);
    head.set_stage(head.add(node.name, node.operation, node.inputs), node.stage);
  }
  return head;
}

Weights weights_of(const Graph& graph, const Weights& weights) {
  Weights result;
  result.kind = weights.kind;
  result.source = weights.source;
  for (const Parameter& parameter : parameters_of(graph)) {
    const auto found = weights.tensors.find(parameter.name);
    if (found != weights.tensors.end()) result.tensors.insert(*found);
  }
  return result;
}

/// Sums per channel of what a batch norm is given.
struct Moments {
  std::vector<double> sum, sum_of_squares;
  double pixels = 0;

  void add(std::span<const float> values, std::size_t channels) {
    sum.resize(channels, 0);
    sum_of_squares.resize(channels, 0);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double value = values[i];
      sum[i % channels] += value;
      sum_of_squares[i % channels] += value * value;
    }
    pixels += static_cast<double>(values.size() / channels);
  }
};

void set_statistics(Weights& weights, const std::string& name, const Moments& moments) {
  Tensor& mean = weights.tensors.at(name + ".running_mean");
  Tensor& variance = weights.tensors.at(name + ".running_var");
  for (std::size_t c = 0; c < moments.sum.size(); ++c) {
    const double average = moments.sum[c] / moments.pixels;
    mean.values[c] = static_cast<float>(average);
    variance.values[c] = static_cast<float>(
        std::max(0.0, moments.sum_of_squares[c] / moments.pixels - average * average));
  }
}

Moments input_moments(const Graph& graph, NodeId batch_norm, const Weights& weights,
                      std::span<const std::vector<float>> frames, const Backend& backend,
                      const std::shared_ptr<Workers>& workers) {
  const NodeId source = graph.node(batch_norm).inputs.front();
  const Graph head = head_of(graph, source);
  const FoldedNetwork folded = fold_batch_norm(head, weights_of(head, weights));
  const auto maps = recorded_maps(folded.graph, {});
  SiteQuantizers none;
  none.maps.resize(maps.size());
  QuantizedNetwork network(folded.graph, folded.weights, maps, std::move(none), backend, workers);
  Moments moments;
  for (const std::vector<float>& frame : frames) {
    network.step(frame);
    moments.add(network.logits(), static_cast<std::size_t>(graph.node(source).shape.channels));
  }
  return moments;
}

}  // namespace

Weights calibrate_batch_norm(const Graph& graph, Weights weights,
                             std::span<const std::vector<float>> frames, const Backend& backend) {
  if (frames.empty())
    throw ConfigError(Fault{.key_path = "calibration",
                            .found = "no frames",
                            .expected = "at least one, for the batch-norm statistics"});
  const auto workers = std::make_shared<Workers>(available_threads());
  for (NodeId id = 0; id < static_cast<NodeId>(graph.nodes().size()); ++id) {
    if (!graph.node(id).as<BatchNormOp>()) continue;
    set_statistics(weights, graph.node(id).name,
                   input_moments(graph, id, weights, frames, backend, workers));
  }
  return weights;
}

}  // namespace deltasim
