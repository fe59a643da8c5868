#include "workloads/networks/builder.h"

#include <utility>

namespace deltasim {

Window square_window(int kernel, int stride, int padding) {
  Window window;
  window.kernel_h = window.kernel_w = kernel;
  window.stride_h = window.stride_w = stride;
  window.pad_top = window.pad_bottom = window.pad_left = window.pad_right = padding;
  return window;
}

NetworkBuilder::NetworkBuilder(std::string name, Shape input) {
  graph_.name = std::move(name);
  last_ = graph_.add("input", InputOp{input}, {});
}

NodeId NetworkBuilder::append(const std::string& name, Operation operation) {
  last_ = graph_.add(name, std::move(operation), {last_});
  return last_;
}

NodeId NetworkBuilder::convolution(const std::string& name, int out_channels, const Window& window,
                                   int groups) {
  return append(name, ConvolutionOp{window, out_channels, groups});
}

NodeId NetworkBuilder::fully_connected(const std::string& name, int out_channels) {
  return append(name, FullyConnectedOp{out_channels});
}

NodeId NetworkBuilder::add(const std::string& name, NodeId other) {
  last_ = graph_.add(name, AddOp{}, {last_, other});
  return last_;
}

Graph NetworkBuilder::finish() {
  assign_stages(graph_);
  return std::move(graph_);
}

}  // namespace deltasim
