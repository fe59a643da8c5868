#pragma once
// What ResNet-18 and ResNet-50 share: stem, block sequence, head.

#include <array>
#include <string>

#include "workloads/networks/builder.h"
#include "workloads/networks/network.h"

namespace deltasim {

/// Adds a block named `prefix` that ends in add and ReLU. The first block of a stage may project
/// its shortcut.
using ResNetBlock = void (*)(NetworkBuilder& net, const std::string& prefix, int width, int stride);

/// @param blocks blocks per stage; stage k (1 to 4) has width 64 * 2^(k-1)
Graph build_resnet(const std::string& name, const NetworkOptions& options, StemPad default_pad,
                   const std::array<int, 4>& blocks, ResNetBlock add_block);

/// Convolution "<prefix>.conv<index>" and its batch norm, padded (kernel - 1) / 2.
void add_resnet_convolution(NetworkBuilder& net, const std::string& prefix, int index, int channels,
                            int kernel, int stride);

/// Adds the last node and the block's input `shortcut`, projected by a 1x1 convolution where the
/// shapes differ; then ReLU number `relu_index`.
void join_shortcut(NetworkBuilder& net, const std::string& prefix, NodeId shortcut, int stride,
                   int relu_index);

}  // namespace deltasim
