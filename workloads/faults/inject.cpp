#include "workloads/faults/inject.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <cmath>

#include "arch/errors.h"
#include "arch/random_bits.h"

namespace deltasim {
namespace {

constexpr int kWeightBits = 8;
constexpr int kActivationBits = 8;

template <typename Number>
double largest_magnitude(std::span<const Number> values) {
  double largest = 0;
  for (const Number value : values) {
    largest = std::max(largest, std::abs(static_cast<double>(value)));
  }
  return largest;
}

bool matches(const std::string& pattern, const std::string& name) {
  return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

std::vector<std::string> layer_names(const Graph& graph) {
  std::vector<std::string> names;
  for (const Node& node : graph.nodes()) {
    if (node.is_layer()) names.push_back(node.name);
  }
  return names;
}

void require_layers(const std::vector<WeightNoiseSpec>& noise,
                    const std::vector<std::string>& names) {
  std::vector<Fault> faults;
  for (const WeightNoiseSpec& spec : noise) {
    for (const std::string& pattern : spec.layers) {
      if (std::any_of(names.begin(), names.end(),
                      [&](const std::string& name) { return matches(pattern, name); })) {
        continue;
      }
      faults.push_back({.key_path = "faults.noise.layers",
                        .found = "'" + pattern + "'",
                        .expected = "a pattern of layer names such as '" + names.front() + "'",
                        .nearest = nearest_name(pattern, names)});
    }
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
}

bool concerns(const WeightNoiseSpec& spec, const std::string& layer) {
  return spec.layers.empty() || std::any_of(spec.layers.begin(), spec.layers.end(),
                                            [&](const auto& p) { return matches(p, layer); });
}

void add_noise(std::span<float> weights, const WeightNoiseSpec& spec, std::uint64_t key) {
  const auto sigma = static_cast<float>(spec.sigma);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const float deviation = spec.relative ? sigma * std::abs(weights[i]) : sigma;
    weights[i] += deviation * nearly_normal(key, i);
  }
}

std::string number(double value) { return fmt::format("{}", value); }

std::string noise_text(const WeightNoiseSpec& noise) {
  std::string text = (noise.relative ? "relative noise " : "absolute noise ") + number(noise.sigma);
  if (!noise.layers.empty()) text += fmt::format(" on {}", fmt::join(noise.layers, " "));
  return text;
}

std::string state_text(const StateFaultSpec& state) {
  std::vector<std::string> kinds;
  if (state.sums) kinds.push_back(fmt::format("sums of {} bit", state.sum_bits));
  if (state.activations) kinds.emplace_back(kDisturbedActivations);
  return fmt::format("state {} ({})", number(state.bit_error_rate), fmt::join(kinds, ", "));
}

}  // namespace

bool FaultSpec::disturbs_weights() const {
  return weight_bit_error_rate > 0 ||
         std::any_of(noise.begin(), noise.end(),
                     [](const WeightNoiseSpec& spec) { return spec.sigma > 0; });
}

std::string to_string(const FaultSpec& spec) {
  if (!spec.any()) return {};
  std::string text = fmt::format("seed {}", spec.seed);
  if (spec.weight_bit_error_rate > 0) text += ", weights " + number(spec.weight_bit_error_rate);
  if (spec.disturbs_state()) text += ", " + state_text(spec.state);
  for (const WeightNoiseSpec& noise : spec.noise) {
    if (noise.sigma > 0) text += ", " + noise_text(noise);
  }
  return text;
}

void check_noise(const Graph& graph, const FaultSpec& spec) {
  require_layers(spec.noise, layer_names(graph));
}

DisturbedWeights disturb_weights(const Graph& graph, Weights weights, const FaultSpec& spec,
                                 std::string_view stream) {
  check_noise(graph, spec);
  const std::vector<std::string> names = layer_names(graph);
  DisturbedWeights result{std::move(weights), {}, 0};
  const BitFlips flips(spec.weight_bit_error_rate, kWeightBits);
  for (const std::string& name : names) {
    std::vector<float>& values = result.weights.tensors.at(name + ".weight").values;
    const std::string stored = fmt::format("{}/{}.weight", stream, name);
    for (std::size_t i = 0; i < spec.noise.size(); ++i) {
      if (spec.noise[i].sigma == 0 || !concerns(spec.noise[i], name)) continue;
      add_noise(values, spec.noise[i], named_key(fmt::format("{}/noise {}", stored, i), spec.seed));
      result.noisy += static_cast<std::int64_t>(values.size());
    }
    result.flips.stored += static_cast<std::int64_t>(values.size()) * kWeightBits;
    if (spec.weight_bit_error_rate == 0) continue;
    const StoredFormat format =
        symmetric_format(kWeightBits, largest_magnitude(std::span<const float>(values)));
    result.flips.flipped += flip_bits(values, format, flips, named_key(stored, spec.seed));
  }
  return result;
}

StateFaults::StateFaults(FaultSpec spec, std::string_view stream)
    : spec_(std::move(spec)), stream_(stream) {}

template <typename Number>
void StateFaults::disturb(std::span<Number> values, int bits, double finest,
                          const std::string& name) {
  const auto [format, is_new] = formats_.try_emplace(name);
  if (is_new) {
    format->second = power_of_two_format(bits, largest_magnitude(std::span<const Number>(values)));
    format->second.scale = std::max(format->second.scale, finest);
  }
  const std::uint64_t key =
      random_key(named_key(stream_ + "/" + name, spec_.seed), static_cast<std::uint64_t>(frame_));
  const BitFlips flips(spec_.state.bit_error_rate, bits);
  count_.stored += static_cast<std::int64_t>(values.size()) * bits;
  count_.flipped += flip_bits(values, format->second, flips, key);
}

void StateFaults::disturb(Program& program) {
  if (frame_++ == 0) return;
  for (ProgramOperation& operation : program.operations) {
    if (!spec_.state.sums) break;
    const std::string name = operation.name + " sums";
    const int bits = spec_.state.sum_bits;
    if (operation.float_sums != nullptr) disturb(operation.float_sums->state(), bits, 0, name);
    // An integer sum has no parts.
    if (operation.integer_sums != nullptr) disturb(operation.integer_sums->state(), bits, 1, name);
  }
  if (!spec_.state.activations) return;
  for (std::size_t map = 0; map < program.map_values.size(); ++map) {
    Value& value = *program.map_values[map];
    if (value.storage() != Storage::kFloats) {
      throw ConfigError(Fault{.key_path = "faults.state.kinds",
                              .found = "activations, which the int8 backend holds as codes",
                              .expected = "backend fp32 for these"});
    }
    disturb(std::span(value.floats(), value.elements()), kActivationBits, 0,
            fmt::format("map {}", map));
  }
}

}  // namespace deltasim
