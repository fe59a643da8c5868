// The network against figures made with PyTorch, on real frames and weights.

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "tests/support/shared_data.h"
#include "tests/workloads/execution_support.h"
#include "workloads/execution/calibrator.h"
#include "workloads/execution/recursion.h"
#include "workloads/kernels/kernels.h"
#include "workloads/networks/network.h"

namespace deltasim {
namespace {

BOOST_AUTO_TEST_SUITE(reference_network_test)

constexpr const char* kWeights = "weights/resnet50_v1_tfofficial_u8.npz";
/// With AVX-512 float sums are added in the reference's order, and nearly all figures are equal.
/// In another order a few roundings flip, and the last stages' small maps then differ at random.
const bool kReferenceOrder = find_kernels("avx512") != nullptr;
const double kSparsityBound = kReferenceOrder ? 0.002 : 0.01;
const double kMacBound = kReferenceOrder ? 0.005 : 0.04;

struct Stream {
  FoldedNetwork network;
  std::vector<RecordedMap> maps;
  std::vector<Layer> layers;
  std::vector<std::vector<float>> frames;
};

Stream load_stream(const std::filesystem::path& weights_file, const std::filesystem::path& frames,
                   bool temporal) {
  Weights weights = load_weights_npz(weights_file);
  NetworkOptions options;
  options.input_channels = temporal ? 30 : 3;
  options.classes = class_count("resnet50", weights);
  const Graph graph = build_network("resnet50", options);
  if (temporal) weights = cross_modality(weights, first_convolution(graph), 30);
  Stream stream;
  stream.network = fold_batch_norm(graph, weights, FoldStyle::kApart);
  stream.maps = recorded_maps(stream.network.graph, {});
  stream.layers = layers_of(stream.network.graph, stream.maps);
  stream.frames = test::reference_inputs(frames, temporal);
  return stream;
}

/// Windows that a position along one axis lies in.
int windows_over(int position, int kernel, int stride, int pad, int outputs) {
  int windows = 0;
  for (int tap = 0; tap < kernel; ++tap) {
    const int start = position + pad - tap;
    windows += start >= 0 && start % stride == 0 && start / stride < outputs;
  }
  return windows;
}

double effectual_macs(const Layer& layer, const Bitmap& bits) {
  const Window& w = layer.window;
  std::int64_t macs = 0;
  for (int y = 0; y < layer.input.height; ++y)
    for (int x = 0; x < layer.input.width; ++x) {
      const auto begin =
          (static_cast<std::size_t>(y) * layer.input.width + x) * layer.input.channels;
      macs += static_cast<std::int64_t>(bits.count(begin, begin + layer.input.channels)) *
              windows_over(y, w.kernel_h, w.stride_h, w.pad_top, layer.output.height) *
              windows_over(x, w.kernel_w, w.stride_w, w.pad_left, layer.output.width);
    }
  return static_cast<double>(macs) * layer.output.channels / layer.groups;
}

double sparsity(const Bitmap& bits) {
  return 1 - static_cast<double>(bits.count()) / static_cast<double>(bits.size());
}

Calibration calibrate(const Stream& stream, const QuantizerSpec& spec, const Backend& backend,
                      const std::shared_ptr<Workers>& workers) {
  if (!needs_calibration(spec)) return {};
  Calibrator calibrator(stream.network.graph, stream.network.weights, stream.maps, spec, backend,
                        workers);
  for (const auto& frame : stream.frames) calibrator.observe(frame);
  return calibrator.finish();
}

std::string spec_of(std::string name) {  // fixed_point_8, step_3-3-4-4-4
  name[name.rfind('_')] = ':';
  std::ranges::replace(name, '-', ',');
  return name;
}

/// Largest deviation from the figures over all maps, or all layers, and where it is.
struct Worst {
  double error = 0;
  std::string where = "nowhere";
  void raise(double candidate, const std::string& name) {
    if (candidate <= error) return;
    error = candidate;
    where = name;
  }
};

double mean(const nlohmann::json& values) {
  const auto numbers = values.get<std::vector<double>>();
  return std::accumulate(numbers.begin(), numbers.end(), 0.0) / static_cast<double>(numbers.size());
}

/// Means over the frames: in one frame, one rounding that falls elsewhere (a sum in another order)
/// moves what follows it at random, by up to 0.01 in the last stage's small maps.
void check_sites(const Stream& stream, const nlohmann::json& sites,
                 const std::vector<FrameOutput>& frames, const std::string& what) {
  Worst active, delta;
  int checked = 0;
  for (std::size_t map = 0; map < stream.maps.size(); ++map) {
    if (stream.maps[map].kind != RecordedMap::Kind::kSite) continue;
    const std::string& name = stream.maps[map].name;
    double active_sum = 0, delta_sum = 0;
    for (std::size_t t = 0; t < frames.size(); ++t) {
      active_sum += sparsity(frames[t].maps[map].active);
      if (t > 0) delta_sum += sparsity(frames[t].maps[map].delta);
    }
    const auto n = static_cast<double>(frames.size());
    const auto& golden = sites.at(name);
    active.raise(std::abs(active_sum / n - mean(golden.at("activation_sparsity"))), name);
    delta.raise(std::abs(delta_sum / (n - 1) - mean(golden.at("temporal_sparsity"))), name);
    ++checked;
  }
  BOOST_TEST(checked == 49);
  BOOST_TEST_MESSAGE(what << ": activation sparsity off by up to " << active.error << " at "
                          << active.where << ", temporal " << delta.error << " at " << delta.where);
  BOOST_TEST(active.error <= kSparsityBound, what << " at " << active.where);
  BOOST_TEST(delta.error <= kSparsityBound, what << " at " << delta.where);
}

void check_layers(const Stream& stream, const nlohmann::json& layers,
                  const std::vector<FrameOutput>& frames, const std::string& what) {
  BOOST_TEST(stream.layers.size() == 54U);
  Worst worst;
  for (const Layer& layer : stream.layers) {
    const auto& golden = layers.at(layer.name);
    double spatial = 0, delta = 0;
    for (std::size_t t = 0; t < frames.size(); ++t) {
      const MapOutput& input = frames[t].maps[static_cast<std::size_t>(layer.input_map)];
      spatial += effectual_macs(layer, input.active) / static_cast<double>(frames.size());
      if (t > 0)
        delta += effectual_macs(layer, input.delta) / static_cast<double>(frames.size() - 1);
    }
    worst.raise(std::abs(spatial / mean(golden.at("spatial_macs")) - 1), layer.name + " spatial");
    worst.raise(std::abs(delta / mean(golden.at("delta_macs")) - 1), layer.name + " delta");
  }
  BOOST_TEST_MESSAGE(what << ": MACs off by up to " << worst.error << " at " << worst.where);
  BOOST_TEST(worst.error <= kMacBound, what << " at " << worst.where);
}

void check_clip(const std::string& clip) {
  const auto weights = test::shared_data_or_skip(kWeights);
  const auto figures = test::shared_data_or_skip("golden/reference/" + clip + ".json");
  const auto pictures = test::shared_data_or_skip("golden/reference/" + clip + "_frames.npy");
  if (!weights || !figures || !pictures) return;
  const auto golden = nlohmann::json::parse(std::ifstream(*figures));
  const auto backend = make_onednn_backend();
  const auto workers = std::make_shared<Workers>(available_threads());
  const Stream streams[] = {load_stream(*weights, *pictures, false),
                            load_stream(*weights, *pictures, true)};
  for (const auto& [key, expected] : golden.items()) {
    const Stream& stream = streams[key.starts_with("temporal") ? 1 : 0];
    const QuantizerSpec spec = parse_quantizer(spec_of(key.substr(key.find('/') + 1)));
    const Calibration calibration = calibrate(stream, spec, *backend, workers);
    QuantizedNetwork network(
        stream.network.graph, stream.network.weights, stream.maps,
        make_site_quantizers(spec, stream.network.graph, stream.maps, calibration), *backend,
        workers);
    std::vector<FrameOutput> outputs;
    for (const auto& frame : stream.frames) outputs.push_back(network.step(frame));
    check_sites(stream, expected.at("sites"), outputs, key);
    check_layers(stream, expected.at("layers"), outputs, key);
  }
}

BOOST_AUTO_TEST_CASE(vtest) { check_clip("vtest"); }
BOOST_AUTO_TEST_CASE(billiards) { check_clip("v_Billiards_g15_c01"); }

void check_recursion(bool temporal, Precision precision) {
  const auto weights = test::shared_data_or_skip(kWeights);
  const auto pictures = test::shared_data_or_skip("golden/reference/vtest_frames.npy");
  if (!weights || !pictures) return;
  const Stream stream = load_stream(*weights, *pictures, temporal);
  const auto backend = make_onednn_backend();
  const RecursionReport report = verify_recursion(
      stream.network.graph, stream.network.weights, stream.maps,
      [&] {
        return make_site_quantizers(parse_quantizer("step:3,3,4,4,4"), stream.network.graph,
                                    stream.maps, {});
      },
      *backend, std::make_shared<Workers>(available_threads()), precision, stream.frames);
  // 54 layers less the four operands of joins that keep no state, and the average pool.
  BOOST_TEST(report.entries.size() == 4U * 51U);
  for (const RecursionEntry& entry : report.entries)
    BOOST_TEST(entry.holds, entry.name << " frame " << entry.frame << ": error " << entry.max_error
                                       << " of " << entry.max_magnitude << ", "
                                       << entry.flipped_codes << " codes flipped");
}

BOOST_AUTO_TEST_CASE(recursion_of_floats) {
  check_recursion(false, Precision::kFloat32);
  check_recursion(true, Precision::kFloat32);
}
BOOST_AUTO_TEST_CASE(recursion_of_integers) {
  check_recursion(false, Precision::kInteger8);
  check_recursion(true, Precision::kInteger8);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
