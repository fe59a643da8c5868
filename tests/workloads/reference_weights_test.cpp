// The real weights: quantized ResNet-50, read only where the reference data is.

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>

#include "arch/errors.h"
#include "tests/support/shared_data.h"
#include "workloads/networks/network.h"
#include "workloads/weights.h"

namespace deltasim {
namespace {

constexpr const char* kFile = "weights/resnet50_v1_tfofficial_u8.npz";

Graph network_for(const Weights& weights) {
  NetworkOptions options;
  options.classes = class_count("resnet50", weights);
  return build_network("resnet50", options);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reference_weights_test)

BOOST_AUTO_TEST_CASE(they_are_dequantized_and_fit_resnet50) {
  const auto path = test::shared_data_or_skip(kFile);
  if (!path) return;
  const Weights weights = load_weights_npz(*path);
  BOOST_TEST(class_count("resnet50", weights) == 1001);
  check_weights(network_for(weights), weights);
  // conv1.weight[0, 0, 0, :2] and its sum, by numpy from the same file.
  const Tensor& conv1 = weights.tensors.at("conv1.weight");
  BOOST_TEST(conv1.values[0] == 0.0110460017F);
  BOOST_TEST(conv1.values[1] == 0.07179901F);
  double sum = 0;
  for (const float value : conv1.values) sum += value;
  BOOST_TEST(std::abs(sum + 12.6200573) < 1e-4);
}

BOOST_AUTO_TEST_CASE(folding_leaves_54_layers_with_weight_and_bias) {
  const auto path = test::shared_data_or_skip(kFile);
  if (!path) return;
  const Weights weights = load_weights_npz(*path);
  const FoldedNetwork folded = fold_batch_norm(network_for(weights), weights);
  BOOST_TEST(folded.weights.tensors.size() == 2 * 54);
  BOOST_TEST(folded.graph.find("bn1").has_value() == false);
  check_weights(folded.graph, folded.weights);
  BOOST_TEST(weights_sha256(folded.graph, folded.weights).size() == 64);
}

BOOST_AUTO_TEST_CASE(cross_modality_gives_the_temporal_stream_its_first_layer) {
  const auto path = test::shared_data_or_skip(kFile);
  if (!path) return;
  const Weights rgb = load_weights_npz(*path);
  const Weights stacked = cross_modality(rgb, "conv1", 30);
  NetworkOptions options;
  options.classes = 1001;
  options.input_channels = 30;
  check_weights(build_network("resnet50", options), stacked);
  BOOST_TEST((stacked.kind == WeightsKind::kCrossModality));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deltasim
