// Which parameters a graph takes, and whether a set of weights has them.

#include <cmath>
#include <set>

#include "arch/errors.h"
#include "workloads/weights.h"

namespace deltasim {
namespace {

constexpr const char* kBatchNormParts[] = {"weight", "bias", "running_mean", "running_var"};

std::string shape_text(const std::vector<int>& shape) {
  std::string text = "[";
  for (const int extent : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(extent);
  return text + "]";
}

bool feeds_batch_norm(const Graph& graph, NodeId id) {
  const std::vector<NodeId> readers = graph.consumers(id);
  return readers.size() == 1 && graph.node(readers[0]).as<BatchNormOp>();
}

std::vector<int> weight_shape(const Graph& graph, const Node& node) {
  const Shape& in = graph.node(node.inputs.front()).shape;
  if (const auto* convolution = node.as<ConvolutionOp>()) {
    return {convolution->out_channels, in.channels / convolution->groups,
            convolution->window.kernel_h, convolution->window.kernel_w};
  }
  return {node.shape.channels, in.channels};
}

/// Names that are in the weights but not in the graph, for "did you mean".
std::vector<std::string> unused_names(const std::vector<Parameter>& parameters,
                                      const Weights& weights) {
  std::set<std::string> known;
  for (const Parameter& parameter : parameters) known.insert(parameter.name);
  std::vector<std::string> unused;
  for (const auto& [name, tensor] : weights.tensors) {
    if (!known.contains(name)) unused.push_back(name);
  }
  return unused;
}

std::size_t count_not_finite(const Tensor& tensor) {
  std::size_t count = 0;
  for (const float value : tensor.values) count += std::isfinite(value) ? 0 : 1;
  return count;
}

void check_values(const Parameter& parameter, const Tensor& tensor, const std::string& file,
                  std::vector<Fault>& faults) {
  if (const std::size_t bad = count_not_finite(tensor); bad > 0) {
    faults.push_back(Fault{file, 0, parameter.name,
                           std::to_string(bad) + " values that are NaN or infinite",
                           "finite values", ""});
  } else if (parameter.name.ends_with(".running_var")) {
    for (const float variance : tensor.values) {
      if (variance >= 0) continue;
      faults.push_back(
          Fault{file, 0, parameter.name, "variance " + std::to_string(variance), "0 or more", ""});
      return;
    }
  }
}

void check_parameter(const Parameter& parameter, const Weights& weights,
                     const std::vector<std::string>& unused, std::vector<Fault>& faults) {
  const auto found = weights.tensors.find(parameter.name);
  if (found == weights.tensors.end()) {
    if (!parameter.required) return;
    faults.push_back(Fault{weights.source, 0, parameter.name, "no such tensor",
                           shape_text(parameter.shape), nearest_name(parameter.name, unused)});
  } else if (found->second.shape != parameter.shape) {
    faults.push_back(Fault{weights.source, 0, parameter.name, shape_text(found->second.shape),
                           shape_text(parameter.shape), ""});
  } else if (found->second.values.size() != found->second.elements()) {
    faults.push_back(Fault{weights.source, 0, parameter.name,
                           std::to_string(found->second.values.size()) + " values",
                           std::to_string(found->second.elements()), ""});
  } else {
    check_values(parameter, found->second, weights.source, faults);
  }
}

}  // namespace

std::vector<Parameter> parameters_of(const Graph& graph, bool usual_only) {
  std::vector<Parameter> parameters;
  for (NodeId id = 0; id < static_cast<NodeId>(graph.nodes().size()); ++id) {
    const Node& node = graph.node(id);
    if (node.is_layer()) {
      parameters.push_back({node.name + ".weight", weight_shape(graph, node), true});
      if (usual_only && feeds_batch_norm(graph, id)) continue;
      parameters.push_back({node.name + ".bias", {node.shape.channels}, false});
    } else if (node.as<BatchNormOp>()) {
      for (const char* part : kBatchNormParts) {
        parameters.push_back({node.name + "." + part, {node.shape.channels}, true});
      }
    }
  }
  return parameters;
}

void check_weights(const Graph& graph, const Weights& weights) {
  const std::vector<Parameter> parameters = parameters_of(graph);
  const std::vector<std::string> unused = unused_names(parameters, weights);
  std::vector<Fault> faults;
  for (const Parameter& parameter : parameters) {
    check_parameter(parameter, weights, unused, faults);
  }
  std::vector<std::string> known;
  for (const Parameter& parameter : parameters) known.push_back(parameter.name);
  for (const std::string& name : unused) {
    faults.push_back(Fault{weights.source, 0, name,
                           "a tensor that " + graph.name + " has no use for",
                           "the network's parameters only", nearest_name(name, known)});
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
}

}  // namespace deltasim
