#include "workloads/networks/resnet.h"

namespace deltasim {
namespace {

void add_stem(NetworkBuilder& net, StemPad pad) {
  net.convolution("conv1", 64, square_window(7, 2, 3));
  net.append("bn1", BatchNormOp{});
  net.append("relu#0", ReluOp{});
  Window pool = square_window(3, 2, 1);
  if (pad == StemPad::kAfter) pool.pad_top = pool.pad_left = 0;
  net.append("maxpool", MaxPoolOp{pool});
}

}  // namespace

Graph build_resnet(const std::string& name, const NetworkOptions& options, StemPad default_pad,
                   const std::array<int, 4>& blocks, ResNetBlock add_block) {
  NetworkBuilder net(name, {options.input_size, options.input_size, options.input_channels});
  add_stem(net, options.stem_pad.value_or(default_pad));
  for (std::size_t stage = 0; stage < blocks.size(); ++stage) {
    for (int block = 0; block < blocks[stage]; ++block) {
      const std::string prefix = "layer" + std::to_string(stage + 1) + "." + std::to_string(block);
      const int stride = stage > 0 && block == 0 ? 2 : 1;
      add_block(net, prefix, 64 << stage, stride);
    }
  }
  net.append("avgpool", GlobalAveragePoolOp{});
  net.append("flatten", FlattenOp{});
  net.fully_connected("fc", options.classes);
  return net.finish();
}

void add_resnet_convolution(NetworkBuilder& net, const std::string& prefix, int index, int channels,
                            int kernel, int stride) {
  const std::string number = std::to_string(index);
  net.convolution(prefix + ".conv" + number, channels,
                  square_window(kernel, stride, (kernel - 1) / 2));
  net.append(prefix + ".bn" + number, BatchNormOp{});
}

void join_shortcut(NetworkBuilder& net, const std::string& prefix, NodeId shortcut, int stride,
                   int relu_index) {
  const NodeId residual = net.last();
  const int channels = net.channels();
  net.go_on_from(shortcut);
  if (stride != 1 || net.channels() != channels) {
    net.convolution(prefix + ".downsample.0", channels, square_window(1, stride, 0));
    shortcut = net.append(prefix + ".downsample.1", BatchNormOp{});
  }
  net.go_on_from(residual);
  net.add(prefix + ".add", shortcut);
  net.append(prefix + ".relu#" + std::to_string(relu_index), ReluOp{});
}

}  // namespace deltasim
