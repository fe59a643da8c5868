// The network as a whole, on a small graph with every kind of operation.

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "arch/errors.h"
#include "tests/workloads/execution_support.h"
#include "workloads/execution/batch_norm_calibration.h"
#include "workloads/execution/calibrator.h"
#include "workloads/execution/fidelity.h"
#include "workloads/networks/network.h"

namespace deltasim {
namespace {

BOOST_AUTO_TEST_SUITE(quantized_network_test)

/// A network, its frames, and what they leave behind.
struct Clip {
  explicit Clip(unsigned seed) {
    std::mt19937 random(seed);
    weights = test::random_weights(graph, random);
    frames = test::random_frames(4, static_cast<std::size_t>(maps[0].shape.elements()), random);
    for (const RecordedMap& map : maps) calibration.max_abs[map.name] = 8;
  }

  struct Result {
    std::vector<FrameOutput> outputs;
    std::vector<std::vector<std::vector<float>>> values;  ///< by frame and map
    std::vector<std::vector<float>> logits;
    int integer_layers = 0;
    bool operator==(const Result&) const = default;
  };

  Result run(const char* spec, const Backend& backend, int threads,
             const ExecutionOptions& options = {}) const {
    QuantizedNetwork network(graph, weights, maps,
                             make_site_quantizers(parse_quantizer(spec), graph, maps, calibration),
                             backend, std::make_shared<Workers>(threads), options);
    Result result;
    result.integer_layers = network.integer_layers();
    for (const auto& frame : frames) {
      network.step(frame);
      auto& values = result.values.emplace_back();
      for (std::size_t map = 0; map < maps.size(); ++map) values.push_back(network.values(map));
      result.logits.emplace_back(network.logits().begin(), network.logits().end());
      result.outputs.push_back(network.take_output());
    }
    return result;
  }

  Graph graph = test::graph_with_everything();
  std::vector<RecordedMap> maps = recorded_maps(graph, {});
  Weights weights;
  std::vector<std::vector<float>> frames;
  Calibration calibration;
};

const char* const kSpecs[] = {"none",      "fixed_point:8", "fixed_point:12", "step:0.25",
                              "step:0.01", "threshold:0.1", "sigma_delta:6"};

ExecutionOptions integers() { return {.precision = Precision::kInteger8}; }

BOOST_AUTO_TEST_CASE(bitmaps_say_what_the_values_are) {
  const Clip clip(1);
  for (const char* spec : kSpecs)
    for (const ExecutionOptions& options : {ExecutionOptions{}, integers()}) {
      const Clip::Result result = clip.run(spec, *make_onednn_backend(), 2, options);
      for (std::size_t t = 0; t < result.outputs.size(); ++t)
        for (std::size_t map = 0; map < clip.maps.size(); ++map) {
          const std::vector<float>& now = result.values[t][map];
          Bitmap active(now.size()), delta(now.size());
          for (std::size_t i = 0; i < now.size(); ++i) {
            if (now[i] != 0) active.set(i);
            if (now[i] != (t > 0 ? result.values[t - 1][map][i] : 0)) delta.set(i);
          }
          BOOST_TEST((result.outputs[t].maps[map] == MapOutput{active, delta}),
                     spec << ' ' << clip.maps[map].name << " frame " << t);
        }
    }
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same_bits) {
  const Clip clip(2);
  for (const char* spec : kSpecs)
    for (const ExecutionOptions& options : {ExecutionOptions{}, integers()}) {
      const Clip::Result one = clip.run(spec, *make_eigen_backend(), 1, options);
      for (const int threads : {2, 5})
        BOOST_TEST((clip.run(spec, *make_eigen_backend(), threads, options) == one), spec);
    }
}

BOOST_AUTO_TEST_CASE(integer_backends_agree_up_to_the_first_layer) {
  // The first layer is a float layer: give both its result, by quantizing so coarsely that no
  // rounding is near a border.
  const Clip clip(3);
  const Clip::Result eigen = clip.run("step:0.25", *make_eigen_backend(), 2, integers());
  const Clip::Result onednn = clip.run("step:0.25", *make_onednn_backend(), 2, integers());
  BOOST_TEST(eigen.integer_layers >= 7);
  BOOST_TEST((eigen.outputs == onednn.outputs));
}

BOOST_AUTO_TEST_CASE(codes_and_floats_hold_the_same_values) {
  const Clip clip(4);
  const ExecutionOptions in_floats{.keep_sums = true};
  for (const char* spec : kSpecs)
    BOOST_TEST((clip.run(spec, *make_eigen_backend(), 2) ==
                clip.run(spec, *make_eigen_backend(), 2, in_floats)),
               spec);
}

BOOST_AUTO_TEST_CASE(int8_stays_near_float32) {
  const Clip clip(5);
  const Clip::Result exact = clip.run("fixed_point:8", *make_onednn_backend(), 2);
  const Clip::Result integer = clip.run("fixed_point:8", *make_onednn_backend(), 2, integers());
  for (std::size_t t = 0; t < exact.logits.size(); ++t)
    BOOST_TEST(compare_logits(integer.logits[t], exact.logits[t]).cosine > 0.99);
}

BOOST_AUTO_TEST_CASE(codes_of_two_bytes_are_exact) {
  // Steps so small that codes pass 255: the same sums as with a float input of the same values.
  const Clip clip(6);
  const Clip::Result fine = clip.run("step:0.002", *make_onednn_backend(), 2, integers());
  float largest = 0;
  for (const float value : fine.values[0][1]) largest = std::max(largest, value);
  BOOST_TEST(largest / 0.002F > 255);
  const Clip::Result reference = clip.run("none", *make_onednn_backend(), 2);
  BOOST_TEST(compare_logits(fine.logits[3], reference.logits[3]).cosine > 0.999);
  BOOST_CHECK_EXCEPTION(clip.run("step:0.00001", *make_onednn_backend(), 2, integers()),
                        ConfigError, [](const ConfigError& error) {
                          return std::string(error.what()).find("steps") != std::string::npos;
                        });
}

BOOST_AUTO_TEST_CASE(a_wanted_sparsity_is_met_at_every_site) {
  const Clip clip(7);
  const QuantizerSpec spec = parse_quantizer("step:sparsity=0.8");
  const auto backend = make_onednn_backend();
  const auto workers = std::make_shared<Workers>(2);
  Calibrator calibrator(clip.graph, clip.weights, clip.maps, spec, *backend, workers);
  for (const auto& frame : clip.frames) calibrator.observe(frame);
  const Calibration calibration = calibrator.finish();
  QuantizedNetwork network(clip.graph, clip.weights, clip.maps,
                           make_site_quantizers(spec, clip.graph, clip.maps, calibration), *backend,
                           workers);
  std::vector<std::size_t> unchanged(clip.maps.size(), 0), elements(clip.maps.size(), 0);
  for (std::size_t t = 0; t < clip.frames.size(); ++t) {
    const FrameOutput& output = network.step(clip.frames[t]);
    for (std::size_t map = 0; map < clip.maps.size() && t > 0; ++map) {
      elements[map] += output.maps[map].delta.size();
      unchanged[map] += output.maps[map].delta.size() - output.maps[map].delta.count();
    }
  }
  for (std::size_t map = 0; map < clip.maps.size(); ++map) {
    if (clip.maps[map].kind != RecordedMap::Kind::kSite) continue;
    const double sparsity =
        static_cast<double>(unchanged[map]) / static_cast<double>(elements[map]);
    BOOST_TEST(sparsity >= 0.799, clip.maps[map].name << ' ' << sparsity);
  }
}

BOOST_AUTO_TEST_CASE(calibration_needs_frames) {
  const Clip clip(8);
  const auto backend = make_onednn_backend();
  const auto workers = std::make_shared<Workers>(1);
  Calibrator none(clip.graph, clip.weights, clip.maps, parse_quantizer("fixed_point:8"), *backend,
                  workers);
  BOOST_CHECK_THROW(none.finish(), ConfigError);
  Calibrator one(clip.graph, clip.weights, clip.maps, parse_quantizer("step:sparsity=0.5"),
                 *backend, workers);
  one.observe(clip.frames[0]);
  BOOST_CHECK_THROW(one.finish(), ConfigError);
}

BOOST_AUTO_TEST_CASE(an_untrained_network_gets_unit_activations) {
  deltasim::NetworkOptions options;
  options.input_size = 64;
  options.classes = 10;
  const Graph graph = build_network("resnet18", options);
  std::mt19937 random(9);
  const std::vector<std::vector<float>> frames{
      test::random_floats(static_cast<std::size_t>(graph.input().shape.elements()), random, 60)};
  const auto backend = make_onednn_backend();
  const Weights weights =
      calibrate_batch_norm(graph, he_initialisation(graph, 1), frames, *backend);
  const FoldedNetwork folded = fold_batch_norm(graph, weights, FoldStyle::kApart);
  const auto maps = recorded_maps(folded.graph, {});
  QuantizedNetwork network(folded.graph, folded.weights, maps, test::no_quantizers(maps.size()),
                           *backend, std::make_shared<Workers>(2));
  network.step(frames[0]);
  // The first site is the ReLU of a map with mean 0 and variance 1: half the mean square of that.
  double squares = 0;
  const std::vector<float> site = network.values(1);
  for (const float value : site) squares += static_cast<double>(value) * value;
  BOOST_TEST(squares / static_cast<double>(site.size()) == 0.5, boost::test_tools::tolerance(0.15));
}

BOOST_AUTO_TEST_CASE(logits_are_compared) {
  const std::vector<float> a = {1, 5, 2, 0, 3, 4, -1}, b = {1, 4, 2, 0, 3, 5, -1};
  BOOST_TEST((top_classes(a, 3) == std::vector<int>{1, 5, 4}));
  const LogitComparison same = compare_logits(a, a), other = compare_logits(b, a);
  BOOST_TEST(same.top1_agrees);
  BOOST_TEST(same.cosine == 1.0, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(!other.top1_agrees);
  BOOST_TEST(other.top5_agrees);
  BOOST_TEST(other.max_difference == 1.0);
  BOOST_TEST(softmax(a)[1] > softmax(a)[5]);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
