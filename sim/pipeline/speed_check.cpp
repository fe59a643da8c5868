#include "sim/pipeline/speed_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <numeric>
#include <optional>

#include "arch/errors.h"
#include "arch/resources.h"
#include "sim/engine/simulate.h"
#include "sim/pipeline/experiment.h"
#include "sim/pipeline/priced_machine.h"
#include "sim/pipeline/worker_pool.h"
#include "sim/work/stream_program.h"
#include "traces/reader.h"

namespace deltasim {
namespace {

constexpr const char* kExperiment = "two_stream_sample";
constexpr std::int64_t kFrame = 1;  ///< the first one is no usual one

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

class Job {
 public:
  Job() : spec_(load_experiment(find_resource("experiments", kExperiment), {})) {
    if (!spec_.trace) throw ConfigError(kExperiment, "this shipped experiment names no trace");
    TraceReader reader(*spec_.trace);
    const StreamInfo& stream = reader.header().streams.front();
    reader.read(0, kFrame, frame_);
    const LoadedMachine machine = load_machine(spec_.accelerator, {});
    const ModeChoice modes(layers_of(stream.graph, stream.maps).size(), ExecutionMode::kDelta);
    program_.emplace(make_stream_program(machine.spec, stream, modes,
                                         expect_densities(stream, modes, {&frame_, 1}), true,
                                         configs_folder() / "dram"));
    check_.trace = spec_.trace->filename().string();
    check_.accelerator = machine.spec.name;
    check_.layers = stream.graph.name;
  }

  SpeedCheck run(int repeats, int jobs) {
    for (const double seconds : in_workers(repeats, 1)) check_.frame_seconds.push_back(seconds);
    std::ranges::sort(check_.frame_seconds);
    const Clock::time_point start = Clock::now();
    in_workers(repeats * jobs, jobs);
    check_.jobs = jobs;
    check_.frames_per_second = repeats * jobs / seconds_since(start);
    return check_;
  }

 private:
  /// Seconds that each frame took.
  std::vector<double> in_workers(int count, int jobs) {
    std::vector<std::size_t> items(static_cast<std::size_t>(count));
    std::iota(items.begin(), items.end(), std::size_t{0});
    std::vector<double> seconds;
    run_in_workers(
        items, jobs, [this](std::size_t) { return simulate(); },
        [&](const ItemOutcome& outcome) {
          if (!outcome.fault.empty()) throw InternalError("speed check: " + outcome.fault);
          char* rest = nullptr;
          seconds.push_back(std::strtod(outcome.bytes.c_str(), &rest));
          check_.cycles = std::strtoll(rest, nullptr, 10);
        });
    return seconds;
  }

  std::string simulate() const {
    const Clock::time_point start = Clock::now();
    const FrameResult result = simulate_frame(*program_, frame_, false);
    return fmt::format("{} {}", seconds_since(start), result.cycles);
  }

  RunSpec spec_;
  FrameRecord frame_;
  std::optional<StreamProgram> program_;
  SpeedCheck check_;
};

}  // namespace

double SpeedCheck::median_seconds() const {
  const std::size_t half = frame_seconds.size() / 2;
  return frame_seconds.size() % 2 == 1 ? frame_seconds[half]
                                       : (frame_seconds[half - 1] + frame_seconds[half]) / 2;
}

SpeedCheck check_speed(int repeats, int jobs) {
  DELTASIM_INVARIANT(repeats >= 1 && jobs >= 1, "a check that measures something");
  return Job().run(repeats, jobs);
}

}  // namespace deltasim
