// Speed of writing, reading and counting traces of ResNet-50's size, per core.
//
// "bitmap/s" counts both bitmaps of every map, one bit an element: 2.5 MB a spatial frame.
// Without arguments the maps are synthetic, at the densities of a recorded clip: 25 % active and
// 13 % changed. Synthetic maps have no structure beyond these, so they are larger than recorded
// ones and slower to read. DELTASIM_BENCH_TRACE=FILE takes the frames of a recorded trace.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>

#include "traces/counts.h"
#include "traces/frame_codec.h"
#include "traces/reader.h"
#include "traces/summary.h"
#include "traces/synth.h"
#include "traces/writer.h"
#include "workloads/networks/network.h"

namespace {

using namespace deltasim;

constexpr std::int64_t kFrames = 20;

/// One stream's first frames and the file that holds them.
class Clip {
 public:
  static const Clip& get() {
    static const Clip clip;
    return clip;
  }
  Clip(const Clip&) = delete;
  Clip& operator=(const Clip&) = delete;

  const StreamInfo& stream() const { return header_.streams.front(); }
  const std::vector<FrameRecord>& frames() const { return frames_; }
  const std::filesystem::path& file() const { return file_; }
  /// Of both bitmaps of one frame.
  double bitmap_bytes() const {
    double bits = 0;
    for (const RecordedMap& map : stream().maps) bits += static_cast<double>(map.shape.elements());
    return 2 * bits / 8;
  }

 private:
  Clip() {
    const char* recorded = std::getenv("DELTASIM_BENCH_TRACE");
    recorded != nullptr ? take_recorded(recorded) : make_synthetic();
    TraceWriter writer(file_, header_);
    for (const FrameRecord& frame : frames_) writer.append(frame);
    writer.finish();
  }
  ~Clip() { std::filesystem::remove(file_); }

  void take_recorded(const char* file) {
    TraceReader reader(file);
    header_ = reader.header();
    header_.streams.resize(1);
    FrameRecord record;
    while (static_cast<std::int64_t>(frames_.size()) < kFrames && reader.next(record)) {
      if (record.stream == 0) frames_.push_back(record);
    }
  }
  void make_synthetic() {
    SynthOptions options;
    options.streams.push_back(
        {synth_stream_info("spatial", build_network("resnet50")), {0.25, 0.13}, {}});
    options.frames = kFrames;
    SyntheticTrace trace(std::move(options));
    header_ = trace.header();
    FrameRecord record;
    while (trace.next(record)) frames_.push_back(record);
  }

  TraceHeader header_;
  std::vector<FrameRecord> frames_;
  std::filesystem::path file_ = std::filesystem::temp_directory_path() /
                                ("deltasim_bench_" + std::to_string(std::rand()) + ".dtrace");
};

void report(benchmark::State& state) {
  state.counters["bitmap/s"] =
      benchmark::Counter(Clip::get().bitmap_bytes(), benchmark::Counter::kIsIterationInvariantRate,
                         benchmark::Counter::kIs1000);
}

/// One frame to its record's payload, as the writer's thread does it.
void encode_frame(benchmark::State& state) {
  const Clip& clip = Clip::get();
  FrameEncoder encoder(false);
  Bytes payload;
  std::size_t bytes = 0;
  std::size_t at = 0;
  for (auto _ : state) {
    at = at + 1 == clip.frames().size() ? 1 : at + 1;
    encoder.encode(clip.stream(), clip.frames()[at], &clip.frames()[at - 1].maps, payload);
    bytes += payload.size();
  }
  report(state);
  state.counters["bytes/frame"] =
      benchmark::Counter(static_cast<double>(bytes), benchmark::Counter::kAvgIterations);
}
BENCHMARK(encode_frame)->Unit(benchmark::kMillisecond);

/// Calls `use` for every frame read in order; the file is opened anew when it ends.
template <typename Use>
void read_frames(benchmark::State& state, const Use& use) {
  TraceReader reader(Clip::get().file());
  FrameRecord record;
  std::int64_t frame = 0;
  const std::int64_t frames = reader.frames(0);
  for (auto _ : state) {
    reader.read(0, frame, record);
    use(record);
    frame = frame + 1 == frames ? 0 : frame + 1;
  }
  report(state);
}

void read_frame(benchmark::State& state) {
  read_frames(state, [](const FrameRecord& record) { benchmark::DoNotOptimize(record.maps); });
}
BENCHMARK(read_frame)->Unit(benchmark::kMillisecond);

/// Reading and all of the counts of `deltasim trace info`.
void read_and_count_frame(benchmark::State& state) {
  FrameCounter counter(Clip::get().stream());
  read_frames(state, [&](const FrameRecord& record) { counter.add(record); });
}
BENCHMARK(read_and_count_frame)->Unit(benchmark::kMillisecond);

void count_frame(benchmark::State& state) {
  const Clip& clip = Clip::get();
  FrameCounter counter(clip.stream());
  for (auto _ : state) counter.add(clip.frames()[1]);
  report(state);
}
BENCHMARK(count_frame)->Unit(benchmark::kMillisecond);

void make_synthetic_frame(benchmark::State& state) {
  SynthOptions options;
  options.streams.push_back(
      {synth_stream_info("spatial", build_network("resnet50")), {0.52, 0.12}, {}});
  options.frames = 1 << 30;
  SyntheticTrace trace(std::move(options));
  FrameRecord record;
  for (auto _ : state) trace.next(record);
  report(state);
}
BENCHMARK(make_synthetic_frame)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
