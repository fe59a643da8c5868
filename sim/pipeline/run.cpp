#include "sim/pipeline/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "arch/errors.h"
#include "arch/resources.h"
#include "arch/stage_clock.h"
#include "sim/pipeline/aggregate.h"
#include "sim/pipeline/claims.h"
#include "sim/pipeline/dram_figures.h"
#include "sim/pipeline/experiment_trace.h"
#include "sim/pipeline/operating_notes.h"
#include "sim/pipeline/output_folder.h"
#include "sim/pipeline/priced_machine.h"
#include "sim/pipeline/real_time.h"
#include "sim/pipeline/record_source.h"
#include "sim/pipeline/run_details.h"
#include "sim/pipeline/selective.h"
#include "sim/pipeline/state_lifetime.h"
#include "sim/pipeline/table_figures.h"
#include "sim/pipeline/timeline_run.h"

namespace deltasim {
namespace {

constexpr const char* kSelective = "selective";
constexpr const char* kBaseline = "baseline";

bool remembers_more_than_sums(const std::string& quantizer) {
  return quantizer.starts_with("threshold") || quantizer.starts_with("sigma_delta");
}

class Run {
 public:
  Run(const RunSpec& spec, const RunOptions& options, ProgressListener& progress)
      : spec_(spec),
        options_(options),
        progress_(progress),
        stages_(progress, "reading the input"),
        machine_(load_machine(spec.accelerator, spec.accelerator_overrides, spec.energy,
                              spec.dram_energy, spec.energy_scale)),
        records_(stored_records(experiment_trace(spec, options, progress),
                                {.frames = spec.frames,
                                 .tool_version = options.tool_version,
                                 .items = options.output / "items",
                                 .jobs = options.jobs})) {
    if (spec.baseline)
      baseline_.emplace(
          load_machine(*spec.baseline, {}, spec.energy, spec.dram_energy, spec.energy_scale));
    // What the DRAM part does not state shows before anything is simulated.
    if (spec.frame_rate) idle_of(machine_, machine_.prices);
    if (options.timeline) choose_what_to_draw();
    tell_files(spec, records_->file(), header_, frames_, progress);
  }

  RunResult run() {
    simulate_uniform();
    if (wants(kSelective)) simulate_selective();
    if (drawn_) draw();
    stages_.begin("putting the result together");
    RunResult result;
    describe(result);
    claim(result);
    return result;
  }

 private:
  bool wants(const std::string& mode) const {
    return std::find(spec_.modes.begin(), spec_.modes.end(), mode) != spec_.modes.end();
  }

  IdleSpending idle_of(const PricedMachine& machine, const EnergyPrices& prices) const {
    return idle_spending(machine.spec.dram, machine.dram, prices, spec_.dram_idle);
  }

  StreamProgram program_for(const PricedMachine& machine, std::size_t stream,
                            const ModeChoice& modes) {
    const StreamInfo& info = header_.streams[stream];
    return make_stream_program(
        machine.spec, info, modes, expect_densities(info, modes, records_->samples()[stream]),
        !remembers_more_than_sums(header_.quantizer), configs_folder() / "dram");
  }

  ModeSetup setup_for(const std::string& name, const PricedMachine& machine,
                      const std::vector<ModeChoice>& modes) {
    stages_.begin(fmt::format("mapping for {} execution", name));
    ModeSetup setup{.name = name, .machine = machine.text, .streams = {}};
    for (std::size_t s = 0; s < header_.streams.size(); ++s) {
      setup.streams.push_back(program_for(machine, s, modes[s]));
    }
    require_state_fits(setup);
    tell_mapping(setup, stream_names(), progress_);
    return setup;
  }

  std::vector<ModeChoice> uniform(ExecutionMode mode) const {
    std::vector<ModeChoice> modes;
    for (const StreamInfo& stream : header_.streams) {
      modes.emplace_back(layers_of(stream.graph, stream.maps).size(), mode);
    }
    return modes;
  }

  /// Selective execution chooses among the other three, so it needs them all.
  void simulate_uniform() {
    for (const ExecutionMode mode :
         {ExecutionMode::kDense, ExecutionMode::kSpatial, ExecutionMode::kDelta}) {
      const std::string name(to_string(mode));
      if (!wants(name) && !wants(kSelective)) continue;
      setups_.push_back(setup_for(name, machine_, uniform(mode)));
    }
    if (baseline_) {
      setups_.push_back(setup_for(kBaseline, *baseline_, uniform(ExecutionMode::kDense)));
    }
    keep(setups_, simulate());
  }

  std::vector<ModeResults> simulate() {
    stages_.begin("simulating");
    return records_->simulate(setups_, progress_);
  }

  void keep(const std::vector<ModeSetup>& setups, std::vector<ModeResults> results) {
    stages_.begin("accounting");
    for (std::size_t i = 0; i < setups.size(); ++i) {
      const PricedMachine& machine = setups[i].name == kBaseline ? *baseline_ : machine_;
      const EnergyPrices& prices = machine.prices_of(keeps_state(setups[i]));
      ModeFigures& mode = figures_[setups[i].name];
      mode = mode_figures(setups[i], results[i], stream_names(), stream_weights(), prices);
      mode.dram = dram_figures(mode.figures, machine.spec.dram, machine.dram, machine.prices);
      if (spec_.frame_rate) {
        mode.real_time = real_time(mode, *spec_.frame_rate, idle_of(machine, prices));
      }
      if (machine.state_memory) {
        wear_notes_[setups[i].name] = weigh_state_memory(
            setups[i], results[i], *machine.state_memory, spec_.frame_rate, mode);
      }
      results_[setups[i].name] = std::move(results[i]);
    }
  }

  const ModeSetup& setup_of(const std::string& mode) const {
    for (const ModeSetup& setup : setups_) {
      if (setup.name == mode) return setup;
    }
    throw InternalError("mode " + mode + " was not set up");
  }
  const StreamProgram& program_of(const std::string& mode, std::size_t stream) const {
    return setup_of(mode).streams[stream];
  }

  /// What the user asks for must be there before anything is simulated.
  void choose_what_to_draw() {
    std::vector<std::string> modes = spec_.modes;
    if (baseline_) modes.emplace_back(kBaseline);
    drawn_ = choose_timeline(*options_.timeline, modes, header_.streams, frames_);
  }

  void draw() {
    const ModeSetup& setup = setup_of(drawn_->mode);
    Timeline timeline = record_timeline(
        *options_.timeline, *drawn_,
        {.setup = setup, .results = results_.at(drawn_->mode), .trace = records_->file()},
        progress_);
    timeline.provenance.emplace_back("experiment", spec_.name);
    timeline.provenance.emplace_back("deltasim", options_.tool_version);
    timeline.provenance.emplace_back("command", options_.command);
    options_.draw(timeline);
  }

  std::vector<LayerCosts> costs_of(std::size_t stream) const {
    return layer_costs({&figures_.at("dense").streams[stream],
                        &figures_.at("spatial").streams[stream],
                        &figures_.at("delta").streams[stream]});
  }

  /// Chooses, simulates the mixture, and falls back to the best mode alone where the mixture
  /// costs more than it promised: joins and forms couple layers in ways that a chain of
  /// neighbours does not see.
  void simulate_selective() {
    const Component home = home_of(machine_.spec.state.place);
    const auto price = [&](Action action) {
      return machine_.prices.at(home, action, DataKind::kState).energy().value();
    };
    // What changes the form is read as often as it is written.
    const double state_bit = (price(Action::kRead) + price(Action::kWrite)) / 2;
    std::vector<ModeChoice> chosen;
    for (std::size_t s = 0; s < header_.streams.size(); ++s) {
      const StreamFigures& delta = figures_.at("delta").streams[s];
      const StreamProgram& program = program_of("delta", s);
      chosen.push_back(choose_modes(costs_of(s), switch_costs(program, delta, state_bit)));
      agree_on_sums(program.plan, chosen.back());
    }
    std::string best = "dense";
    for (const char* mode : {"spatial", "delta"}) {
      if (energy(mode) < energy(best)) best = mode;
    }
    std::vector<ModeSetup> uniform_setups = std::move(setups_);
    setups_.clear();
    setups_.push_back(setup_for(kSelective, machine_, chosen));
    std::vector<ModeResults> results = simulate();
    keep(setups_, std::move(results));
    uniform_setups.push_back(std::move(setups_.front()));
    setups_ = std::move(uniform_setups);
    if (energy(kSelective) > energy(best)) {
      notes_.push_back(
          fmt::format("a mixture of modes costs {:.3g} times the energy of {} "
                      "execution alone, so selective execution is {} throughout",
                      energy(kSelective) / energy(best), best, best));
      figures_[kSelective] = figures_.at(best);
      figures_[kSelective].name = kSelective;
      results_[kSelective] = results_.at(best);
      setups_.back() = setup_of(best);
      setups_.back().name = kSelective;
      wear_notes_.erase(kSelective);
    }
  }

  double energy(const std::string& mode) const { return figures_.at(mode).figures.energy.total; }

  std::vector<std::string> stream_names() const {
    std::vector<std::string> names;
    for (const StreamInfo& stream : header_.streams) names.push_back(stream.name);
    return names;
  }
  std::vector<std::string> stream_weights() const {
    std::vector<std::string> kinds;
    for (const StreamInfo& stream : header_.streams) {
      kinds.emplace_back(to_string(stream.weights_kind));
    }
    return kinds;
  }

  void describe(RunResult& result);
  void note_what_to_know(RunResult& result) const;
  void claim(RunResult& result);
  void list_choices(RunResult& result) const;

  const RunSpec& spec_;
  const RunOptions& options_;
  ProgressListener& progress_;
  StageClock stages_;
  PricedMachine machine_;
  std::optional<PricedMachine> baseline_;
  std::unique_ptr<RecordSource> records_;
  const TraceHeader& header_ = records_->header();
  std::int64_t frames_ = records_->frames();
  std::vector<ModeSetup> setups_;
  std::optional<TimelineChoice> drawn_;
  std::map<std::string, ModeFigures> figures_;
  std::map<std::string, ModeResults> results_;
  std::vector<std::string> notes_;
  std::map<std::string, std::string> wear_notes_;  ///< by mode
};

void Run::describe(RunResult& result) {
  const VideoInfo& video = header_.video;
  result.provenance = {
      {"experiment", spec_.name},
      {"experiment_file", options_.experiment},
      {"command", options_.command},
      {"deltasim", options_.tool_version},
      {"trace", records_->trace_name()},
      {"trace_sha256", records_->trace_sha256()},
      {"recorded_by", header_.tool_version},
      {"video", video.file},
      {"video_sha256", video.sha256},
      {"frames", fmt::format("{} from {} every {}", frames_, video.start, video.stride)},
      {"quantizer", header_.quantizer},
      {"faults", header_.faults.empty() ? "none" : header_.faults},
      {"accelerator", machine_.spec.name},
      {"energy_table", machine_.prices.table().name},
      {"dram_energy", std::string(to_string(machine_.prices.table().dram))},
      {"operating_point", operating_point_text(machine_.spec)}};
  for (const StreamInfo& stream : header_.streams) {
    result.provenance.emplace_back("network_" + stream.name, stream.graph.name);
    result.provenance.emplace_back("weights_" + stream.name, to_string(stream.weights_kind));
  }
  for (const auto& [key, value] : spec_.accelerator_overrides) {
    result.provenance.emplace_back("set_accelerator." + key, value);
  }
  if (baseline_) result.provenance.emplace_back("baseline", baseline_->spec.name);
  result.state_place = place_name(machine_.spec.state);
  result.machine = machine_figures(machine_);
  if (baseline_) result.baseline_machine = machine_figures(*baseline_);
  note_what_to_know(result);
}

void Run::note_what_to_know(RunResult& result) const {
  result.notes = notes_;
  add_area(machine_, result);
  const auto& told = machine_.prices.table().notes;
  result.notes.insert(result.notes.end(), told.begin(), told.end());
  for (std::string& note :
       operating_notes(machine_.spec, machine_.prices.table(), machine_.prices.leakage() > Watts(0),
                       spec_.accelerator_overrides)) {
    result.notes.push_back(std::move(note));
  }
  for (const std::string& mode : spec_.modes) {
    const auto note = wear_notes_.find(mode);
    if (note != wear_notes_.end() && !note->second.empty()) result.notes.push_back(note->second);
    for (const std::string& each : real_time_notes(figures_.at(mode))) result.notes.push_back(each);
  }
  if (!records_->summary().damage.empty())
    result.notes.push_back("the trace is damaged: " + records_->summary().damage);
  if (!header_.faults.empty()) {
    result.notes.push_back("the trace is of a network with memory faults: " + header_.faults);
  }
  for (const StreamSummary& stream : records_->summary().streams) {
    if (stream.repeated_frames == 0) continue;
    result.notes.push_back(
        fmt::format("{} stream: {} of {} frames (nearly) repeat the picture "
                    "before them, which gives false zeros",
                    stream.name, stream.repeated_frames, stream.frames));
  }
}

void Run::claim(RunResult& result) {
  const TraceSparsity sparsity = trace_sparsity(records_->summary(), frames_);
  result.activation_sparsity = sparsity.activation;
  result.temporal_sparsity = sparsity.temporal;
  result.sites = site_figures(records_->summary(), frames_);
  // Nothing changed at all: there is no such number.
  result.ideal_reduction = sparsity.temporal < 1 ? 1 / (1 - sparsity.temporal) : 0;
  for (const std::string& mode : spec_.modes) {
    const ModeFigures& figures = figures_.at(mode);
    result.modes.push_back(figures);
    ModeReductions against{.mode = mode, .against = {}};
    for (const char* other : {"dense", "spatial", kBaseline}) {
      if (other == mode || !figures_.contains(other)) continue;
      if (mode == "dense" && std::string(other) != kBaseline) continue;
      against.against.push_back(reductions(other, figures_.at(other).figures, figures.figures));
    }
    if (!against.against.empty()) result.reductions.push_back(std::move(against));
  }
  note_comparison_at_rate(result);
  if (baseline_) result.baseline = figures_.at(kBaseline);
  if (figures_.contains("dense") && figures_.contains("delta") && frames_ > 1) {
    result.waterfall = waterfall(sparsity, figures_.at("dense"), figures_.at("delta"),
                                 results_.at("dense"), results_.at("delta"));
  }
  if (figures_.contains("spatial") && figures_.contains("delta") && frames_ > 1) {
    result.waterfall_against_spatial =
        waterfall_against_spatial(sparsity, figures_.at("spatial"), figures_.at("delta"),
                                  results_.at("spatial"), results_.at("delta"));
  }
  if (wants(kSelective)) list_choices(result);
  const ModeFigures* delta = result.mode("delta");
  const ModeFigures& shown = delta != nullptr ? *delta : result.modes.back();
  result.energy_table =
      energy_table_figures(shown, machine_.prices_of(shown.figures.state.footprint_bytes > 0));
}

void Run::list_choices(RunResult& result) const {
  for (std::size_t s = 0; s < header_.streams.size(); ++s) {
    const std::vector<LayerCosts> costs = costs_of(s);
    const StreamFigures& selective = figures_.at(kSelective).streams[s];
    for (std::size_t i = 0; i < costs.size(); ++i) {
      result.choices.push_back({.stream = selective.name,
                                .layer = selective.layers[i].name,
                                .chosen = selective.layers[i].execution,
                                .dense_pJ = costs[i][0],
                                .spatial_pJ = costs[i][1],
                                .delta_pJ = costs[i][2]});
    }
  }
}

}  // namespace

RunResult run_experiment(const RunSpec& spec, const RunOptions& options,
                         ProgressListener& progress) {
  const OutputFolder folder(options.output);
  return Run(spec, options, progress).run();
}

}  // namespace deltasim
