#pragma once
// Small networks, random numbers and the reference frames for the tests of execution.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "workloads/execution/quantized_network.h"
#include "workloads/graph.h"
#include "workloads/tensor.h"
#include "workloads/video/frame_source.h"
#include "workloads/video/preprocess.h"
#include "workloads/weights.h"

namespace deltasim::test {

inline std::vector<float> random_floats(std::size_t n, std::mt19937& random, float deviation = 1) {
  std::normal_distribution<float> normal(0, deviation);
  std::vector<float> values(n);
  for (float& value : values) value = normal(random);
  return values;
}

/// Frames of which each differs from the one before in about a tenth of the elements.
inline std::vector<std::vector<float>> random_frames(std::size_t frames, std::size_t elements,
                                                     std::mt19937& random) {
  std::vector<std::vector<float>> result{random_floats(elements, random)};
  std::bernoulli_distribution changes(0.1);
  while (result.size() < frames) {
    std::vector<float> next = result.back();
    for (float& value : next)
      if (changes(random)) value = random_floats(1, random).front();
    result.push_back(std::move(next));
  }
  return result;
}

/// Random weights and biases for every layer of a graph without batch norm.
inline Weights random_weights(const Graph& graph, std::mt19937& random) {
  Weights weights;
  for (const Parameter& parameter : parameters_of(graph)) {
    Tensor tensor{parameter.shape, {}};
    std::size_t fan_in = tensor.elements() / static_cast<std::size_t>(parameter.shape.front());
    const bool is_bias = parameter.shape.size() == 1;
    tensor.values = random_floats(tensor.elements(), random,
                                  is_bias ? 0.1F : std::sqrt(2.0F / static_cast<float>(fan_in)));
    weights.tensors[parameter.name] = std::move(tensor);
  }
  return weights;
}

inline Window square_window(int kernel, int stride = 1, int pad = 0) {
  return {.kernel_h = kernel,
          .kernel_w = kernel,
          .stride_h = stride,
          .stride_w = stride,
          .pad_top = pad,
          .pad_bottom = pad,
          .pad_left = pad,
          .pad_right = pad};
}

/// Joins of every kind (projection, identity, of two sites), both orders of their operands,
/// depthwise and grouped layers, concatenation, pools, a layer behind a pool.
inline Graph graph_with_everything() {
  Graph g;
  g.name = "everything";
  const auto conv = [&](const std::string& name, NodeId from, int channels, Window window,
                        int groups = 1) {
    return g.add(name, ConvolutionOp{window, channels, groups}, {from});
  };
  const auto relu = [&](const std::string& name, NodeId from) {
    return g.add(name, ReluOp{}, {from});
  };
  const NodeId input = g.add("input", InputOp{{13, 11, 3}}, {});
  const NodeId stem = relu("relu0", conv("conv0", input, 24, square_window(3, 1, 1)));
  const NodeId pool = g.add("pool", MaxPoolOp{square_window(2, 2, 0)}, {stem});
  const NodeId a1 = relu("a.relu1", conv("a.conv1", pool, 16, square_window(3, 1, 1)));
  const NodeId a2 = conv("a.conv2", a1, 32, square_window(1));
  const NodeId projection = conv("a.projection", pool, 32, square_window(1));
  const NodeId a = relu("a.relu2", g.add("a.add", AddOp{}, {a2, projection}));
  const NodeId b1 = relu("b.relu1", conv("b.depthwise", a, 32, square_window(3, 1, 1), 32));
  const NodeId b2 = conv("b.conv2", b1, 32, square_window(3, 1, 1), 4);
  const NodeId b = g.add("b.relu2", Relu6Op{}, {g.add("b.add", AddOp{}, {a, b2})});
  const NodeId c1 = relu("c.left", conv("c.conv1", b, 8, square_window(1)));
  const NodeId c2 = relu("c.right", conv("c.conv3", b, 12, square_window(3, 1, 1)));
  const NodeId c = g.add("c.concat", ConcatOp{}, {c1, c2});
  const NodeId d1 = relu("d.relu1", conv("d.conv1", c, 20, square_window(1)));
  const NodeId d = relu("d.relu2", g.add("d.add", AddOp{}, {d1, c}));
  const NodeId small = g.add("average", AveragePoolOp{square_window(2, 2, 1), true}, {d});
  const NodeId e = relu("e.relu", conv("e.conv", small, 64, square_window(2)));
  const NodeId pooled = g.add("global", GlobalAveragePoolOp{}, {e});
  g.add("fc", FullyConnectedOp{10}, {g.add("flatten", FlattenOp{}, {pooled})});
  return g;
}

inline SiteQuantizers no_quantizers(std::size_t maps) {
  SiteQuantizers result;
  result.maps.resize(maps);
  return result;
}

/// The four recorded frames of a reference clip as one stream's inputs.
inline std::vector<std::vector<float>> reference_inputs(const std::filesystem::path& frames,
                                                        bool temporal) {
  std::vector<std::shared_ptr<const Image>> pictures;
  const auto source = open_frame_source(frames);
  while (auto picture = source->next())
    pictures.push_back(std::make_shared<const Image>(std::move(*picture)));
  const auto pixels = static_cast<std::size_t>(pictures.front()->height) * pictures.front()->width;
  std::vector<std::vector<float>> inputs;
  for (std::size_t t = 0; t < 4; ++t) {
    std::vector<float>& input = inputs.emplace_back(pixels * (temporal ? 30 : 3));
    if (temporal) {
      temporal_input(std::span(pictures).subspan(t, 11), input);
    } else {
      spatial_input(*pictures[10 + t], {}, input);
    }
  }
  return inputs;
}

}  // namespace deltasim::test
