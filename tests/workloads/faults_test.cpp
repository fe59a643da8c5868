// Flips are as many as their rate says, where the seed says, and stay in the state.

#include <bit>
#include <boost/test/unit_test.hpp>

#include "arch/errors.h"
#include "tests/workloads/execution_support.h"
#include "workloads/faults/inject.h"

namespace deltasim {
namespace {

BOOST_AUTO_TEST_SUITE(faults_test)

BOOST_AUTO_TEST_CASE(codes_of_a_stored_format) {
  const StoredFormat weights = symmetric_format(8, 2.54);
  BOOST_TEST(weights.code(2.54) == 127);
  BOOST_TEST(weights.code(-2.54) == -127);
  BOOST_TEST(weights.code(-9) == -128);
  // Bit 7 is the sign: 127 becomes -1, and -1 becomes 127.
  BOOST_TEST(weights.change(2.54, 0x80) == -128 * 0.02, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(weights.change(-0.02, 0x80) == -128 * -0.02, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(weights.change(0.02, 0x03) == 0.02, boost::test_tools::tolerance(1e-12));  // 1 -> 2
  // Eq. 4.6: 5.3 has three integer bits, so that 8 bits leave four behind the point.
  BOOST_TEST(power_of_two_format(8, 5.3).scale == 1.0 / 16);
  BOOST_TEST(power_of_two_format(16, 0.3).scale == 0.5 / 32768);
}

BOOST_AUTO_TEST_CASE(rate_zero_and_rate_one) {
  const BitFlips none(0, 16);
  const BitFlips all(1, 16);
  for (std::uint64_t word = 0; word < 100000; ++word) {
    BOOST_REQUIRE(none.mask(7, word) == 0);
    BOOST_REQUIRE(all.mask(7, word) == 0xffff);
  }
}

/// Flips are binomial: within 5 standard deviations, every bit alike.
BOOST_AUTO_TEST_CASE(as_many_as_expected) {
  constexpr std::uint64_t kWords = 2000000;
  for (const double rate : {1e-5, 1e-3, 0.3, 0.9}) {
    const BitFlips flips(rate, 8);
    std::array<double, 8> of_bit{};
    double pairs = 0;
    for (std::uint64_t word = 0; word < kWords; ++word) {
      const std::uint64_t mask = flips.mask(42, word);
      BOOST_REQUIRE(mask < 256U);
      for (unsigned bit = 0; bit < 8; ++bit) of_bit[bit] += static_cast<double>(mask >> bit & 1U);
      pairs += (mask & 0x21U) == 0x21U ? 1 : 0;
    }
    const double sigma = std::sqrt(kWords * rate * (1 - rate));
    for (const double count : of_bit) {
      BOOST_TEST(std::abs(count - kWords * rate) <= 5 * sigma, count << " at rate " << rate);
    }
    const double both = rate * rate;
    BOOST_TEST(std::abs(pairs - kWords * both) <= 5 * std::sqrt(kWords * both * (1 - both)) + 1);
  }
}

struct Network {
  Network() {
    std::mt19937 random(5);
    graph = test::graph_with_everything();
    weights = test::random_weights(graph, random);
    maps = recorded_maps(graph, {});
    frames = test::random_frames(4, static_cast<std::size_t>(maps[0].shape.elements()), random);
  }

  /// Logits of every frame.
  std::vector<std::vector<float>> run(const FaultSpec& faults, int threads,
                                      Precision precision = Precision::kFloat32) const {
    const auto backend = make_onednn_backend();
    QuantizedNetwork network(graph, disturb_weights(graph, weights, faults, "spatial").weights,
                             maps,
                             make_site_quantizers(parse_quantizer("step:0.25"), graph, maps, {}),
                             *backend, std::make_shared<Workers>(threads),
                             {.precision = precision, .execution = Execution::kDelta});
    StateFaults state(faults, "spatial");
    std::vector<std::vector<float>> logits;
    for (const auto& frame : frames) {
      if (faults.disturbs_state()) state.disturb(network.program());
      network.step(frame);
      logits.emplace_back(network.logits().begin(), network.logits().end());
    }
    flipped = state.count();
    return logits;
  }

  Graph graph;
  Weights weights;
  std::vector<RecordedMap> maps;
  std::vector<std::vector<float>> frames;
  mutable FlipCount flipped;
};

BOOST_FIXTURE_TEST_CASE(the_same_on_any_number_of_threads, Network) {
  FaultSpec faults;
  faults.seed = 9;
  faults.weight_bit_error_rate = 1e-3;
  faults.state.bit_error_rate = 1e-4;
  faults.noise = {{.sigma = 0.01, .relative = false, .layers = {"a.*"}}};
  for (const Precision precision : {Precision::kFloat32, Precision::kInteger8}) {
    const auto once = run(faults, 1, precision);
    BOOST_TEST(flipped.flipped > 0);
    BOOST_TEST((run(faults, 3, precision) == once));
    FaultSpec other = faults;
    other.seed = 10;
    BOOST_TEST((run(other, 1, precision) != once));
  }
}

BOOST_FIXTURE_TEST_CASE(no_rate_changes_nothing, Network) {
  FaultSpec faults;
  faults.noise = {{.sigma = 0, .relative = true, .layers = {}}};
  BOOST_TEST(!faults.any());
  BOOST_TEST(to_string(faults).empty());
  const DisturbedWeights same = disturb_weights(graph, weights, faults, "spatial");
  BOOST_TEST((same.weights.tensors == weights.tensors));
  BOOST_TEST(same.flips.flipped == 0);
  BOOST_TEST(same.noisy == 0);
}

BOOST_FIXTURE_TEST_CASE(rate_one_turns_every_weight_around, Network) {
  FaultSpec faults;
  faults.weight_bit_error_rate = 1;
  const DisturbedWeights found = disturb_weights(graph, weights, faults, "spatial");
  BOOST_TEST(found.flips.flipped == found.flips.stored);
  const auto& before = weights.tensors.at("conv0.weight").values;
  const auto& after = found.weights.tensors.at("conv0.weight").values;
  const double largest =
      std::abs(*std::ranges::max_element(before, {}, [](float value) { return std::abs(value); }));
  const double step = largest / 127;
  // ~q = -q - 1.
  for (std::size_t i = 0; i < before.size(); ++i) {
    const double code = std::nearbyint(before[i] / step);
    BOOST_TEST(after[i] == before[i] - (2 * code + 1) * step, boost::test_tools::tolerance(1e-4));
  }
  BOOST_TEST((found.weights.tensors.at("conv0.bias") == weights.tensors.at("conv0.bias")));
}

BOOST_FIXTURE_TEST_CASE(streams_fail_apart, Network) {
  FaultSpec faults;
  faults.weight_bit_error_rate = 1e-2;
  const auto spatial = disturb_weights(graph, weights, faults, "spatial").weights;
  BOOST_TEST(
      (spatial.tensors != disturb_weights(graph, weights, faults, "temporal").weights.tensors));
  BOOST_TEST(
      (spatial.tensors == disturb_weights(graph, weights, faults, "spatial").weights.tensors));
}

Graph one_layer() {
  Graph graph;
  const NodeId input = graph.add("input", InputOp{{1, 1, 1}}, {});
  graph.add("fc", FullyConnectedOp{1}, {input});
  return graph;
}

/// Y = 2 x + 1 with 8-bit sums: after x = 3 the sum is 7 and a step of the memory 1/16. All bits
/// flip once, ~112 = -113; from then on the recursion only adds to what is left.
BOOST_AUTO_TEST_CASE(an_error_of_the_state_stays) {
  const Graph graph = one_layer();
  Weights weights;
  weights.tensors["fc.weight"] = {{1, 1}, {2}};
  weights.tensors["fc.bias"] = {{1}, {1}};
  const auto maps = recorded_maps(graph, {});
  const auto backend = make_onednn_backend();
  QuantizedNetwork network(graph, weights, maps, test::no_quantizers(maps.size()), *backend,
                           std::make_shared<Workers>(1), {.execution = Execution::kDelta});
  FaultSpec faults;
  faults.state = {.bit_error_rate = 1, .sum_bits = 8};
  StateFaults state(faults, "spatial");
  const auto logit = [&](float x) {
    network.step(std::vector<float>{x});
    return network.logits().front();
  };
  state.disturb(network.program());  // nothing is stored yet
  BOOST_TEST(state.count().stored == 0);
  BOOST_TEST(logit(3) == 7);
  state.disturb(network.program());
  BOOST_TEST(state.count().flipped == 8);
  const float wrong = -113.0F / 16;
  BOOST_TEST(logit(3) == wrong);
  BOOST_TEST(logit(4) == wrong + 2);
  BOOST_TEST(logit(3) == wrong);
}

/// A wrong X[t-1] = ~x leaves the sums alone, but dX is wrong once, and with it all that follows.
BOOST_AUTO_TEST_CASE(an_error_of_the_previous_activation_is_sent_on) {
  const Graph graph = one_layer();
  Weights weights;
  weights.tensors["fc.weight"] = {{1, 1}, {2}};
  const auto maps = recorded_maps(graph, {});
  const auto backend = make_onednn_backend();
  QuantizedNetwork network(graph, weights, maps, test::no_quantizers(maps.size()), *backend,
                           std::make_shared<Workers>(1), {.execution = Execution::kDelta});
  FaultSpec faults;
  faults.state = {.bit_error_rate = 1, .sums = false, .activations = true};
  StateFaults state(faults, "spatial");
  state.disturb(network.program());
  network.step(std::vector<float>{3});
  BOOST_TEST(network.logits().front() == 6);
  state.disturb(network.program());
  // 3 is code 96 in steps of 1/32; ~96 = -97. dX = 3 + 97/32.
  network.step(std::vector<float>{3});
  BOOST_TEST(network.logits().front() == 6 + 2 * (3 + 97.0F / 32));
}

BOOST_FIXTURE_TEST_CASE(activations_of_the_int8_backend_are_refused, Network) {
  FaultSpec faults;
  faults.state = {.bit_error_rate = 1e-3, .sums = false, .activations = true};
  BOOST_CHECK_THROW(run(faults, 1, Precision::kInteger8), ConfigError);
}

Graph wide_layer() {
  Graph graph;
  const NodeId input = graph.add("input", InputOp{{1, 1, 1000}}, {});
  graph.add("fc", FullyConnectedOp{1000}, {input});
  return graph;
}

/// A million normal numbers: sigma within 5 of its standard errors, sigma / sqrt(2 n), and the
/// mean within 5 of sigma / sqrt(n).
BOOST_AUTO_TEST_CASE(noise_has_its_sigma) {
  const Graph graph = wide_layer();
  constexpr double kSigma = 0.03;
  constexpr std::size_t kWeights = 1000000;
  for (const bool relative : {false, true}) {
    Weights weights;
    weights.tensors["fc.weight"] = {{1000, 1000}, std::vector<float>(kWeights, -2.0F)};
    FaultSpec faults;
    faults.noise = {{.sigma = kSigma, .relative = relative, .layers = {}}};
    const DisturbedWeights found = disturb_weights(graph, weights, faults, "spatial");
    BOOST_TEST(found.noisy == static_cast<std::int64_t>(kWeights));
    double sum = 0, squares = 0;
    for (const float value : found.weights.tensors.at("fc.weight").values) {
      sum += double{value} + 2;
      squares += (double{value} + 2) * (double{value} + 2);
    }
    const double expected = relative ? 2 * kSigma : kSigma;
    BOOST_TEST(std::abs(sum / kWeights) <= 5 * expected / std::sqrt(kWeights));
    BOOST_TEST(std::abs(std::sqrt(squares / kWeights) - expected) <=
               5 * expected / std::sqrt(2.0 * kWeights));
  }
}

BOOST_FIXTURE_TEST_CASE(noise_on_some_layers, Network) {
  FaultSpec faults;
  faults.noise = {{.sigma = 0.1, .relative = true, .layers = {"a.conv*", "fc"}}};
  const auto noisy = disturb_weights(graph, weights, faults, "spatial").weights;
  for (const auto& [name, tensor] : weights.tensors) {
    const bool wanted = name == "a.conv1.weight" || name == "a.conv2.weight" || name == "fc.weight";
    BOOST_TEST((noisy.tensors.at(name) == tensor) == !wanted, name);
  }
}

BOOST_FIXTURE_TEST_CASE(a_layer_that_is_not_there, Network) {
  FaultSpec faults;
  faults.noise = {{.sigma = 0, .relative = true, .layers = {"a.convl", "b.*"}}};
  try {
    check_noise(graph, faults);
    BOOST_TEST(false, "no fault");
  } catch (const ConfigError& error) {
    BOOST_TEST_REQUIRE(error.faults().size() == 1U);
    BOOST_TEST(error.faults().front().nearest == "a.conv1");
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
