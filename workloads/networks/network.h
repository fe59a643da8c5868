#pragma once
// The built-in networks, by name.

#include <optional>
#include <string>
#include <vector>

#include "workloads/graph.h"
#include "workloads/tensor.h"

namespace deltasim {

/// Padding of the 3x3/2 max-pool behind a ResNet's first convolution.
enum class StemPad : std::uint8_t {
  kAfter,  ///< 0 before and 1 after, as TensorFlow's ResNets
  kBoth,   ///< 1 on every side, as torchvision's
};

struct NetworkOptions {
  int input_channels = 3;
  int classes = 1000;
  /// Height and width of the input. VGG and AlexNet take 224 only: their adaptive pool is the
  /// identity there.
  int input_size = 224;
  /// ResNets only; by default kAfter for resnet50 (so do its weights need it), kBoth for resnet18.
  std::optional<StemPad> stem_pad;
};

/// "resnet50", "resnet18", "vgg16", "alexnet", "mobilenet_v2".
std::vector<std::string> network_names();

/// A built-in network with its batch norms (see fold_batch_norm) and stages; nodes are named as
/// torchvision names modules, activations "<parent>.relu#k" in execution order. The output is
/// the logits.
/// @throws ConfigError for an unknown name (with the nearest one) or options that do not fit
Graph build_network(const std::string& name, const NetworkOptions& options = {});

/// Classes that these weights of the built-in network `name` tell apart: rows of the weights of
/// its last layer. To be asked before the network is built.
/// @throws ConfigError where there is no such tensor, or it is no matrix
int class_count(const std::string& name, const Weights& weights);

/// Name of the first convolution, whose input channels follow the stream; "" where there is none.
std::string first_convolution(const Graph& graph);

}  // namespace deltasim
