#include "workloads/weights.h"

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <string>

#include "arch/errors.h"
#include "tests/support/temporary_directory.h"
#include "tests/workloads/npy_support.h"
#include "workloads/networks/network.h"

namespace deltasim {
namespace {

using test::npy;
using test::npy_dictionary;
using test::npy_floats;
using test::ZipWriter;

Window window_of(int kernel) {
  Window window;
  window.kernel_h = window.kernel_w = kernel;
  return window;
}

/// input -> conv (2x2, 3 to 4 channels) -> bn -> relu.
Graph conv_and_norm() {
  Graph graph;
  graph.name = "tiny";
  const NodeId input = graph.add("input", InputOp{{3, 3, 3}}, {});
  const NodeId conv = graph.add("conv", ConvolutionOp{window_of(2), 4, 1}, {input});
  const NodeId norm = graph.add("bn", BatchNormOp{}, {conv});
  graph.add("relu#0", ReluOp{}, {norm});
  return graph;
}

Weights random_weights(const Graph& graph) {
  Weights weights;
  for (const Parameter& parameter : parameters_of(graph)) {
    Tensor tensor{parameter.shape, {}};
    const bool is_variance = parameter.name.ends_with("running_var");
    for (std::size_t i = 0; i < tensor.elements(); ++i) {
      tensor.values.push_back(static_cast<float>(*rc::gen::inRange(is_variance ? 1 : -50, 50)) /
                              16);
    }
    weights.tensors[parameter.name] = std::move(tensor);
  }
  return weights;
}

std::int64_t usual_parameters(const Graph& graph) {
  std::int64_t count = 0;
  for (const Parameter& parameter : parameters_of(graph, true)) {
    // Statistics are no parameters.
    if (parameter.name.find(".running_") != std::string::npos) continue;
    count += static_cast<std::int64_t>(Tensor{parameter.shape, {}}.elements());
  }
  return count;
}

std::string message_of(const Graph& graph, const Weights& weights) {
  try {
    check_weights(graph, weights);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

template <typename T>
std::string array(const std::string& type, const std::string& shape, const std::vector<T>& values) {
  return npy(npy_dictionary(type, shape), test::bytes_of(values));
}

Weights load(const ZipWriter& zip) {
  const test::TemporaryDirectory folder;
  return load_weights_npz(folder.write("weights.npz", zip.finish()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(weights_test)

// torchvision.models documentation, "num_params" of each weights entry.
BOOST_AUTO_TEST_CASE(networks_have_the_published_numbers_of_parameters) {
  BOOST_TEST(usual_parameters(build_network("resnet50")) == 25557032);
  BOOST_TEST(usual_parameters(build_network("resnet18")) == 11689512);
  BOOST_TEST(usual_parameters(build_network("vgg16")) == 138357544);
  BOOST_TEST(usual_parameters(build_network("alexnet")) == 61100840);
  BOOST_TEST(usual_parameters(build_network("mobilenet_v2")) == 3504872);
}

BOOST_AUTO_TEST_CASE(plain_and_quantized_tensors_are_loaded) {
  ZipWriter zip;
  zip.add("conv.weight_q.npy", array<std::uint8_t>("|u1", "(1, 1, 1, 3)", {0, 128, 255}));
  zip.add("conv.weight_scale.npy", npy_floats("(1,)", {0.5F}));
  zip.add("conv.weight_zero.npy", array<std::int32_t>("<i4", "(1,)", {127}));
  zip.add("fc.weight.npy", npy_floats("(1, 2)", {1, -2}));
  zip.add("bn.num_batches_tracked.npy", array<std::int64_t>("<i8", "()", {5}));
  const Weights weights = load(zip);
  BOOST_TEST(weights.tensors.size() == 2);
  BOOST_TEST(weights.tensors.at("conv.weight").values == (std::vector<float>{-63.5F, 0.5F, 64}));
  BOOST_TEST(weights.tensors.at("conv.weight").shape == (std::vector<int>{1, 1, 1, 3}));
  BOOST_TEST(weights.tensors.at("fc.weight").values == (std::vector<float>{1, -2}));
  BOOST_TEST(weights.source == "weights.npz");
  BOOST_TEST((weights.kind == WeightsKind::kTrained));
}

BOOST_AUTO_TEST_CASE(quantized_tensors_need_scale_zero_and_bytes) {
  const auto refuses = [](const ZipWriter& zip, const std::string& what) {
    BOOST_CHECK_EXCEPTION(load(zip), ConfigError,
                          [&](const ConfigError& error) { return contains(error.what(), what); });
  };
  const std::string codes = array<std::uint8_t>("|u1", "(1,)", {3});
  ZipWriter no_scale;
  no_scale.add("conv.weight_q.npy", codes);
  refuses(no_scale, "conv.weight_scale: found no such tensor");
  ZipWriter two_zeros;
  two_zeros.add("conv.weight_q.npy", codes);
  two_zeros.add("conv.weight_scale.npy", npy_floats("(1,)", {1}));
  two_zeros.add("conv.weight_zero.npy", array<std::int32_t>("<i4", "(2,)", {1, 2}));
  refuses(two_zeros, "conv.weight_zero: found 2 values");
  ZipWriter floats;
  floats.add("conv.weight_q.npy", npy_floats("(1,)", {1}));
  refuses(floats, "elements of type f4, expected uint8");
}

BOOST_AUTO_TEST_CASE(all_tensors_with_nan_or_infinity_are_named) {
  ZipWriter zip;
  zip.add("a.weight.npy", npy_floats("(2,)", {1, std::nanf("")}));
  zip.add("b.weight.npy", npy_floats("(1,)", {std::numeric_limits<float>::infinity()}));
  zip.add("c.weight.npy", npy_floats("(1,)", {1}));
  BOOST_CHECK_EXCEPTION(load(zip), ConfigError, [](const ConfigError& error) {
    return error.faults().size() == 2 &&
           contains(error.what(), "a.weight: found NaN at element 1") &&
           contains(error.what(), "b.weight: found infinity");
  });
}

BOOST_AUTO_TEST_CASE(all_faults_of_weights_are_named_at_once) {
  const Graph graph = conv_and_norm();
  Weights weights = he_initialisation(graph, 1);
  weights.source = "w.npz";
  weights.tensors["conv.weight"].shape = {4, 3, 3, 3};
  weights.tensors["bn.biass"] = weights.tensors["bn.bias"];
  weights.tensors.erase("bn.bias");
  weights.tensors["bn.running_var"].values[2] = -1;
  weights.tensors["bn.running_mean"].values[0] = std::nanf("");
  const std::string message = message_of(graph, weights);
  BOOST_TEST(contains(message, "w.npz: conv.weight: found [4, 3, 3, 3], expected [4, 3, 2, 2]"));
  BOOST_TEST(
      contains(message, "bn.bias: found no such tensor, expected [4] (did you mean bn.biass?)"));
  BOOST_TEST(contains(message, "bn.biass: found a tensor that tiny has no use for"));
  BOOST_TEST(contains(message, "bn.running_var: found variance -1"));
  BOOST_TEST(contains(message, "bn.running_mean: found 1 values that are NaN"));
}

BOOST_AUTO_TEST_CASE(a_layer_does_not_need_a_bias) {
  const Graph graph = conv_and_norm();
  Weights weights = he_initialisation(graph, 1);
  BOOST_TEST(!weights.tensors.contains("conv.bias"));
  BOOST_TEST(message_of(graph, weights) == "no error");
  weights.tensors["conv.bias"] = Tensor{{4}, {1, 2, 3, 4}};
  BOOST_TEST(message_of(graph, weights) == "no error");
}

// gamma (w x + b - mean) / sqrt(var + eps) + beta, for any x, is what the folded layer computes.
BOOST_AUTO_TEST_CASE(a_folded_layer_computes_what_layer_and_batch_norm_did) {
  const bool held = rc::check([] {
    const Graph graph = conv_and_norm();
    const Weights weights = random_weights(graph);
    const FoldedNetwork folded = fold_batch_norm(graph, weights);
    RC_ASSERT(folded.graph.nodes().size() == 3U);
    RC_ASSERT(folded.graph.output().name == "relu#0");
    const auto value = [&](const char* name, std::size_t i) {
      return double{weights.tensors.at(name).values[i]};
    };
    for (std::size_t c = 0; c < 4; ++c) {
      const double slope =
          value("bn.weight", c) / std::sqrt(value("bn.running_var", c) + double{1e-5F});
      const double offset = (value("conv.bias", c) - value("bn.running_mean", c)) * slope;
      for (std::size_t i = 0; i < 12; ++i) {
        const double expected = value("conv.weight", 12 * c + i) * slope;
        const double got = folded.weights.tensors.at("conv.weight").values[12 * c + i];
        RC_ASSERT(std::abs(got - expected) <= 1e-7 * std::abs(expected));
      }
      const double expected = offset + value("bn.bias", c);
      const double got = folded.weights.tensors.at("conv.bias").values[c];
      RC_ASSERT(std::abs(got - expected) <= 1e-7 * std::abs(expected) + 1e-12);
    }
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_CASE(a_batch_norm_behind_no_layer_becomes_a_depthwise_convolution) {
  Graph graph;
  const NodeId input = graph.add("input", InputOp{{3, 3, 2}}, {});
  const NodeId relu = graph.add("relu#0", ReluOp{}, {input});
  graph.add("bn", BatchNormOp{}, {relu});
  Weights weights = he_initialisation(graph, 1);
  weights.tensors["bn.weight"].values = {2, 3};
  weights.tensors["bn.bias"].values = {5, 7};
  const FoldedNetwork folded = fold_batch_norm(graph, weights);
  const Node& node = folded.graph.output();
  BOOST_REQUIRE(node.as<ConvolutionOp>());
  BOOST_TEST(node.name == "bn");
  BOOST_TEST(node.as<ConvolutionOp>()->groups == 2);
  BOOST_TEST((node.shape == Shape{3, 3, 2}));
  check_weights(folded.graph, folded.weights);
  BOOST_TEST(std::abs(folded.weights.tensors.at("bn.weight").values[1] - 3) < 1e-4);
  BOOST_TEST(folded.weights.tensors.at("bn.bias").values[0] == 5);
}

BOOST_AUTO_TEST_CASE(a_sum_that_others_read_too_is_left_as_it_is) {
  Graph graph;
  const NodeId input = graph.add("input", InputOp{{3, 3, 2}}, {});
  const NodeId conv = graph.add("conv", ConvolutionOp{window_of(1), 2, 1}, {input});
  const NodeId norm = graph.add("bn", BatchNormOp{}, {conv});
  graph.add("add", AddOp{}, {conv, norm});
  Weights weights = he_initialisation(graph, 1);
  weights.tensors["bn.weight"].values = {2, 3};
  const FoldedNetwork folded = fold_batch_norm(graph, weights);
  BOOST_TEST(folded.graph.nodes().size() == 4);
  BOOST_TEST((folded.weights.tensors.at("conv.weight") == weights.tensors.at("conv.weight")));
  BOOST_TEST(folded.graph.node(2).as<ConvolutionOp>()->groups == 2);
}

BOOST_AUTO_TEST_CASE(folding_keeps_stages_and_refuses_what_overflows) {
  const Graph resnet = build_network("resnet18");
  const FoldedNetwork folded = fold_batch_norm(resnet, he_initialisation(resnet, 3));
  for (const Node& node : folded.graph.nodes()) {
    BOOST_TEST(node.stage == resnet.node(resnet.find(node.name).value()).stage);
  }
  const Graph graph = conv_and_norm();
  Weights weights = he_initialisation(graph, 1);
  weights.tensors["bn.weight"].values[0] = 3e38F;
  weights.tensors["bn.running_var"].values[0] = 0;
  BOOST_CHECK_THROW(fold_batch_norm(graph, weights), ConfigError);
}

BOOST_AUTO_TEST_CASE(the_hash_tells_any_weight_apart) {
  const Graph graph = conv_and_norm();
  const FoldedNetwork folded = fold_batch_norm(graph, he_initialisation(graph, 1));
  const std::string before = weights_sha256(folded.graph, folded.weights);
  BOOST_TEST(before == weights_sha256(folded.graph, folded.weights));
  Weights other = folded.weights;
  other.tensors["conv.bias"].values[3] += 1;
  BOOST_TEST(before != weights_sha256(folded.graph, other));
}

BOOST_AUTO_TEST_CASE(cross_modality_repeats_the_mean_over_the_input_channels) {
  Weights rgb;
  rgb.tensors["conv1.weight"] = Tensor{{2, 3, 1, 2}, {1, 2, 3, 4, 5, 9, 0, 0, 1, 1, 2, 2}};
  const Weights stacked = cross_modality(rgb, "conv1", 4);
  const Tensor& weight = stacked.tensors.at("conv1.weight");
  BOOST_TEST(weight.shape == (std::vector<int>{2, 4, 1, 2}));
  BOOST_TEST(weight.values == (std::vector<float>{3, 5, 3, 5, 3, 5, 3, 5, 1, 1, 1, 1, 1, 1, 1, 1}));
  BOOST_TEST((stacked.kind == WeightsKind::kCrossModality));
  rgb.kind = WeightsKind::kUntrained;
  BOOST_TEST((cross_modality(rgb, "conv1", 4).kind == WeightsKind::kUntrained));
  BOOST_CHECK_THROW(cross_modality(rgb, "conv2", 4), ConfigError);
  BOOST_CHECK_THROW(cross_modality(rgb, "conv1", 0), ConfigError);
}

BOOST_AUTO_TEST_CASE(he_initialisation_has_the_wanted_variance_and_repeats) {
  const Graph graph = build_network("resnet18");
  const Weights weights = he_initialisation(graph, 7);
  check_weights(graph, weights);
  const Tensor& tensor = weights.tensors.at("layer3.0.conv2.weight");
  double sum = 0, squares = 0;
  for (const float value : tensor.values) {
    sum += value;
    squares += double{value} * value;
  }
  const auto count = static_cast<double>(tensor.values.size());
  const double variance = 2.0 / (256 * 9);
  BOOST_TEST(std::abs(squares / count - variance) < 0.02 * variance);
  BOOST_TEST(std::abs(sum / count) < 5 * std::sqrt(variance / count));
  BOOST_TEST((he_initialisation(graph, 7).tensors == weights.tensors));
  BOOST_TEST((he_initialisation(graph, 8).tensors.at("conv1.weight") !=
              weights.tensors.at("conv1.weight")));
  BOOST_TEST(weights.source == "He initialisation, seed 7");
  BOOST_TEST((weights.kind == WeightsKind::kUntrained));
  BOOST_TEST(weights.tensors.at("bn1.running_var").values[5] == 1);
  BOOST_TEST(weights.tensors.at("bn1.weight").values[5] == 1);
  BOOST_TEST(weights.tensors.at("bn1.bias").values[5] == 0);
}

BOOST_AUTO_TEST_CASE(kinds_of_weights_have_names) {
  BOOST_TEST(to_string(WeightsKind::kTrained) == "trained");
  BOOST_TEST(to_string(WeightsKind::kCrossModality) == "cross-modality");
  BOOST_TEST(to_string(WeightsKind::kUntrained) == "untrained");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deltasim
