#include "sim/pipeline/describe_network.h"

#include <fmt/format.h>

#include <algorithm>

#include "traces/counts.h"

namespace deltasim {
namespace {

std::string window_text(const Window& w) {
  std::string text = fmt::format("{}x{}", w.kernel_h, w.kernel_w);
  if (w.stride_h != 1 || w.stride_w != 1)
    text += fmt::format(" /{}", std::max(w.stride_h, w.stride_w));
  if (w.dilation_h != 1 || w.dilation_w != 1) text += fmt::format(" d{}", w.dilation_h);
  return text;
}

std::int64_t weight_count(const Layer& layer) {
  return std::int64_t{layer.output.channels} * (layer.input.channels / layer.groups) *
         layer.window.kernel_h * layer.window.kernel_w;
}

std::string table(const std::vector<Layer>& layers) {
  std::size_t widest = 5;
  for (const Layer& layer : layers) widest = std::max(widest, layer.name.size());
  std::string text = fmt::format("{:{}}  {:>13}  {:>13}  {:8} {:>6}  {:>10}  {:>9}\n", "layer",
                                 widest, "input", "output", "window", "groups", "weights", "MMAC");
  std::int64_t macs = 0;
  std::int64_t weights = 0;
  for (const Layer& layer : layers) {
    macs += dense_macs(layer);
    weights += weight_count(layer);
    text += fmt::format("{:{}}  {:>13}  {:>13}  {:8} {:>6}  {:>10}  {:>9.3f}\n", layer.name, widest,
                        to_string(layer.input), to_string(layer.output), window_text(layer.window),
                        layer.groups, weight_count(layer),
                        static_cast<double>(dense_macs(layer)) * 1e-6);
  }
  return text + fmt::format("{} layers, {:.2f} M weights, {:.3f} GMAC a frame (borders counted)\n",
                            layers.size(), static_cast<double>(weights) * 1e-6,
                            static_cast<double>(macs) * 1e-9);
}

}  // namespace

std::string describe_network(const Graph& graph) {
  const std::vector<RecordedMap> maps = recorded_maps(graph, {});
  std::int64_t neurons = 0;
  std::int64_t sites = 0;
  for (const RecordedMap& map : maps) {
    if (map.kind != RecordedMap::Kind::kSite) continue;
    neurons += map.shape.elements();
    ++sites;
  }
  return fmt::format("{}: input {}\n\n", graph.name, to_string(graph.input().shape)) +
         table(layers_of(graph, maps)) +
         fmt::format("{} delta sites with {:.3f} M activations\n", sites,
                     static_cast<double>(neurons) * 1e-6);
}

std::string describe_layers(const std::string& name, const std::vector<Layer>& layers) {
  return fmt::format("{}: shapes only\n\n", name) + table(layers);
}

}  // namespace deltasim
