// A sweep of the shipped sample, every point simulated: points an hour and core, and whether a
// second core doubles them.
#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "explore/local_engine.h"
#include "explore/sweep.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

constexpr const char* kVersion = "benchmark";
constexpr double kSecondsAnHour = 3600;

/// 200 designs of which no two share a simulation; as many as asked for of them, at random.
SweepSpec sweep_of(const fs::path& folder, std::int64_t points) {
  const fs::path file = folder / "sweep.yaml";
  std::ofstream(file) << "experiment: two_stream_sample\n"
                         "set: {modes: [delta]}\n"
                         "parameters:\n"
                         "  accelerator.pe_array.fifo_depth: [1, 2, 3, 4, 6, 8, 12, 16, 24, 32]\n"
                         "  accelerator.glb.banks: [4, 8, 16, 32]\n"
                         "  accelerator.clock: [300 MHz, 350 MHz, 400 MHz, 450 MHz, 500 MHz]\n"
                         "strategy: {kind: random, points: "
                      << points
                      << "}\n"
                         "objectives:\n"
                         "  - {minimise: modes.delta.energy_pJ.total, name: energy}\n"
                         "  - {minimise: modes.delta.time_s, name: time}\n";
  return load_sweep(file, {});
}

double cpu_seconds_of(int who) {
  rusage usage{};
  ::getrusage(who, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double cpu_seconds() { return cpu_seconds_of(RUSAGE_SELF) + cpu_seconds_of(RUSAGE_CHILDREN); }

/// @param state points, jobs
void sweep_sample(benchmark::State& state) {
  const fs::path folder =
      fs::temp_directory_path() / ("deltasim-sweep-bench-" + std::to_string(::getpid()));
  fs::create_directory(folder);
  const SweepSpec spec = sweep_of(folder, state.range(0));
  ProgressListener silent;
  double points = 0, wall_s = 0, cpu_s = 0;
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    const double cpu_before = cpu_seconds();
    LocalEngine engine({.shared = {.folder = folder / "out" / "shared", .tool_version = kVersion},
                        .jobs = static_cast<int>(state.range(1))});
    const SweepResult result = run_sweep(
        spec, {.output = folder / "out", .tool_version = kVersion, .command = ""}, engine, silent);
    if (counts_of(result).done != state.range(0)) {
      state.SkipWithError(("a point failed: " + result.points.front().error).c_str());
      break;
    }
    points += static_cast<double>(result.points.size());
    wall_s += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    cpu_s += cpu_seconds() - cpu_before;
    state.PauseTiming();
    fs::remove_all(folder / "out");
    state.ResumeTiming();
  }
  fs::remove_all(folder);
  state.counters["points_per_h"] = points / wall_s * kSecondsAnHour;
  state.counters["points_per_core_h"] = points / cpu_s * kSecondsAnHour;
  state.counters["cpu_per_wall"] = cpu_s / wall_s;
}
BENCHMARK(sweep_sample)
    ->ArgNames({"points", "jobs"})
    ->Args({24, 1})
    ->Args({24, 2})
    ->Args({200, 2})
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kSecond);

}  // namespace
}  // namespace deltasim

BENCHMARK_MAIN();
