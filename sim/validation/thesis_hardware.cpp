#include "sim/validation/thesis_hardware.h"

#include <fmt/format.h>

#include <utility>

#include "arch/errors.h"
#include "arch/resources.h"
#include "arch/scratch_folder.h"
#include "sim/pipeline/run.h"
#include "traces/counts.h"
#include "traces/synth.h"
#include "traces/writer.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAccelerator = "delta_event_256";
constexpr const char* kEnergy = "horowitz_45nm";

std::int64_t delta_macs(const StreamInfo& stream, const FrameRecord& frame) {
  std::int64_t macs = 0;
  for (const Layer& layer : layers_of(stream.graph, stream.maps)) {
    const Bitmap& input = frame.maps.at(static_cast<std::size_t>(layer.input_map)).delta;
    macs += count_work(layer, input).effectual_macs;
  }
  return macs;
}

/// Writes the first, dense frame and one after it.
/// @return the MACs that the delta maps ask for
std::int64_t write_trace(const fs::path& file) {
  SynthOptions options = synth_preset("thesis");
  options.frames = 2;
  SyntheticTrace trace(std::move(options));
  TraceWriter writer(file, trace.header());
  std::int64_t macs = 0;
  for (FrameRecord frame; trace.next(frame);) {
    macs += delta_macs(trace.header().streams.at(static_cast<std::size_t>(frame.stream)), frame);
    writer.append(frame);
  }
  writer.finish();
  return macs;
}

RunResult simulate(const fs::path& trace, const fs::path& output, const SuiteContext& context) {
  RunSpec spec;
  spec.name = "thesis";
  spec.trace = trace;
  spec.accelerator = find_resource("accelerators", kAccelerator);
  spec.energy = find_resource("energy", kEnergy);
  spec.modes = {"dense", "delta"};
  ProgressListener silent;
  return run_experiment(spec, {.output = output, .jobs = context.jobs},
                        context.progress ? *context.progress : silent);
}

void add_reductions(const RunResult& result, const std::string& group,
                    std::vector<ValidationRow>& rows) {
  for (const WaterfallStep& step : result.waterfall) {
    rows.push_back(told_row(group, step.text, step.reduction, ""));
  }
  for (const ModeReductions& mode : result.reductions) {
    if (mode.mode != "delta" || mode.against.empty()) continue;
    rows.push_back(
        told_row(group, "DRAM accesses, both frames", mode.against.front().dram_accesses, ""));
  }
}

}  // namespace

std::vector<ValidationRow> run_thesis_on_hardware(const SuiteContext& context) {
  const ScratchFolder scratch("validate");
  const fs::path trace = scratch.path() / "thesis.dtrace";
  const std::int64_t asked = write_trace(trace);
  const RunResult result = simulate(trace, scratch.path() / "result", context);
  const ModeFigures* delta = result.mode("delta");
  DELTASIM_INVARIANT(delta != nullptr, "the run gives every mode that it was asked for");

  const std::string group = fmt::format("86 and 89 % sparse, on {}", kAccelerator);
  std::vector<ValidationRow> rows;
  rows.push_back(
      equal_row(group, "MACs executed by the array", delta->figures.macs.executed, asked));
  add_reductions(result, group, rows);
  return rows;
}

}  // namespace deltasim
