#include "workloads/networks/builtin.h"
#include "workloads/networks/resnet.h"

namespace deltasim {
namespace {

void add_bottleneck(NetworkBuilder& net, const std::string& prefix, int width, int stride) {
  const NodeId shortcut = net.last();
  add_resnet_convolution(net, prefix, 1, width, 1, 1);
  net.append(prefix + ".relu#0", ReluOp{});
  add_resnet_convolution(net, prefix, 2, width, 3, stride);
  net.append(prefix + ".relu#1", ReluOp{});
  add_resnet_convolution(net, prefix, 3, 4 * width, 1, 1);
  join_shortcut(net, prefix, shortcut, stride, 2);
}

}  // namespace

Graph build_resnet50(const NetworkOptions& options) {
  return build_resnet("resnet50", options, StemPad::kAfter, {3, 4, 6, 3}, add_bottleneck);
}

}  // namespace deltasim
