#pragma once
// A network's parameters: reading, checking, folding, making up.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "workloads/graph.h"
#include "workloads/tensor.h"

namespace deltasim {

/// A parameter that a graph's node takes.
struct Parameter {
  std::string name;  ///< "<node>.weight"
  std::vector<int> shape;
  bool required = true;  ///< the bias of a layer is not: it counts as zero
};

/// In node order. A layer in front of a batch norm usually has no bias, so `usual_only` leaves
/// such biases out.
std::vector<Parameter> parameters_of(const Graph& graph, bool usual_only = false);

/// Reads "<name>.weight" and the like as they stand, and quantized tensors "<name>.weight_q"
/// (uint8) with ".weight_scale" and ".weight_zero" as (q - zero) * scale.
/// @throws ConfigError for a damaged file, a quantized tensor without scale or zero, NaN or
///   infinity (all tensors at fault are named)
Weights load_weights_npz(const std::filesystem::path& path);

/// @throws ConfigError with every tensor that is missing, not used, of another shape, not finite
///   or (a variance) negative
void check_weights(const Graph& graph, const Weights& weights);

struct FoldedNetwork {
  Graph graph;      ///< without batch norm
  Weights weights;  ///< every layer has weight and bias
};

/// Where a folded batch norm's factor goes.
enum class FoldStyle : std::uint8_t {
  kIntoWeights,  ///< the layer's weights are multiplied
  /// The weights stay as they are and "<layer>.scale" multiplies their sum, one factor an output
  /// channel, in float32 throughout: what PyTorch computes when it does not fold, to the bit.
  kApart
};

/// y = gamma (x - mean) / sqrt(var + epsilon) + beta goes into the layer in front of it, in double
/// precision, rounded once to float. A batch norm that follows no layer, or one that others read
/// as well, becomes a 1x1 depthwise convolution of its own name.
/// @throws ConfigError as check_weights(), and where a folded value is not finite
FoldedNetwork fold_batch_norm(const Graph& graph, const Weights& weights,
                              FoldStyle style = FoldStyle::kIntoWeights);

/// SHA-256 (hexadecimal) over name, shape and little-endian float32 values of every layer's weight
/// and bias, in node order. For folded networks.
std::string weights_sha256(const Graph& graph, const Weights& weights);

/// Initialises a stream of other input than RGB (TSN, Wang et al. 2016): the first convolution's
/// weights become their mean over the input channels, once for each of `channels`.
/// @throws ConfigError where `first_conv` has no weights, or `channels` is not positive
Weights cross_modality(const Weights& weights, const std::string& first_conv, int channels);

/// Normal weights of variance 2 / fan-in (He et al. 2015), zero biases, batch norms that do
/// nothing (their statistics are calibrated on frames). The same bytes on every machine.
Weights he_initialisation(const Graph& graph, std::uint64_t seed);

}  // namespace deltasim
