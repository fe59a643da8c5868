#include <cmath>
#include <map>
#include <utility>

#include "arch/errors.h"
#include "workloads/weights.h"

namespace deltasim {
namespace {

/// Batch norm as y = scale x + shift, a pair for each channel.
struct Affine {
  std::vector<double> scale;
  std::vector<double> shift;
};

/// Builds the folded graph node by node.
class Folding {
 public:
  Folding(const Graph& graph, const Weights& weights, FoldStyle style)
      : graph_(graph), weights_(weights), style_(style) {
    folded_.graph.name = graph.name;
    folded_.weights.kind = weights.kind;
    folded_.weights.source = weights.source;
  }

  FoldedNetwork run() {
    for (NodeId id = 0; id < static_cast<NodeId>(graph_.nodes().size()); ++id) {
      const Node& node = graph_.node(id);
      const auto* norm = node.as<BatchNormOp>();
      if (norm == nullptr) {
        copy(node);
      } else if (const NodeId producer = node.inputs.front(); can_absorb(producer)) {
        absorb_norm(folded_.graph.node(new_id(producer)).name, node, *norm);
        new_ids_.push_back(new_id(producer));
      } else {
        replace(node, affine(node, *norm));
      }
    }
    refuse_not_finite();
    return std::move(folded_);
  }

 private:
  NodeId new_id(NodeId id) const { return new_ids_.at(static_cast<std::size_t>(id)); }

  /// Others that read the sum in front of the batch norm must go on seeing it.
  bool can_absorb(NodeId producer) const {
    return folded_.graph.node(new_id(producer)).is_layer() &&
           graph_.consumers(producer).size() == 1;
  }

  const Tensor& tensor(const std::string& name) const { return weights_.tensors.at(name); }

  NodeId add(const Node& node, Operation operation) {
    std::vector<NodeId> inputs;
    for (const NodeId input : node.inputs) inputs.push_back(new_id(input));
    const NodeId id = folded_.graph.add(node.name, std::move(operation), std::move(inputs));
    folded_.graph.set_stage(id, node.stage);
    new_ids_.push_back(id);
    return id;
  }

  void copy(const Node& node) {
    add(node, node.operation);
    if (!node.is_layer()) return;
    auto& tensors = folded_.weights.tensors;
    tensors[node.name + ".weight"] = tensor(node.name + ".weight");
    const auto bias = weights_.tensors.find(node.name + ".bias");
    tensors[node.name + ".bias"] =
        bias != weights_.tensors.end() ? bias->second : vector_of(node.shape.channels, 0);
  }

  Affine affine(const Node& node, const BatchNormOp& norm) const {
    const Tensor& gamma = tensor(node.name + ".weight");
    const Tensor& beta = tensor(node.name + ".bias");
    const Tensor& mean = tensor(node.name + ".running_mean");
    const Tensor& variance = tensor(node.name + ".running_var");
    Affine map;
    for (std::size_t c = 0; c < gamma.values.size(); ++c) {
      const double scale = gamma.values[c] / std::sqrt(double{variance.values[c]} + norm.epsilon);
      map.scale.push_back(scale);
      map.shift.push_back(beta.values[c] - mean.values[c] * scale);
    }
    return map;
  }

  /// scale (W x + b) + shift: rows of W are output channels.
  void absorb(const std::string& layer, const Affine& map) {
    Tensor& weight = folded_.weights.tensors.at(layer + ".weight");
    Tensor& bias = folded_.weights.tensors.at(layer + ".bias");
    const std::size_t row = weight.values.size() / map.scale.size();
    for (std::size_t c = 0; c < map.scale.size(); ++c) {
      for (std::size_t i = c * row; i < (c + 1) * row; ++i) {
        weight.values[i] = static_cast<float>(weight.values[i] * map.scale[c]);
      }
      bias.values[c] = static_cast<float>(bias.values[c] * map.scale[c] + map.shift[c]);
    }
  }

  void absorb_norm(const std::string& layer, const Node& node, const BatchNormOp& norm) {
    // A second norm behind the same layer would need a second factor: multiply that one in.
    if (style_ == FoldStyle::kApart && !folded_.weights.tensors.contains(layer + ".scale")) {
      keep_apart(layer, node, norm);
    } else {
      absorb(layer, affine(node, norm));
    }
  }

  /// In the order and precision of PyTorch's batch norm in evaluation mode.
  void keep_apart(const std::string& layer, const Node& node, const BatchNormOp& norm) {
    const Tensor& gamma = tensor(node.name + ".weight");
    const Tensor& beta = tensor(node.name + ".bias");
    const Tensor& mean = tensor(node.name + ".running_mean");
    const Tensor& variance = tensor(node.name + ".running_var");
    Tensor& bias = folded_.weights.tensors.at(layer + ".bias");
    Tensor scale = vector_of(static_cast<int>(gamma.values.size()), 1);
    for (std::size_t c = 0; c < gamma.values.size(); ++c) {
      const float inverse = 1 / std::sqrt(variance.values[c] + norm.epsilon);
      scale.values[c] = inverse * gamma.values[c];
      const float shifted_mean = mean.values[c] - bias.values[c];
      bias.values[c] = std::fma(-shifted_mean, scale.values[c], beta.values[c]);
    }
    folded_.weights.tensors[layer + ".scale"] = std::move(scale);
  }

  void replace(const Node& node, const Affine& map) {
    const int channels = node.shape.channels;
    ConvolutionOp depthwise;
    depthwise.out_channels = depthwise.groups = channels;
    add(node, depthwise);
    Tensor weight = vector_of(channels, 1);
    weight.shape = {channels, 1, 1, 1};
    folded_.weights.tensors[node.name + ".weight"] = std::move(weight);
    folded_.weights.tensors[node.name + ".bias"] = vector_of(channels, 0);
    absorb(node.name, map);
  }

  static Tensor vector_of(int channels, float value) {
    return {{channels}, std::vector<float>(static_cast<std::size_t>(channels), value)};
  }

  void refuse_not_finite() const {
    std::vector<Fault> faults;
    for (const auto& [name, tensor] : folded_.weights.tensors) {
      for (const float value : tensor.values) {
        if (std::isfinite(value)) continue;
        faults.push_back(Fault{weights_.source, 0, name,
                               "a value that is not finite once the batch norm is folded in",
                               "a variance and weights of ordinary size", ""});
        break;
      }
    }
    if (!faults.empty()) throw ConfigError(std::move(faults));
  }

  const Graph& graph_;
  const Weights& weights_;
  FoldStyle style_;
  FoldedNetwork folded_;
  std::vector<NodeId> new_ids_;  ///< by old id
};

}  // namespace

FoldedNetwork fold_batch_norm(const Graph& graph, const Weights& weights, FoldStyle style) {
  check_weights(graph, weights);
  return Folding(graph, weights, style).run();
}

}  // namespace deltasim
