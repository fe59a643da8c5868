#include "sim/work/frame_plan.h"

#include <algorithm>

#include "arch/errors.h"

namespace deltasim {
namespace {

/// Follows sums and elements through the graph from layers to the maps that are recorded.
class DataPaths {
 public:
  DataPaths(const Graph& graph, const std::vector<RecordedMap>& maps) : graph_(graph) {
    map_of_.assign(graph.nodes().size(), -1);
    for (std::size_t m = 0; m < maps.size(); ++m) {
      map_of_[static_cast<std::size_t>(maps[m].node)] = static_cast<int>(m);
    }
  }

  int map_of(NodeId node) const { return map_of_[static_cast<std::size_t>(node)]; }

  /// Recorded map behind a layer's sum, -1 where the sum is the network's output.
  int sink_of(NodeId layer) const {
    for (NodeId node = layer;;) {
      if (map_of(node) >= 0) return map_of(node);
      const std::vector<NodeId> readers = graph_.consumers(node);
      if (readers.empty()) return -1;
      node = readers.front();
      if (graph_.node(node).is_layer()) return -1;
    }
  }

  /// Recorded maps that are added to the sum whose result is at `sink`: walks back over adds.
  std::vector<int> shortcuts_into(NodeId sink) const {
    std::vector<int> shortcuts;
    collect_shortcuts(sink, true, shortcuts);
    return shortcuts;
  }

  /// Whether an activation stands between the sum and its sink.
  bool is_activation(int map, const std::vector<RecordedMap>& maps) const {
    return map >= 0 && graph_.node(maps[static_cast<std::size_t>(map)].node).is_activation();
  }

  /// The map that `node` is made of without any layer between, and the pools on the way.
  struct Source {
    std::vector<int> maps;
    std::optional<Window> max_pool;
    bool average_pool = false;
  };
  Source source_of(NodeId node) const {
    Source source;
    collect_sources(node, source);
    return source;
  }

 private:
  void collect_shortcuts(NodeId node, bool first, std::vector<int>& shortcuts) const {
    const Node& here = graph_.node(node);
    if (!first && map_of(node) >= 0) {
      shortcuts.push_back(map_of(node));
      return;
    }
    if (here.is_layer()) return;
    if (here.as<AddOp>() || here.is_activation()) {
      for (const NodeId input : here.inputs) collect_shortcuts(input, false, shortcuts);
    }
  }

  void collect_sources(NodeId node, Source& source) const {
    for (const NodeId input : graph_.node(node).inputs) {
      const Node& from = graph_.node(input);
      if (map_of(input) >= 0) {
        source.maps.push_back(map_of(input));
      } else if (!from.is_layer()) {
        collect_sources(input, source);
      }
    }
    const Node& here = graph_.node(node);
    if (const auto* pool = here.as<MaxPoolOp>()) source.max_pool = pool->window;
    if (here.as<GlobalAveragePoolOp>() || here.as<AveragePoolOp>()) source.average_pool = true;
  }

  const Graph& graph_;
  std::vector<int> map_of_;
};

bool passes_elements_on(const Node& node) {
  return !node.is_layer() && !node.is_activation() && !node.as<AddOp>() && !node.as<InputOp>();
}

/// Who reads a map: layers through their input, and emitting layers through their shortcuts.
struct Reader {
  int layer = 0;
  MapForm form = MapForm::kDense;
  bool at_join = false;  ///< as a shortcut: from DRAM, since the buffer keeps inputs only
};

class Planner {
 public:
  Planner(const Graph& graph, const std::vector<RecordedMap>& maps, const ModeChoice& modes)
      : graph_(graph), paths_(graph, maps), plan_{maps, {}} {
    const std::vector<Layer> layers = layers_of(graph, maps);
    DELTASIM_INVARIANT(modes.size() == layers.size(), "one mode a layer");
    for (std::size_t i = 0; i < layers.size(); ++i) {
      plan_.layers.push_back({.layer = layers[i], .mode = modes[i]});
    }
  }

  StreamPlan plan() {
    find_sums();
    find_readers();
    for (std::size_t i = 0; i < plan_.layers.size(); ++i) {
      if (plan_.layers[i].emits) add_outputs(static_cast<int>(i));
    }
    for (LayerPlan& layer : plan_.layers) find_state(layer);
    return std::move(plan_);
  }

 private:
  void find_sums() {
    std::vector<int> last_of_map(plan_.maps.size(), -1);
    for (std::size_t i = 0; i < plan_.layers.size(); ++i) {
      LayerPlan& layer = plan_.layers[i];
      layer.sink = paths_.sink_of(layer.layer.node);
      if (layer.sink < 0) continue;
      int& last = last_of_map[static_cast<std::size_t>(layer.sink)];
      if (last >= 0) {
        plan_.layers[static_cast<std::size_t>(last)].emits = false;
        layer.accumulates = true;
      }
      last = static_cast<int>(i);
    }
    for (LayerPlan& layer : plan_.layers) {
      if (layer.emits && layer.sink >= 0) {
        layer.shortcuts =
            paths_.shortcuts_into(plan_.maps[static_cast<std::size_t>(layer.sink)].node);
      }
    }
  }

  void find_readers() {
    readers_.assign(plan_.maps.size(), {});
    for (std::size_t i = 0; i < plan_.layers.size(); ++i) {
      const LayerPlan& layer = plan_.layers[i];
      Reader reader{static_cast<int>(i), form_read_by(layer.mode)};
      readers_[static_cast<std::size_t>(layer.layer.input_map)].push_back(reader);
      reader.at_join = true;
      for (const int map : layer.shortcuts) {
        readers_[static_cast<std::size_t>(map)].push_back(reader);
      }
    }
  }

  void add_outputs(int index) {
    LayerPlan& layer = plan_.layers[static_cast<std::size_t>(index)];
    if (layer.sink < 0) return;
    add_output(layer, index, {.map = layer.sink});
    for (std::size_t m = 0; m < plan_.maps.size(); ++m) {
      const NodeId node = plan_.maps[m].node;
      if (!passes_elements_on(graph_.node(node))) continue;
      const auto source = paths_.source_of(node);
      // What is made of several maps (a concatenation) is written by the last of them.
      if (source.maps.empty() ||
          *std::max_element(source.maps.begin(), source.maps.end()) != layer.sink) {
        continue;
      }
      add_output(layer, index,
                 {.map = static_cast<int>(m),
                  .max_pool = source.max_pool,
                  .average_pool = source.average_pool});
    }
  }

  void add_output(LayerPlan& layer, int index, OutputMap output) {
    for (const Reader& reader : readers_[static_cast<std::size_t>(output.map)]) {
      if (std::find(output.forms.begin(), output.forms.end(), reader.form) == output.forms.end()) {
        output.forms.push_back(reader.form);
      }
      if (reader.layer == index + 1 && !reader.at_join) {
        output.on_chip = true;
        LayerPlan& next = plan_.layers[static_cast<std::size_t>(reader.layer)];
        if (next.layer.input_map == output.map) next.input_on_chip = true;
      } else {
        output.to_dram = true;
      }
    }
    std::sort(output.forms.begin(), output.forms.end());
    if (!output.forms.empty()) layer.outputs.push_back(std::move(output));
  }

  void find_state(LayerPlan& layer) const {
    bool delta_reader = false;
    bool whole_reader = false;
    for (const OutputMap& output : layer.outputs) {
      for (const MapForm form : output.forms) {
        (form == MapForm::kDelta ? delta_reader : whole_reader) = true;
      }
    }
    const bool delta = layer.mode == ExecutionMode::kDelta;
    // Linear sums pass their deltas on as they are; only an activation (and the logits, which
    // must be whole in every frame) need the sum itself.
    layer.keeps_sum = delta && (layer.sink < 0 || paths_.is_activation(layer.sink, plan_.maps));
    layer.keeps_previous = !delta && delta_reader;
    layer.regenerates = delta && whole_reader;
  }

  const Graph& graph_;
  DataPaths paths_;
  StreamPlan plan_;
  std::vector<std::vector<Reader>> readers_;
};

}  // namespace

std::string_view to_string(ExecutionMode mode) {
  switch (mode) {
    case ExecutionMode::kDense:
      return "dense";
    case ExecutionMode::kSpatial:
      return "spatial";
    case ExecutionMode::kDelta:
      return "delta";
  }
  throw InternalError("unknown execution mode");
}

MapForm form_read_by(ExecutionMode mode) {
  switch (mode) {
    case ExecutionMode::kDense:
      return MapForm::kDense;
    case ExecutionMode::kSpatial:
      return MapForm::kActive;
    case ExecutionMode::kDelta:
      return MapForm::kDelta;
  }
  throw InternalError("unknown execution mode");
}

StatePlace state_place_of(const AcceleratorSpec& accelerator, const LayerPlan& layer) {
  return layer.state_place.value_or(accelerator.state.place);
}

StreamPlan plan_stream(const Graph& graph, const std::vector<RecordedMap>& maps,
                       const ModeChoice& modes) {
  return Planner(graph, maps, modes).plan();
}

}  // namespace deltasim
