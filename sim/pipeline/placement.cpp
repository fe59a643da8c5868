#include "sim/pipeline/placement.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <iterator>

#include "arch/errors.h"
#include "sim/work/address_space.h"

namespace deltasim {
namespace {

constexpr const char* kDefault = "default";

bool is_pattern(const std::string& name) { return name.find_first_of("*?[") != std::string::npos; }

bool matches(const std::string& pattern, const std::string& name) {
  return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

PlacedLayer read_placed(const ConfigNode& node) {
  constexpr const char* kExpected = "dense, spatial or delta, or {mode: ..., state: ...}";
  const ConfigNode::Choices<ExecutionMode> modes{{"dense", ExecutionMode::kDense},
                                                 {"spatial", ExecutionMode::kSpatial},
                                                 {"delta", ExecutionMode::kDelta}};
  if (node.is(ConfigTree::Kind::kMap)) {
    return {.mode = node.choice("mode", modes), .state = node.maybe<std::string>("state")};
  }
  if (!node.is(ConfigTree::Kind::kScalar)) {
    node.reject_this(kExpected);
    return {};
  }
  const auto text = node.as<std::string>();
  std::vector<std::string> names;
  for (const auto& [name, mode] : modes) {
    if (name == text) return {.mode = mode, .state = {}};
    names.emplace_back(name);
  }
  node.reject_this(kExpected, nearest_name(text, names));
  return {};
}

/// Names as YAML keys: those of ONNX graphs may hold anything.
std::string yaml_key(const std::string& name) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-/";
  const bool plain = !name.empty() && name.find_first_not_of(kPlain) == std::string::npos &&
                     name.front() != '-' && name.front() != '.';
  if (plain) return name;
  std::string text = "'";
  for (const char c : name) text += c == '\'' ? std::string("''") : std::string(1, c);
  return text + "'";
}

std::vector<std::string> layer_names(const StreamInfo& stream) {
  std::vector<std::string> names;
  for (const Layer& layer : layers_of(stream.graph, stream.maps)) names.push_back(layer.name);
  return names;
}

class Placer {
 public:
  Placer(const PlacementSpec& placement, const std::vector<StreamInfo>& streams,
         const AcceleratorSpec& accelerator)
      : placement_(placement), streams_(streams), accelerator_(accelerator) {}

  std::vector<StreamChoice> place() {
    check_names();
    std::vector<StreamChoice> choices;
    for (const StreamInfo& stream : streams_) {
      choices.push_back(place(stream));
      // Layers that are not what the user meant need not agree.
      if (faults_.empty()) check_sums(stream, choices.back());
    }
    if (!faults_.empty()) throw ConfigError(std::move(faults_));
    return choices;
  }

 private:
  static std::string key_of(const PlacementRule& rule) {
    return fmt::format("placement.{}.{}", rule.stream, rule.layer);
  }

  void check_names() {
    std::vector<std::string> streams{kDefault};
    for (const StreamInfo& stream : streams_) streams.push_back(stream.name);
    for (const PlacementRule& rule : placement_.rules) {
      const auto stream = std::ranges::find(streams_, rule.stream, &StreamInfo::name);
      if (stream == streams_.end()) {
        streams.erase(std::ranges::remove(streams, kDefault).begin(), streams.end());
        faults_.push_back(
            {.file = placement_.file,
             .key_path = "placement." + rule.stream,
             .found = "'" + rule.stream + "'",
             .expected = fmt::format("a stream of the trace: {}", fmt::join(streams, ", ")),
             .nearest = nearest_name(rule.stream, streams)});
        continue;
      }
      const std::vector<std::string> names = layer_names(*stream);
      if (std::ranges::any_of(names, [&](const std::string& n) { return applies(rule, n); })) {
        continue;
      }
      faults_.push_back(
          {.file = placement_.file,
           .key_path = key_of(rule),
           .found = "'" + rule.layer + "'",
           .expected = fmt::format("a layer of the {} stream, or a pattern of some", rule.stream),
           .nearest = nearest_name(rule.layer, names)});
    }
  }

  static bool applies(const PlacementRule& rule, const std::string& layer) {
    return is_pattern(rule.layer) ? matches(rule.layer, layer) : rule.layer == layer;
  }

  StreamChoice place(const StreamInfo& stream) {
    StreamChoice choice;
    for (const std::string& name : layer_names(stream)) {
      const PlacementRule* found = nullptr;
      for (const PlacementRule& rule : placement_.rules) {
        const bool weaker = found != nullptr && !is_pattern(found->layer) && is_pattern(rule.layer);
        if (rule.stream == stream.name && applies(rule, name) && !weaker) found = &rule;
      }
      const PlacedLayer& placed = found != nullptr ? found->placed : placement_.otherwise;
      choice.modes.push_back(placed.mode);
      choice.places.push_back(place_of(
          placed, found != nullptr ? key_of(*found) : std::string("placement.") + kDefault));
    }
    return choice;
  }

  StatePlace place_of(const PlacedLayer& placed, const std::string& key) {
    if (!placed.state) return accelerator_.state.place;
    try {
      return place_named(*placed.state, accelerator_, placement_.file, key + ".state");
    } catch (const ConfigError& error) {
      // One rule may stand for many layers.
      if (std::ranges::find(faults_, error.faults().front()) == faults_.end()) {
        faults_.push_back(error.faults().front());
      }
      return accelerator_.state.place;
    }
  }

  std::string text(const StreamChoice& choice, std::size_t i) const {
    const auto mode = to_string(choice.modes[i]);
    if (choice.modes[i] != ExecutionMode::kDelta) return std::string(mode);
    return fmt::format("{} with its state in {}", mode, place_name(choice.places[i], accelerator_));
  }

  /// Half a sum in DRAM and half in the state would be neither.
  void check_sums(const StreamInfo& stream, const StreamChoice& choice) {
    const StreamPlan plan = plan_stream(stream.graph, stream.maps, choice.modes);
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
      const std::size_t first = first_of_sum(plan, i);
      const std::string mine = text(choice, i);
      const std::string other = text(choice, first);
      if (mine == other) continue;
      faults_.push_back(
          {.file = placement_.file,
           .key_path = fmt::format("placement.{}.{}", stream.name, plan.layers[i].layer.name),
           .found = mine,
           .expected = fmt::format("{}, as {}, which adds to the same sum", other,
                                   plan.layers[first].layer.name)});
    }
  }

  const PlacementSpec& placement_;
  const std::vector<StreamInfo>& streams_;
  const AcceleratorSpec& accelerator_;
  std::vector<Fault> faults_;
};

}  // namespace

PlacementSpec read_placement(const ConfigNode& node, const std::string& file) {
  PlacementSpec spec{.file = file, .otherwise = {}, .rules = {}};
  if (!node.is(ConfigTree::Kind::kMap)) {
    node.reject_this("a map of streams, or the path of a file that has one");
    return spec;
  }
  for (const auto& [stream, value] : node.entries()) {
    if (stream == kDefault) {
      spec.otherwise = read_placed(value);
    } else if (!value.is(ConfigTree::Kind::kMap)) {
      value.reject_this("a map from layers to {mode: ..., state: ...}");
    } else {
      for (const auto& [layer, placed] : value.entries()) {
        spec.rules.push_back({stream, layer, read_placed(placed)});
      }
    }
  }
  return spec;
}

PlacementSpec load_placement(const std::string& file) {
  ConfigDocument document = ConfigDocument::load(file);
  const PlacementSpec spec = read_placement(document.root().child("placement"), file);
  document.finish();
  return spec;
}

StatePlace place_named(const std::string& name, const AcceleratorSpec& accelerator,
                       const std::string& file, const std::string& key_path) {
  const Bytes room = accelerator.glb.partition.state;
  std::vector<std::string> names{"dram"};
  if (room > Bytes(0)) names.emplace_back("glb");
  const MemorySpec* memory = accelerator.state_memory();
  if (memory != nullptr) names.push_back(memory->name);
  if (name == "dram") return StatePlace::kDram;
  if (name == "glb" && room > Bytes(0)) return StatePlace::kGlb;
  if (memory != nullptr && name == memory->name) return StatePlace::kMemory;
  const bool no_share = name == "glb";
  throw ConfigError(Fault{
      .file = file,
      .key_path = key_path,
      .found = "'" + name + "'",
      .expected =
          fmt::format("a place of accelerator {}: {}{}", accelerator.name, fmt::join(names, ", "),
                      no_share ? " (its glb.partition.state is 0)" : ""),
      .nearest = no_share ? "" : nearest_name(name, names)});
}

std::string place_name(StatePlace place, const AcceleratorSpec& accelerator) {
  const MemorySpec* memory = accelerator.state_memory();
  if (place == StatePlace::kMemory && memory != nullptr) return memory->name;
  return std::string(to_string(place));
}

std::vector<StreamChoice> place_layers(const PlacementSpec& placement,
                                       const std::vector<StreamInfo>& streams,
                                       const AcceleratorSpec& accelerator) {
  return Placer(placement, streams, accelerator).place();
}

std::string placement_yaml(const std::vector<StreamChoice>& choices,
                           const std::vector<StreamInfo>& streams,
                           const AcceleratorSpec& accelerator) {
  std::string text = "placement:\n";
  auto out = std::back_inserter(text);
  for (std::size_t s = 0; s < streams.size(); ++s) {
    fmt::format_to(out, "  {}:\n", yaml_key(streams[s].name));
    const std::vector<std::string> names = layer_names(streams[s]);
    for (std::size_t i = 0; i < names.size(); ++i) {
      fmt::format_to(out, "    {}: {{mode: {}, state: {}}}\n", yaml_key(names[i]),
                     to_string(choices[s].modes[i]), place_name(choices[s].places[i], accelerator));
    }
  }
  return text;
}

}  // namespace deltasim
