#include <algorithm>
#include <charconv>
#include <optional>

#include "arch/errors.h"
#include "traces/synth.h"
#include "workloads/networks/network.h"

namespace deltasim {
namespace {

Graph without_batch_norm(const Graph& graph) {
  Graph result;
  result.name = graph.name;
  std::vector<NodeId> renumbered;
  for (const Node& node : graph.nodes()) {
    if (node.as<BatchNormOp>()) {
      renumbered.push_back(renumbered[static_cast<std::size_t>(node.inputs.front())]);
      continue;
    }
    std::vector<NodeId> inputs;
    for (const NodeId input : node.inputs) {
      inputs.push_back(renumbered[static_cast<std::size_t>(input)]);
    }
    const NodeId id = result.add(node.name, node.operation, inputs);
    result.set_stage(id, node.stage);
    renumbered.push_back(id);
  }
  return result;
}

SynthStream resnet50_stream(const char* name, int channels, double temporal_sparsity) {
  NetworkOptions options;
  options.input_channels = channels;
  return {synth_stream_info(name, build_network("resnet50", options)),
          {0.52, 1 - temporal_sparsity},
          {}};
}

SynthOptions two_streams(double spatial_sparsity, double temporal_sparsity) {
  SynthOptions options;
  options.streams = {resnet50_stream("spatial", 3, spatial_sparsity),
                     resnet50_stream("temporal", 30, temporal_sparsity)};
  return options;
}

/// The share behind "uniform:".
std::optional<double> uniform_share(std::string_view name) {
  constexpr std::string_view kPrefix = "uniform:";
  if (!name.starts_with(kPrefix)) return std::nullopt;
  double share = 0;
  const auto [end, error] = std::from_chars(name.data() + kPrefix.size(), name.end(), share);
  if (error != std::errc{} || end != name.end() || !(share >= 0 && share <= 1)) {
    return std::nullopt;
  }
  return share;
}

}  // namespace

StreamInfo synth_stream_info(std::string name, const Graph& graph) {
  StreamInfo info;
  info.name = std::move(name);
  info.graph = without_batch_norm(graph);
  info.maps = recorded_maps(info.graph, {});
  return info;
}

SynthOptions synth_preset(std::string_view name) {
  SynthOptions options;
  if (name == "thesis") {
    options = two_streams(0.86, 0.89);
  } else if (const std::optional<double> share = uniform_share(name)) {
    options = two_streams(*share, *share);
    options.exact = true;
  } else {
    throw ConfigError(Fault{"", 0, "synthetic trace", std::string(name),
                            "thesis or uniform:S with 0 <= S <= 1, such as uniform:0.88",
                            nearest_name(name, {"thesis", "uniform:0.88"})});
  }
  options.name = "synth:" + std::string(name);
  return options;
}

}  // namespace deltasim
