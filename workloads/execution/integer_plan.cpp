#include "workloads/execution/integer_plan.h"

#include <algorithm>

#include "arch/errors.h"

namespace deltasim {
namespace {

class Planner {
 public:
  Planner(std::span<const FusedOperation> operations, const CodeSteps& steps,
          const std::function<LayerParameters(NodeId)>& parameters, const Graph& graph)
      : operations_(operations),
        steps_(steps),
        parameters_(parameters),
        graph_(graph),
        layers_(operations.size()) {}

  std::vector<std::optional<IntegerLayer>> run() {
    for (std::size_t i = 0; i < operations_.size(); ++i) {
      if (operations_[i].only_joined || !reads_codes(i)) continue;
      if (!operations_[i].addend) {
        plan_alone(i, std::nullopt);
      } else if (const auto partner = bare_operand(i)) {
        if (reads_codes(*partner)) plan_pair(i, *partner);
      } else if (const auto step = step_of(*operations_[i].addend)) {
        plan_alone(i, step);
      }
    }
    return std::move(layers_);
  }

 private:
  std::optional<float> step_of(NodeId node) const { return steps_[static_cast<std::size_t>(node)]; }
  bool reads_codes(std::size_t i) const {
    return graph_.node(operations_[i].node).is_layer() && step_of(operations_[i].inputs.front());
  }
  /// The operation that leaves nothing but this join's other operand.
  std::optional<std::size_t> bare_operand(std::size_t i) const {
    for (std::size_t j = 0; j < i; ++j)
      if (operations_[j].only_joined && operations_[j].output == operations_[i].addend) return j;
    return std::nullopt;
  }

  std::vector<float> scales_of(std::size_t i, const LayerParameters& layer) const {
    return finest_scales(layer.geometry, layer.multiplied_weights(), layer.bias,
                         *step_of(operations_[i].inputs.front()));
  }
  IntegerLayer quantized(std::size_t i, const LayerParameters& layer,
                         const std::vector<float>& scales) const {
    return quantize_weights(layer.geometry, layer.multiplied_weights(), layer.bias,
                            *step_of(operations_[i].inputs.front()), scales);
  }
  static bool fits(const IntegerLayer& layer) {
    return layer.largest_row * 255 < kLargestProductSum;
  }

  void plan_alone(std::size_t i, std::optional<float> shortcut_step) {
    const LayerParameters parameters = parameters_(operations_[i].node);
    std::vector<float> scales = scales_of(i, parameters);
    if (shortcut_step) fit_to_shortcut(scales, *shortcut_step);
    IntegerLayer layer = quantized(i, parameters, scales);
    if (fits(layer)) layers_[i] = std::move(layer);
  }

  /// Both sums of a join have one scale: as one layer over both inputs would.
  void plan_pair(std::size_t i, std::size_t partner) {
    const LayerParameters mine = parameters_(operations_[i].node);
    const LayerParameters theirs = parameters_(operations_[partner].node);
    std::vector<float> scales = scales_of(i, mine);
    const std::vector<float> other = scales_of(partner, theirs);
    std::ranges::transform(scales, other, scales.begin(),
                           [](float a, float b) { return std::max(a, b); });
    IntegerLayer main = quantized(i, mine, scales);
    IntegerLayer joined = quantized(partner, theirs, scales);
    if (!fits(main) || !fits(joined)) return;
    layers_[i] = std::move(main);
    layers_[partner] = std::move(joined);
  }

  std::span<const FusedOperation> operations_;
  const CodeSteps& steps_;
  const std::function<LayerParameters(NodeId)>& parameters_;
  const Graph& graph_;
  std::vector<std::optional<IntegerLayer>> layers_;
};

}  // namespace

std::vector<float> LayerParameters::multiplied_weights() const {
  std::vector<float> result(weights.begin(), weights.end());
  if (multipliers.empty()) return result;
  const std::size_t row = result.size() / multipliers.size();
  for (std::size_t i = 0; i < result.size(); ++i) result[i] *= multipliers[i / row];
  return result;
}

LayerParameters layer_parameters(const Graph& graph, const Weights& weights, const Layer& layer) {
  const std::string& name = graph.node(layer.node).name;
  const auto weight = weights.tensors.find(name + ".weight");
  if (weight == weights.tensors.end())
    throw ConfigError(weights.source, "there are no weights for layer " + name);
  LayerParameters result{.geometry = {.input = layer.input,
                                      .output = layer.output,
                                      .window = layer.window,
                                      .groups = layer.groups},
                         .weights = weight->second.values,
                         .bias = {},
                         .multipliers = {}};
  if (result.weights.size() != result.geometry.weights())
    throw ConfigError(weights.source, "the weights of layer " + name + " have another shape");
  const auto bias = weights.tensors.find(name + ".bias");
  if (bias != weights.tensors.end()) result.bias = bias->second.values;
  const auto scale = weights.tensors.find(name + ".scale");
  if (scale != weights.tensors.end()) result.multipliers = scale->second.values;
  result.bias.resize(static_cast<std::size_t>(layer.output.channels), 0.0F);
  return result;
}

std::vector<std::optional<IntegerLayer>> plan_integer_layers(
    std::span<const FusedOperation> operations, const CodeSteps& code_steps,
    const std::function<LayerParameters(NodeId)>& parameters, const Graph& graph) {
  return Planner(operations, code_steps, parameters, graph).run();
}

}  // namespace deltasim
