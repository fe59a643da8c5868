#include <cmath>

#include "arch/errors.h"
#include "arch/random_bits.h"
#include "workloads/weights.h"

namespace deltasim {
namespace {

void fill_normal(Tensor& tensor, std::uint64_t key) {
  const auto fan_in = static_cast<double>(tensor.elements()) / tensor.shape[0];
  const auto deviation = static_cast<float>(std::sqrt(2.0 / fan_in));
  for (std::size_t i = 0; i < tensor.values.size(); ++i) {
    tensor.values[i] = deviation * nearly_normal(key, i);
  }
}

bool starts_at_one(const Graph& graph, const std::string& name) {
  if (name.ends_with(".running_var")) return true;
  const auto node = graph.find(name.substr(0, name.rfind('.')));
  return name.ends_with(".weight") && graph.node(node.value()).as<BatchNormOp>();
}

}  // namespace

Weights cross_modality(const Weights& weights, const std::string& first_conv, int channels) {
  const std::string name = first_conv + ".weight";
  const auto found = weights.tensors.find(name);
  if (found == weights.tensors.end() || found->second.shape.size() != 4) {
    throw ConfigError(Fault{weights.source, 0, name, "no such tensor of four dimensions",
                            "the weights of the first convolution", ""});
  }
  if (channels < 1) {
    throw ConfigError(
        Fault{"", 0, name, std::to_string(channels) + " input channels", "1 or more", ""});
  }
  const Tensor& rgb = found->second;
  const auto in = static_cast<std::size_t>(rgb.shape[1]);
  const auto taps = static_cast<std::size_t>(rgb.shape[2]) * static_cast<std::size_t>(rgb.shape[3]);
  Tensor stacked;
  stacked.shape = {rgb.shape[0], channels, rgb.shape[2], rgb.shape[3]};
  stacked.values.resize(stacked.elements());
  float* next = stacked.values.data();
  for (std::size_t out = 0; out < static_cast<std::size_t>(rgb.shape[0]); ++out) {
    for (int copy = 0; copy < channels; ++copy) {
      for (std::size_t tap = 0; tap < taps; ++tap) {
        double sum = 0;
        for (std::size_t c = 0; c < in; ++c) sum += rgb.values[(out * in + c) * taps + tap];
        *next++ = static_cast<float>(sum / static_cast<double>(in));
      }
    }
  }
  Weights result = weights;
  result.tensors[name] = std::move(stacked);
  if (result.kind == WeightsKind::kTrained) result.kind = WeightsKind::kCrossModality;
  return result;
}

Weights he_initialisation(const Graph& graph, std::uint64_t seed) {
  Weights weights;
  weights.kind = WeightsKind::kUntrained;
  weights.source = "He initialisation, seed " + std::to_string(seed);
  for (const Parameter& parameter : parameters_of(graph, true)) {
    Tensor tensor{parameter.shape, {}};
    tensor.values.assign(tensor.elements(), starts_at_one(graph, parameter.name) ? 1.0F : 0.0F);
    if (tensor.shape.size() > 1) fill_normal(tensor, named_key(parameter.name, seed));
    weights.tensors.emplace(parameter.name, std::move(tensor));
  }
  return weights;
}

}  // namespace deltasim
