// One frame of one ResNet-50 stream at a time; the goal is 20 ms each (40 ms a pair of streams).
#include <benchmark/benchmark.h>

#include <filesystem>
#include <random>

#include "arch/accelerator_reader.h"
#include "sim/engine/simulate.h"
#include "workloads/networks/network.h"

namespace deltasim {
namespace {

constexpr double kActiveDensity = 0.45;
constexpr double kDeltaDensity = 0.12;

std::filesystem::path configs() { return std::filesystem::path(DELTASIM_SOURCE_DIR) / "configs"; }

Bitmap random_bits(std::int64_t bits, double density, std::mt19937& random) {
  Bitmap map(static_cast<std::size_t>(bits));
  std::bernoulli_distribution one(density);
  for (std::size_t bit = 0; bit < map.size(); ++bit) {
    if (one(random)) map.set(bit);
  }
  return map;
}

void simulate_resnet50(benchmark::State& state) {
  const auto mode = static_cast<ExecutionMode>(state.range(0));
  StreamInfo stream;
  stream.graph = build_network("resnet50");
  stream.maps = recorded_maps(stream.graph, {});
  FrameRecord frame;
  std::mt19937 random(1);
  for (const RecordedMap& map : stream.maps) {
    frame.maps.push_back({random_bits(map.shape.elements(), kActiveDensity, random),
                          random_bits(map.shape.elements(), kDeltaDensity, random),
                          {}});
  }
  const ModeChoice modes(layers_of(stream.graph, stream.maps).size(), mode);
  const StreamProgram program = make_stream_program(
      read_accelerator(configs() / "accelerators" / "delta_event_256.yaml"), stream, modes,
      expect_densities(stream, modes, std::span(&frame, 1)), true, configs() / "dram");
  for (auto _ : state) {
    const FrameResult result = simulate_frame(program, frame, false);
    benchmark::DoNotOptimize(result.cycles);
  }
  state.SetLabel(std::string(to_string(mode)));
}
BENCHMARK(simulate_resnet50)->Arg(0)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace deltasim

BENCHMARK_MAIN();
