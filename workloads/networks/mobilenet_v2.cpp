#include <array>

#include "workloads/networks/builder.h"
#include "workloads/networks/builtin.h"

namespace deltasim {
namespace {

/// Convolution, batch norm and ReLU6 as modules 0, 1 and 2 of `prefix`.
void add_conv_bn_relu(NetworkBuilder& net, const std::string& prefix, int channels, int kernel,
                      int stride, int groups) {
  net.convolution(prefix + ".0", channels, square_window(kernel, stride, (kernel - 1) / 2), groups);
  net.append(prefix + ".1", BatchNormOp{});
  net.append(prefix + ".relu#0", Relu6Op{});
}

/// Expansion (none where `expansion` is 1), depthwise 3x3, linear projection (paper, table 1).
void add_inverted_residual(NetworkBuilder& net, const std::string& prefix, int expansion,
                           int channels, int stride) {
  const NodeId input = net.last();
  const int in_channels = net.channels();
  const int hidden = in_channels * expansion;
  int module = 0;
  const auto next_module = [&] { return prefix + ".conv." + std::to_string(module++); };
  if (expansion != 1) add_conv_bn_relu(net, next_module(), hidden, 1, 1, 1);
  add_conv_bn_relu(net, next_module(), hidden, 3, stride, hidden);
  net.convolution(next_module(), channels, square_window(1, 1, 0));
  net.append(next_module(), BatchNormOp{});
  if (stride == 1 && channels == in_channels) net.add(prefix + ".add", input);
}

struct Sequence {
  int expansion, channels, blocks, stride;
};

// Table 2 of the paper.
constexpr std::array<Sequence, 7> kSequences{{{1, 16, 1, 1},
                                              {6, 24, 2, 2},
                                              {6, 32, 3, 2},
                                              {6, 64, 4, 2},
                                              {6, 96, 3, 1},
                                              {6, 160, 3, 2},
                                              {6, 320, 1, 1}}};

}  // namespace

Graph build_mobilenet_v2(const NetworkOptions& options) {
  NetworkBuilder net("mobilenet_v2",
                     {options.input_size, options.input_size, options.input_channels});
  int module = 0;
  const auto next_module = [&] { return "features." + std::to_string(module++); };
  add_conv_bn_relu(net, next_module(), 32, 3, 2, 1);
  for (const Sequence& sequence : kSequences) {
    for (int block = 0; block < sequence.blocks; ++block) {
      add_inverted_residual(net, next_module(), sequence.expansion, sequence.channels,
                            block == 0 ? sequence.stride : 1);
    }
  }
  add_conv_bn_relu(net, next_module(), 1280, 1, 1, 1);
  net.append("avgpool", GlobalAveragePoolOp{});
  net.append("flatten", FlattenOp{});
  net.fully_connected("classifier.1", options.classes);
  return net.finish();
}

}  // namespace deltasim
