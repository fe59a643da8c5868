#include "workloads/networks/network.h"

#include <algorithm>
#include <array>

#include "arch/errors.h"
#include "workloads/networks/builtin.h"

namespace deltasim {
namespace {

struct Factory {
  const char* name;
  Graph (*build)(const NetworkOptions&);
  bool has_stem_pool;
  bool takes_any_size;
};

constexpr std::array kFactories{
    Factory{"resnet50", build_resnet50, true, true},
    Factory{"resnet18", build_resnet18, true, true},
    Factory{"vgg16", build_vgg16, false, false},
    Factory{"alexnet", build_alexnet, false, false},
    Factory{"mobilenet_v2", build_mobilenet_v2, false, true},
};

std::string listed(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

const Factory& find_factory(const std::string& name) {
  const auto* found = std::find_if(kFactories.begin(), kFactories.end(),
                                   [&](const Factory& factory) { return factory.name == name; });
  if (found != kFactories.end()) return *found;
  const std::vector<std::string> names = network_names();
  throw ConfigError(Fault{"", 0, "network", "'" + name + "'", "one of " + listed(names),
                          nearest_name(name, names)});
}

void check_options(const Factory& factory, const NetworkOptions& options) {
  if (options.stem_pad && !factory.has_stem_pool) {
    throw ConfigError(Fault{"", 0, factory.name, "a padding for the stem pool",
                            "none: this network has no stem pool", ""});
  }
  if (options.input_size != 224 && !factory.takes_any_size) {
    throw ConfigError(
        Fault{"", 0, factory.name, "input size " + std::to_string(options.input_size), "224", ""});
  }
}

}  // namespace

std::vector<std::string> network_names() {
  std::vector<std::string> names;
  for (const Factory& factory : kFactories) names.emplace_back(factory.name);
  return names;
}

Graph build_network(const std::string& name, const NetworkOptions& options) {
  const Factory& factory = find_factory(name);
  check_options(factory, options);
  return factory.build(options);
}

int class_count(const std::string& name, const Weights& weights) {
  const Graph graph = build_network(name);
  const std::string tensor = graph.output().name + ".weight";
  const auto found = weights.tensors.find(tensor);
  if (found == weights.tensors.end()) {
    std::vector<std::string> names;
    for (const auto& [key, value] : weights.tensors) names.push_back(key);
    throw ConfigError(Fault{weights.source, 0, tensor, "no such tensor",
                            "the weights of the last layer of " + name,
                            nearest_name(tensor, names)});
  }
  const std::vector<int>& shape = found->second.shape;
  if (shape.size() != 2) {
    throw ConfigError(Fault{weights.source, 0, tensor, std::to_string(shape.size()) + " dimensions",
                            "[classes, features]", ""});
  }
  return shape[0];
}

std::string first_convolution(const Graph& graph) {
  for (const Node& node : graph.nodes()) {
    if (node.as<ConvolutionOp>()) return node.name;
  }
  return "";
}

}  // namespace deltasim
