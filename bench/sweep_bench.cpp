// Points of a sweep that differ in the energy table only: one simulation, then each is accounted
// anew. The goal is 1,000 points a second.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <vector>

#include "explore/evaluation.h"
#include "explore/local_engine.h"

namespace deltasim {
namespace {

/// Folder of one benchmark, with the work items of the shipped sample once it was simulated.
class SharedFolder {
 public:
  SharedFolder() { std::filesystem::create_directories(path_); }
  ~SharedFolder() { std::filesystem::remove_all(path_); }
  SharedFolder(const SharedFolder&) = delete;
  SharedFolder& operator=(const SharedFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_ =
      std::filesystem::temp_directory_path() / fmt::format("deltasim_sweep_bench.{}", ::getpid());
};

/// A price of DRAM of its own for each.
std::vector<Overrides> points_of(const char* modes, std::size_t count) {
  std::vector<Overrides> points;
  for (std::size_t i = 0; i < count; ++i) {
    points.push_back(
        {{"modes", modes}, {"energy.dram.access.energy", fmt::format("{} pJ", 600 + i)}});
  }
  return points;
}

/// On one core, with the
/// reading of the trace and of the simulated work items, and the mapping; not with the simulation.
void account_anew(benchmark::State& state, const char* modes, std::size_t count) {
  const SharedFolder folder;
  SweepSpec spec;
  spec.experiment =
      std::filesystem::path(DELTASIM_SOURCE_DIR) / "configs/experiments/two_stream_sample.yaml";
  spec.objectives = {
      {.name = "energy", .expression = "modes.delta.energy_pJ.total"},
      {.name = "energy_delay", .expression = "modes.delta.energy_pJ.total * modes.delta.time_s"},
      {.name = "state", .expression = "modes.delta.state.bytes_per_frame"}};
  const SharedWork shared{.folder = folder.path(), .tool_version = "benchmark"};
  const std::vector<Overrides> points = points_of(modes, count);
  const auto evaluate = [&] {
    for (const Evaluation& point : evaluate_group(spec, points, shared)) {
      if (point.status != PointStatus::kDone) throw std::runtime_error(point.error);
    }
  };
  evaluate();
  for (auto _ : state) evaluate();
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}
BENCHMARK_CAPTURE(account_anew, delta, "[delta]", kLargestUnit)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(account_anew, dense_and_delta, "[dense, delta]", kLargestUnit)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(account_anew, all_modes, "[dense, spatial, delta, selective]", 64)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1);

}  // namespace
}  // namespace deltasim

BENCHMARK_MAIN();
