#include "sim/validation/eyeriss_network.h"

#include "workloads/networks/builder.h"
#include "workloads/networks/network.h"

namespace deltasim {
namespace {

/// Follows a convolution's outputs, along the first reader of each map, to the next convolution.
NodeId next_convolution(const Graph& graph, NodeId from, int& pooled_over) {
  NodeId at = from;
  while (true) {
    const std::vector<NodeId> readers = graph.consumers(at);
    if (readers.empty()) return -1;
    at = readers.front();
    const Node& node = graph.node(at);
    if (node.as<ConvolutionOp>() != nullptr) return at;
    if (node.is_layer()) return -1;
    if (const auto* pool = node.as<MaxPoolOp>()) {
      pooled_over *= pool->window.kernel_h * pool->window.kernel_w;
    }
  }
}

}  // namespace

Graph alexnet_in_two_groups() {
  constexpr int kSide = 227;
  constexpr int kGroups = 2;
  NetworkBuilder net("alexnet", {kSide, kSide, 3});
  const auto convolution = [&](int number, int filters, const Window& window, int groups) {
    net.convolution("conv" + std::to_string(number), filters, window, groups);
    net.append("relu" + std::to_string(number), ReluOp{});
  };
  const Window pool = square_window(3, 2, 0);
  convolution(1, 96, square_window(11, 4, 0), 1);
  net.append("pool1", MaxPoolOp{pool});
  convolution(2, 256, square_window(5, 1, 2), kGroups);
  net.append("pool2", MaxPoolOp{pool});
  convolution(3, 384, square_window(3, 1, 1), 1);
  convolution(4, 384, square_window(3, 1, 1), kGroups);
  convolution(5, 256, square_window(3, 1, 1), kGroups);
  net.append("pool5", MaxPoolOp{pool});
  return net.finish();
}

std::vector<ChipLayer> convolutions_of(const Graph& graph) {
  std::vector<ChipLayer> convolutions;
  for (const Layer& layer : layers_of(graph, recorded_maps(graph, {}))) {
    if (graph.node(layer.node).as<ConvolutionOp>() != nullptr) convolutions.push_back({layer});
  }
  for (ChipLayer& convolution : convolutions) {
    int pooled_over = 1;
    const NodeId next = next_convolution(graph, convolution.layer.node, pooled_over);
    for (std::size_t i = 0; i < convolutions.size(); ++i) {
      if (convolutions[i].layer.node != next) continue;
      convolution.next = static_cast<int>(i);
      convolution.pooled_over = pooled_over;
    }
  }
  return convolutions;
}

Graph chip_network(const std::string& name) {
  return name == "alexnet" ? alexnet_in_two_groups() : build_network(name);
}

}  // namespace deltasim
