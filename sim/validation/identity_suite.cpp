#include "sim/validation/identity_suite.h"

#include <fmt/format.h>

#include <numeric>

#include "arch/accelerator_reader.h"
#include "arch/resources.h"
#include "arch/scratch_folder.h"
#include "sim/pipeline/run.h"
#include "traces/counts.h"
#include "traces/reader.h"
#include "traces/summary.h"
#include "traces/synth.h"
#include "traces/writer.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAccelerator = "delta_event_256";
constexpr const char* kEnergy = "horowitz_45nm";
/// Rounding of sums of doubles.
constexpr double kRounding = 1e-9;

fs::path write_trace(const fs::path& file, SynthOptions options) {
  options.frames = 2;
  SyntheticTrace trace(std::move(options));
  TraceWriter writer(file, trace.header());
  for (FrameRecord frame; trace.next(frame);) writer.append(frame);
  writer.finish();
  return file;
}

RunResult simulate(const fs::path& trace, const fs::path& output, std::vector<std::string> modes,
                   int jobs, const SuiteContext& context) {
  RunSpec spec;
  spec.name = "identity";
  spec.trace = trace;
  spec.accelerator = find_resource("accelerators", kAccelerator);
  spec.energy = find_resource("energy", kEnergy);
  spec.modes = std::move(modes);
  ProgressListener silent;
  return run_experiment(spec, {.output = output, .jobs = jobs},
                        context.progress ? *context.progress : silent);
}

double sum_of(const EnergyParts& parts) {
  double sum = 0;
  for (const auto& [name, picojoules] : parts) sum += picojoules;
  return sum;
}

/// MACs that the trace asks for: of all frames in spatial execution; in delta execution the first
/// frame's map is its delta.
std::pair<std::int64_t, std::int64_t> macs_of_trace(const fs::path& file) {
  TraceReader reader(file);
  std::pair<std::int64_t, std::int64_t> macs{0, 0};
  for (FrameRecord frame; reader.next(frame);) {
    const StreamInfo& stream = reader.header().streams[static_cast<std::size_t>(frame.stream)];
    for (const Layer& layer : layers_of(stream.graph, stream.maps)) {
      const MapBits& input = frame.maps[static_cast<std::size_t>(layer.input_map)];
      macs.first += count_work(layer, input.active).effectual_macs;
      macs.second += count_work(layer, input.delta).effectual_macs;
    }
  }
  return macs;
}

/// Every figure that two runs must share, in one number a kind.
void compare_runs(const ModeFigures& one, const ModeFigures& other,
                  std::vector<ValidationRow>& rows) {
  const std::string group = "one worker process against several";
  rows.push_back(equal_row(group, one.name + ": cycles", one.figures.cycles, other.figures.cycles));
  std::int64_t differing = 0;
  for (std::size_t s = 0; s < one.streams.size(); ++s) {
    for (std::size_t l = 0; l < one.streams[s].layers.size(); ++l) {
      const Figures& a = one.streams[s].layers[l].figures;
      const Figures& b = other.streams[s].layers[l].figures;
      differing += a.activity == b.activity && a.cycles == b.cycles ? 0 : 1;
    }
  }
  rows.push_back(equal_row(group, one.name + ": layers with other counts", differing, 0));
}

/// With nothing to skip, delta execution does dense execution's work, and its state's besides.
void compare_at_density_one(const RunResult& result, std::vector<ValidationRow>& rows) {
  const std::string group = "delta against dense, every element an event";
  const Figures& delta = result.mode("delta")->figures;
  const Figures& dense = result.mode("dense")->figures;
  rows.push_back(equal_row(group, "MACs executed", delta.macs.executed, dense.macs.executed));
  for (const DataKind kind : {DataKind::kWeight, DataKind::kPartialSum}) {
    rows.push_back(equal_row(group, fmt::format("register-file reads, {} bits", to_string(kind)),
                             delta.activity.at(Component::kRegisterFile, Action::kRead, kind),
                             dense.activity.at(Component::kRegisterFile, Action::kRead, kind)));
  }
  rows.push_back(equal_row(group, "dense execution's index bits in DRAM",
                           dense.activity.at(Component::kDram, Action::kRead, DataKind::kIndex),
                           0));
  rows.push_back(equal_row(group, "dense execution's state bits in DRAM",
                           dense.activity.at(Component::kDram, Action::kRead, DataKind::kState),
                           0));
}

class IdentitySuite : public ValidationSuite {
 public:
  std::string_view name() const override { return "identity"; }
  std::string_view description() const override {
    return "conservation over a run: energy, MACs and lane cycles of the parts and the whole";
  }
  std::string_view bound() const override { return "counts equal, energy 1e-9"; }
  DataNeed need() const override { return {}; }

  SuiteResult run(const SuiteContext& context) const override {
    const ScratchFolder scratch("validate");
    SuiteResult suite;
    const fs::path trace = write_trace(scratch.path() / "sparse.dtrace", synth_preset("thesis"));
    const std::vector<std::string> modes = mode_names();
    const RunResult result =
        simulate(trace, scratch.path() / "sparse", modes, context.jobs, context);
    const PeArraySpec array =
        read_accelerator(find_resource("accelerators", kAccelerator)).pe_array;
    for (const ModeFigures& mode : result.modes) {
      for (ValidationRow& row :
           conservation_rows(mode, std::int64_t{array.pes()} * array.mac_lanes)) {
        suite.rows.push_back(std::move(row));
      }
    }
    const auto [spatial, delta] = macs_of_trace(trace);
    suite.rows.push_back(equal_row("MACs executed against the trace's", "spatial",
                                   result.mode("spatial")->figures.macs.executed, spatial));
    suite.rows.push_back(equal_row("MACs executed against the trace's", "delta",
                                   result.mode("delta")->figures.macs.executed, delta));
    const RunResult again =
        simulate(trace, scratch.path() / "again", {"delta"}, context.jobs == 1 ? 2 : 1, context);
    compare_runs(*again.mode("delta"), *result.mode("delta"), suite.rows);

    SynthOptions full = synth_preset("uniform:0");
    for (SynthStream& stream : full.streams) stream.density = {.active = 1, .delta = 1};
    full.streams.resize(1);
    const fs::path all_events = write_trace(scratch.path() / "full.dtrace", std::move(full));
    compare_at_density_one(
        simulate(all_events, scratch.path() / "full", {"dense", "delta"}, context.jobs, context),
        suite.rows);
    return suite;
  }
};

}  // namespace

std::vector<ValidationRow> conservation_rows(const ModeFigures& mode, std::int64_t lanes) {
  const std::string group = mode.name + " execution";
  const Figures& whole = mode.figures;
  double layers = 0, frames = 0;
  std::int64_t layer_macs = 0;
  for (const StreamFigures& stream : mode.streams) {
    for (const LayerFigures& layer : stream.layers) {
      layers += layer.figures.energy.total;
      layer_macs += layer.figures.macs.executed;
    }
  }
  for (const FrameFigures& frame : mode.frames) frames += frame.figures.energy.total;
  const std::int64_t lane_cycles =
      std::accumulate(whole.stalls.begin(), whole.stalls.end(), whole.macs.executed);
  return {
      bounded_row(group, "energy of the components, pJ", sum_of(whole.energy.by_component),
                  whole.energy.total, kRounding),
      bounded_row(group, "energy of the kinds of data, pJ", sum_of(whole.energy.by_data),
                  whole.energy.total, kRounding),
      bounded_row(group, "energy of the layers, pJ", layers, whole.energy.total, kRounding),
      bounded_row(group, "energy of the frames, pJ", frames, whole.energy.total, kRounding),
      equal_row(group, "MACs of the layers", layer_macs, whole.macs.executed),
      equal_row(group, "MACs and stalls, lane cycles", lane_cycles, lanes * whole.cycles),
  };
}

std::unique_ptr<ValidationSuite> make_identity_suite() { return std::make_unique<IdentitySuite>(); }

}  // namespace deltasim
