// Which maps a trace holds, and the weighted layers that read and feed them.

#include <algorithm>
#include <map>
#include <queue>
#include <set>

#include "arch/errors.h"
#include "workloads/graph.h"

namespace deltasim {
namespace {

/// The map that a layer reads: flatten moves nothing.
NodeId source_map(const Graph& graph, NodeId reader) {
  NodeId id = graph.node(reader).inputs.front();
  while (graph.node(id).as<FlattenOp>()) id = graph.node(id).inputs.front();
  return id;
}

std::vector<std::string> activation_names(const Graph& graph) {
  std::vector<std::string> names;
  for (const Node& node : graph.nodes()) {
    if (node.is_activation()) names.push_back(node.name);
  }
  return names;
}

std::set<NodeId> listed_sites(const Graph& graph, const std::vector<std::string>& names) {
  std::set<NodeId> sites;
  std::vector<Fault> faults;
  for (const std::string& name : names) {
    const auto id = graph.find(name);
    if (id && graph.node(*id).is_activation()) {
      sites.insert(*id);
    } else {
      const std::string what =
          id ? std::string(operation_name(graph.node(*id).operation)) + " node '" : "'";
      faults.push_back(Fault{"", 0, "delta sites", what + name + "'",
                             "an activation of network " + graph.name,
                             nearest_name(name, activation_names(graph))});
    }
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  return sites;
}

std::set<NodeId> all_sites(const Graph& graph) {
  std::set<NodeId> sites;
  for (NodeId id = 0; id < static_cast<NodeId>(graph.nodes().size()); ++id) {
    if (graph.node(id).is_activation()) sites.insert(id);
  }
  return sites;
}

std::vector<std::vector<NodeId>> all_consumers(const Graph& graph) {
  std::vector<std::vector<NodeId>> readers(graph.nodes().size());
  for (NodeId id = 0; id < static_cast<NodeId>(graph.nodes().size()); ++id) {
    for (const NodeId input : graph.node(id).inputs) {
      readers[static_cast<std::size_t>(input)].push_back(id);
    }
  }
  return readers;
}

/// The first site that `layer` feeds through batch norms and adds only, -1 if none.
int site_behind(const Graph& graph, const std::vector<std::vector<NodeId>>& readers,
                const std::map<NodeId, int>& sites, NodeId layer) {
  // Ascending ids: the nearest site in execution order comes first.
  std::priority_queue<NodeId, std::vector<NodeId>, std::greater<>> open;
  std::set<NodeId> seen{layer};
  open.push(layer);
  while (!open.empty()) {
    const NodeId id = open.top();
    open.pop();
    const Node& node = graph.node(id);
    if (const auto site = sites.find(id); site != sites.end()) return site->second;
    if (id != layer && !node.as<AddOp>() && !node.as<BatchNormOp>()) continue;
    for (const NodeId reader : readers[static_cast<std::size_t>(id)]) {
      if (seen.insert(reader).second) open.push(reader);
    }
  }
  return -1;
}

Window covering_window(const Shape& input) {
  Window window;
  window.kernel_h = input.height;
  window.kernel_w = input.width;
  return window;
}

Layer layer_of(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  Layer layer;
  layer.node = id;
  layer.name = node.name;
  layer.output = node.shape;
  layer.input = graph.node(source_map(graph, id)).shape;
  if (const auto* convolution = node.as<ConvolutionOp>()) {
    layer.window = convolution->window;
    layer.groups = convolution->groups;
    // A convolution behind a flatten sees a vector, whatever the map was.
    layer.input = graph.node(node.inputs.front()).shape;
  } else {
    layer.window = covering_window(layer.input);
  }
  return layer;
}

}  // namespace

std::vector<RecordedMap> recorded_maps(const Graph& graph, const SitePlacement& placement) {
  const std::set<NodeId> sites =
      placement.all ? all_sites(graph) : listed_sites(graph, placement.nodes);
  std::set<NodeId> recorded = sites;
  for (NodeId id = 0; id < static_cast<NodeId>(graph.nodes().size()); ++id) {
    if (graph.node(id).is_layer()) recorded.insert(source_map(graph, id));
  }
  std::vector<RecordedMap> maps;
  for (const NodeId id : recorded) {
    const Node& node = graph.node(id);
    const RecordedMap::Kind kind = node.as<InputOp>()   ? RecordedMap::Kind::kInput
                                   : sites.contains(id) ? RecordedMap::Kind::kSite
                                                        : RecordedMap::Kind::kDerived;
    maps.push_back({.node = id, .name = node.name, .kind = kind, .shape = node.shape});
  }
  return maps;
}

std::vector<Layer> layers_of(const Graph& graph, std::span<const RecordedMap> maps) {
  std::map<NodeId, int> map_index;
  std::map<NodeId, int> site_index;
  for (std::size_t m = 0; m < maps.size(); ++m) {
    map_index[maps[m].node] = static_cast<int>(m);
    if (maps[m].kind == RecordedMap::Kind::kSite) site_index[maps[m].node] = static_cast<int>(m);
  }
  const std::vector<std::vector<NodeId>> readers = all_consumers(graph);
  std::vector<Layer> layers;
  for (NodeId id = 0; id < static_cast<NodeId>(graph.nodes().size()); ++id) {
    if (!graph.node(id).is_layer()) continue;
    const NodeId source = source_map(graph, id);
    const auto input_map = map_index.find(source);
    if (input_map == map_index.end()) {
      throw ConfigError(Fault{"", 0, graph.node(id).name,
                              "its input " + graph.node(source).name + " is not recorded",
                              "a recorded map for every layer's input", ""});
    }
    Layer layer = layer_of(graph, id);
    layer.input_map = input_map->second;
    layer.output_map = site_behind(graph, readers, site_index, id);
    layers.push_back(std::move(layer));
  }
  return layers;
}

}  // namespace deltasim
