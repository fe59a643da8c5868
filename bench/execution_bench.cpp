// The reference network against oneDNN's bare convolutions of the same shapes.
//
// "share" is the figure to keep: time of the bare convolutions over time of the whole network
// (convolutions, bias, joins, activations, quantization, comparison, bitmaps, and the trace, which
// is compressed and written), for a pair of frames, one of each stream. The two take turns in the
// same run, since a machine's speed changes from minute to minute. Bare means one primitive a
// layer, over the whole map, NHWC, weights in the layout oneDNN likes best, its own threads,
// float32 or int32 out; the first layer runs in float32 either way.
//
// DELTASIM_BENCH_FRAMES=FILE (.npy, 14 frames or more) and DELTASIM_BENCH_WEIGHTS=FILE (.npz) take
// real ones; the default is a moving pattern and untrained weights.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>

#include "traces/writer.h"
#include "workloads/execution/batch_norm_calibration.h"
#include "workloads/execution/quantized_network.h"
#include "workloads/networks/network.h"
#include "workloads/video/frame_source.h"
#include "workloads/video/preprocess.h"
#include "workloads/weights.h"

namespace {

using namespace deltasim;
using Clock = std::chrono::steady_clock;
using dnnl::memory;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::shared_ptr<const Image> pattern(int t) {
  Image image{224, 224, std::vector<std::uint8_t>(std::size_t{224} * 224 * 3)};
  for (int y = 0; y < 224; ++y)
    for (int x = 0; x < 224; ++x) {
      const bool inside = (x - 40 - 2 * t) * (x - 40 - 2 * t) + (y - 110) * (y - 110) < 900;
      for (int c = 0; c < 3; ++c)
        image.rgb[static_cast<std::size_t>((y * 224 + x) * 3 + c)] = static_cast<std::uint8_t>(
            inside ? 230 - 40 * c : (x * (3 + c) / 4 + y * 2 + ((x / 16 + y / 16) % 2) * 60) % 256);
    }
  return std::make_shared<const Image>(std::move(image));
}

std::vector<std::shared_ptr<const Image>> load_pictures() {
  std::vector<std::shared_ptr<const Image>> pictures;
  if (const char* file = std::getenv("DELTASIM_BENCH_FRAMES")) {
    const auto source = open_frame_source(file);
    while (auto picture = source->next())
      pictures.push_back(std::make_shared<const Image>(std::move(*picture)));
  } else {
    for (int t = 0; t < 14; ++t) pictures.push_back(pattern(t));
  }
  return pictures;
}

struct Stream {
  FoldedNetwork folded;
  std::vector<RecordedMap> maps;
  std::vector<std::vector<float>> frames;
};

Stream make_stream(bool temporal, const std::vector<std::shared_ptr<const Image>>& pictures) {
  Stream stream;
  for (std::size_t t = 0; t + 10 < pictures.size(); ++t) {
    auto& input = stream.frames.emplace_back(std::size_t{224} * 224 * (temporal ? 30 : 3));
    if (temporal) {
      temporal_input(std::span(pictures).subspan(t, 11), input);
    } else {
      spatial_input(*pictures[t + 10], {}, input);
    }
  }
  deltasim::NetworkOptions options;
  options.input_channels = temporal ? 30 : 3;
  Weights weights;
  if (const char* file = std::getenv("DELTASIM_BENCH_WEIGHTS")) {
    weights = load_weights_npz(file);
    options.classes = class_count("resnet50", weights);
    if (temporal) weights = cross_modality(weights, "conv1", 30);
  }
  const Graph graph = build_network("resnet50", options);
  if (weights.tensors.empty())
    weights = calibrate_batch_norm(graph, he_initialisation(graph, 1),
                                   std::span(stream.frames).first(1), *make_onednn_backend());
  stream.folded = fold_batch_norm(graph, weights, FoldStyle::kApart);
  stream.maps = recorded_maps(stream.folded.graph, {});
  return stream;
}

const std::vector<Stream>& streams() {
  static const std::vector<Stream> both = [] {
    const auto pictures = load_pictures();
    std::vector<Stream> result;
    result.push_back(make_stream(false, pictures));
    result.push_back(make_stream(true, pictures));
    return result;
  }();
  return both;
}

/// oneDNN and nothing else.
class BareConvolutions {
 public:
  explicit BareConvolutions(Precision precision)
      : engine_(dnnl::engine::kind::cpu, 0), stream_(engine_) {
    for (const Stream& stream : streams()) {
      bool first = true;
      for (const Layer& layer : layers_of(stream.folded.graph, stream.maps)) {
        if (layer.output.pixels() > 1) add(layer, !first && precision == Precision::kInteger8);
        first = false;
      }
    }
  }
  void run() {
    for (const auto& [convolution, arguments] : layers_) convolution.execute(stream_, arguments);
    stream_.wait();
  }

 private:
  using Arguments = std::unordered_map<int, memory>;

  memory filled(const memory::desc& desc) {
    memory result(desc, engine_);
    std::memset(result.get_data_handle(), 1, desc.get_size());
    return result;
  }

  void add(const Layer& layer, bool integer) {
    using Type = memory::data_type;
    using Tag = memory::format_tag;
    const Window& w = layer.window;
    const memory::desc source({1, layer.input.channels, layer.input.height, layer.input.width},
                              integer ? Type::u8 : Type::f32, Tag::nhwc);
    const memory::desc weights(
        {layer.output.channels, layer.input.channels, w.kernel_h, w.kernel_w},
        integer ? Type::s8 : Type::f32, Tag::any);
    const memory::desc sums({1, layer.output.channels, layer.output.height, layer.output.width},
                            integer ? Type::s32 : Type::f32, Tag::nhwc);
    const dnnl::convolution_forward::primitive_desc description(
        {dnnl::prop_kind::forward_inference,
         dnnl::algorithm::convolution_direct,
         source,
         weights,
         sums,
         {w.stride_h, w.stride_w},
         {w.pad_top, w.pad_left},
         {w.pad_bottom, w.pad_right}},
        engine_);
    layers_.emplace_back(dnnl::convolution_forward(description),
                         Arguments{{DNNL_ARG_SRC, filled(description.src_desc())},
                                   {DNNL_ARG_WEIGHTS, filled(description.weights_desc())},
                                   {DNNL_ARG_DST, filled(description.dst_desc())}});
  }

  dnnl::engine engine_;
  dnnl::stream stream_;
  std::vector<std::pair<dnnl::convolution_forward, Arguments>> layers_;
};

/// Both streams' networks and the trace they write.
class TwoStreamNetwork {
 public:
  TwoStreamNetwork(Precision precision, bool write) {
    const QuantizerSpec spec = parse_quantizer("step:3,3,4,4,4");
    const auto workers = std::make_shared<Workers>(available_threads());
    for (const Stream& stream : streams())
      networks_.push_back(std::make_unique<QuantizedNetwork>(
          stream.folded.graph, stream.folded.weights, stream.maps,
          make_site_quantizers(spec, stream.folded.graph, stream.maps, {}), *backend_, workers,
          ExecutionOptions{.precision = precision}));
    if (write) writer_.emplace(file_, header());
  }
  ~TwoStreamNetwork() {
    if (!writer_) return;
    writer_->finish();
    std::filesystem::remove(file_);
  }
  TwoStreamNetwork(const TwoStreamNetwork&) = delete;
  TwoStreamNetwork& operator=(const TwoStreamNetwork&) = delete;

  void run_pair() {
    for (std::size_t s = 0; s < networks_.size(); ++s) {
      const auto& frames = streams()[s].frames;
      networks_[s]->step(frames[static_cast<std::size_t>(frame_) % frames.size()]);
      if (writer_) append(static_cast<int>(s));
    }
    ++frame_;
  }

 private:
  void append(int stream) {
    FrameRecord record;
    record.stream = stream;
    record.frame = frame_;
    for (MapOutput& map : networks_[static_cast<std::size_t>(stream)]->take_output().maps)
      record.maps.push_back({std::move(map.active), std::move(map.delta), {}});
    writer_->append(std::move(record));
  }

  static TraceHeader header() {
    TraceHeader header;
    header.quantizer = "step:3,3,4,4,4";
    for (const Stream& stream : streams()) {
      StreamInfo info;
      info.name = header.streams.empty() ? "spatial" : "temporal";
      info.graph = stream.folded.graph;
      info.maps = stream.maps;
      header.streams.push_back(std::move(info));
    }
    return header;
  }

  std::unique_ptr<Backend> backend_ = make_onednn_backend();
  std::vector<std::unique_ptr<QuantizedNetwork>> networks_;
  std::filesystem::path file_ =
      std::filesystem::temp_directory_path() / ("execution_bench." + std::to_string(getpid()));
  std::optional<TraceWriter> writer_;
  std::int64_t frame_ = 0;
};

double peak_memory_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void network_against_bare_convolutions(benchmark::State& state, Precision precision, bool write) {
  constexpr int kPairs = 5;  // before the two change turns: the writer falls into step
  BareConvolutions bare(precision);
  TwoStreamNetwork network(precision, write);
  bare.run();
  network.run_pair();
  std::vector<double> bare_times, network_times;
  for (auto _ : state) {
    auto start = Clock::now();
    for (int i = 0; i < kPairs; ++i) bare.run();
    bare_times.push_back(seconds_since(start) / kPairs);
    start = Clock::now();
    for (int i = 0; i < kPairs; ++i) network.run_pair();
    network_times.push_back(seconds_since(start) / kPairs);
  }
  state.counters["bare_ms"] = median(bare_times) * 1e3;
  state.counters["network_ms"] = median(network_times) * 1e3;
  state.counters["share"] = median(bare_times) / median(network_times);
  state.counters["best_share"] =
      *std::ranges::min_element(bare_times) / *std::ranges::min_element(network_times);
  state.counters["pairs_per_s"] = 1 / median(network_times);
  state.counters["peak_MiB"] = peak_memory_mib();
}

BENCHMARK_CAPTURE(network_against_bare_convolutions, fp32, Precision::kFloat32, true)
    ->Iterations(20)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(network_against_bare_convolutions, int8, Precision::kInteger8, true)
    ->Iterations(40)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(network_against_bare_convolutions, fp32_without_trace, Precision::kFloat32, false)
    ->Iterations(20)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(network_against_bare_convolutions, int8_without_trace, Precision::kInteger8,
                  false)
    ->Iterations(40)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
