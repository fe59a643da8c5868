#include "workloads/networks/builtin.h"
#include "workloads/networks/resnet.h"

namespace deltasim {
namespace {

void add_basic_block(NetworkBuilder& net, const std::string& prefix, int width, int stride) {
  const NodeId shortcut = net.last();
  add_resnet_convolution(net, prefix, 1, width, 3, stride);
  net.append(prefix + ".relu#0", ReluOp{});
  add_resnet_convolution(net, prefix, 2, width, 3, 1);
  join_shortcut(net, prefix, shortcut, stride, 1);
}

}  // namespace

Graph build_resnet18(const NetworkOptions& options) {
  return build_resnet("resnet18", options, StemPad::kBoth, {2, 2, 2, 2}, add_basic_block);
}

}  // namespace deltasim
