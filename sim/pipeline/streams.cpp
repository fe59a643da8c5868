#include "sim/pipeline/streams.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>

#include "arch/errors.h"
#include "workloads/onnx_import.h"
#include "workloads/video/clip.h"
#include "workloads/weights.h"

namespace deltasim {
namespace {

constexpr std::string_view kTwoStream = "two_stream_";
constexpr int kColours = 3;
constexpr int kTemporalChannels = kColours * kTemporalDifferences;

bool is_onnx(const std::string& network) {
  return std::filesystem::path(network).extension() == ".onnx";
}

std::string base_name(const std::string& network) {
  return network.starts_with(kTwoStream) ? network.substr(kTwoStream.size()) : network;
}

void check_network_name(const std::string& network) {
  if (is_onnx(network)) return;
  std::vector<std::string> names = network_names();
  if (std::find(names.begin(), names.end(), base_name(network)) != names.end()) return;
  const std::size_t single = names.size();
  for (std::size_t i = 0; i < single; ++i) names.push_back(std::string(kTwoStream) + names[i]);
  throw ConfigError(
      Fault{.key_path = "network",
            .found = "'" + network + "'",
            .expected = fmt::format("an .onnx file, or one of {}", fmt::join(names, ", ")),
            .nearest = nearest_name(network, names)});
}

int input_channels(std::string_view stream) {
  return stream == kTemporalStream ? kTemporalChannels : kColours;
}

/// Shape of the first convolution's weights: how many channels were they made for?
int trained_channels(const Weights& weights, const std::string& first_convolution) {
  const auto found = weights.tensors.find(first_convolution + ".weight");
  if (found == weights.tensors.end() || found->second.shape.size() != 4) return 0;
  return found->second.shape[1];
}

StreamNetwork untrained_stream(const NetworkSpec& spec, const std::string& stream) {
  NetworkOptions options{.input_channels = input_channels(stream), .stem_pad = spec.stem_pad};
  Graph graph = build_network(base_name(spec.network), options);
  Weights weights = he_initialisation(graph, spec.seed);
  return {stream, std::move(graph), std::move(weights)};
}

/// Gives the stream's input its channels, and the first convolution the weights for them.
Weights adapt_weights(const Weights& weights, const Graph& graph, const std::string& stream) {
  const std::string first = first_convolution(graph);
  const int channels = input_channels(stream);
  if (stream == kSpatialStream || trained_channels(weights, first) == channels) return weights;
  return cross_modality(weights, first, channels);
}

StreamNetwork builtin_stream(const NetworkSpec& spec, const std::string& stream,
                             const Weights& weights) {
  const std::string name = base_name(spec.network);
  NetworkOptions options{.input_channels = input_channels(stream),
                         .classes = class_count(name, weights),
                         .stem_pad = spec.stem_pad};
  Graph graph = build_network(name, options);
  Weights adapted = adapt_weights(weights, graph, stream);
  check_weights(graph, adapted);
  return {stream, std::move(graph), std::move(adapted)};
}

/// The same graph for an input of other channels.
Graph with_input_channels(const Graph& graph, int channels) {
  Graph changed;
  changed.name = graph.name;
  for (const Node& node : graph.nodes()) {
    Operation operation = node.operation;
    if (auto* input = std::get_if<InputOp>(&operation)) input->shape.channels = channels;
    changed.set_stage(changed.add(node.name, operation, node.inputs), node.stage);
  }
  return changed;
}

std::vector<StreamNetwork> onnx_streams(const NetworkSpec& spec,
                                        const std::vector<std::string>& streams) {
  if (spec.weights || spec.temporal_weights) {
    throw ConfigError(spec.network,
                      "an ONNX file has its own weights: leave the weights option out");
  }
  const ImportedNetwork imported = import_onnx(spec.network);
  std::vector<StreamNetwork> networks;
  for (const std::string& stream : streams) {
    const int given = imported.graph.input().shape.channels;
    if (given != input_channels(stream) && stream == kSpatialStream) {
      throw ConfigError(
          spec.network,
          fmt::format("its input has {} channels, and the spatial stream has {}", given, kColours));
    }
    Graph graph = given == input_channels(stream)
                      ? imported.graph
                      : with_input_channels(imported.graph, input_channels(stream));
    Weights weights = adapt_weights(imported.weights, graph, stream);
    check_weights(graph, weights);
    networks.push_back({stream, std::move(graph), std::move(weights)});
  }
  return networks;
}

}  // namespace

std::vector<std::string> stream_names(const NetworkSpec& spec) {
  check_network_name(spec.network);
  const std::vector<std::string> all{std::string(kSpatialStream), std::string(kTemporalStream)};
  if (spec.streams.empty()) {
    return spec.network.starts_with(kTwoStream) ? all : std::vector<std::string>{all.front()};
  }
  std::vector<std::string> ordered;
  for (const std::string& stream : spec.streams) {
    if (std::find(all.begin(), all.end(), stream) == all.end()) {
      throw ConfigError(Fault{.key_path = "streams",
                              .found = "'" + stream + "'",
                              .expected = "spatial, temporal, or both with a comma between",
                              .nearest = nearest_name(stream, all)});
    }
  }
  for (const std::string& stream : all) {
    if (std::find(spec.streams.begin(), spec.streams.end(), stream) != spec.streams.end()) {
      ordered.push_back(stream);
    }
  }
  return ordered;
}

std::vector<StreamNetwork> load_streams(const NetworkSpec& spec) {
  const std::vector<std::string> streams = stream_names(spec);
  if (is_onnx(spec.network)) return onnx_streams(spec, streams);
  std::vector<StreamNetwork> networks;
  std::optional<Weights> shared;
  if (spec.weights) shared = load_weights_npz(*spec.weights);
  for (const std::string& stream : streams) {
    const bool own = stream == kTemporalStream && spec.temporal_weights;
    if (own) {
      networks.push_back(builtin_stream(spec, stream, load_weights_npz(*spec.temporal_weights)));
    } else if (shared) {
      networks.push_back(builtin_stream(spec, stream, *shared));
    } else {
      networks.push_back(untrained_stream(spec, stream));
    }
  }
  return networks;
}

SitePlacement place_sites(const Graph& graph, const std::vector<std::string>& patterns) {
  if (patterns.empty()) return {};
  SitePlacement placement{.all = false, .nodes = {}};
  std::vector<std::string> activations;
  for (const Node& node : graph.nodes()) {
    if (node.is_activation()) activations.push_back(node.name);
  }
  if (activations.empty()) {
    throw ConfigError("sites", "the network '" + graph.name + "' has no activation to put one at");
  }
  std::vector<Fault> faults;
  for (const std::string& pattern : patterns) {
    const auto before = placement.nodes.size();
    for (const std::string& name : activations) {
      const bool taken =
          std::find(placement.nodes.begin(), placement.nodes.end(), name) != placement.nodes.end();
      if (!taken && fnmatch(pattern.c_str(), name.c_str(), 0) == 0) placement.nodes.push_back(name);
    }
    const bool found = std::any_of(activations.begin(), activations.end(), [&](const auto& name) {
      return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
    });
    if (placement.nodes.size() == before && !found) {
      faults.push_back(
          {.key_path = "sites",
           .found = "'" + pattern + "'",
           .expected = "a pattern of activation names such as '" + activations.front() + "'",
           .nearest = nearest_name(pattern, activations)});
    }
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  return placement;
}

}  // namespace deltasim
