#include "sim/pipeline/account_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "sim/pipeline/dram_figures.h"
#include "sim/pipeline/operating_notes.h"
#include "sim/pipeline/real_time.h"
#include "sim/pipeline/state_lifetime.h"
#include "sim/pipeline/table_figures.h"

namespace deltasim {
namespace {

class Account {
 public:
  Account(const SimulatedExperiment& simulated, const PricedMachines& machines,
          const SelectedModes* selected, const RunSpec& spec, const RunOrigin& origin,
          FigureDetail detail)
      : simulated_(simulated),
        input_(simulated.input),
        machines_(machines),
        selected_(selected),
        spec_(spec),
        origin_(origin),
        detail_(detail) {
    for (const SimulatedMode& mode : simulated.modes) price_mode(mode);
    if (selected == nullptr) return;
    price_mode(selected->mode);
    if (!selected->note.empty()) wear_notes_.erase(kSelectiveMode);
  }

  RunResult result() {
    RunResult result;
    if (detail_ == FigureDetail::kModes) {
      for (const std::string& mode : spec_.modes) {
        result.modes.push_back(std::move(figures_.at(mode)));
      }
      return result;
    }
    describe(result);
    note_what_to_know(result);
    claim(result);
    return result;
  }

 private:
  const PricedMachine& machine_of(const SimulatedMode& mode) const {
    return mode.name() == kBaselineMode ? *machines_.baseline : machines_.machine;
  }

  void price_mode(const SimulatedMode& simulated) {
    const PricedMachine& machine = machine_of(simulated);
    const EnergyPrices& prices = machine.prices_of(keeps_state(simulated.setup));
    ModeFigures& mode = figures_[simulated.name()];
    // Whether the next frame is waited for follows from the times of all.
    const bool times = detail_ == FigureDetail::kModes && spec_.frame_rate;
    mode = mode_figures(simulated.name(), simulated.sum, input_.stream_names, input_.stream_weights,
                        prices, times ? FigureDetail::kTotals : detail_);
    mode.dram = dram_figures(mode.figures, machine.spec.dram, machine.dram, machine.prices);
    if (spec_.frame_rate) {
      mode.real_time =
          real_time(mode, *spec_.frame_rate,
                    idle_spending(machine.spec.dram, machine.dram, prices, spec_.dram_idle));
    }
    if (machine.state_memory) {
      wear_notes_[simulated.name()] = weigh_state_memory(
          simulated.setup, simulated.results, *machine.state_memory, spec_.frame_rate, mode);
    }
  }

  void describe(RunResult& result) const;
  std::string batch_text() const;
  void note_what_to_know(RunResult& result) const;
  void note_input(RunResult& result) const;
  void claim(RunResult& result) const;
  void add_waterfalls(RunResult& result) const;
  void list_choices(RunResult& result) const;
  ModeReductions reductions_of(const std::string& mode) const;

  bool has(const std::string& mode) const { return figures_.contains(mode); }

  const SimulatedExperiment& simulated_;
  const RecordedInput& input_;
  const PricedMachines& machines_;
  const SelectedModes* selected_;
  const RunSpec& spec_;
  const RunOrigin& origin_;
  FigureDetail detail_;
  std::map<std::string, ModeFigures> figures_;
  std::map<std::string, std::string> wear_notes_;  ///< by mode
};

void Account::describe(RunResult& result) const {
  const TraceHeader& header = input_.header;
  const VideoInfo& video = header.video;
  const PricedMachine& machine = machines_.machine;
  result.provenance = {
      {"experiment", spec_.name},
      {"experiment_file", origin_.experiment},
      {"command", origin_.command},
      {"deltasim", origin_.tool_version},
      {"trace", input_.trace_name},
      {"trace_sha256", input_.trace_sha256},
      {"recorded_by", header.tool_version},
      {"video", video.file},
      {"video_sha256", video.sha256},
      {"frames", fmt::format("{} from {} every {}", input_.frames, video.start, video.stride)},
      {"quantizer", header.quantizer},
      {"faults", header.faults.empty() ? "none" : header.faults},
      {"accelerator", machine.spec.name},
      {"energy_table", machine.prices.table().name},
      {"dram_energy", std::string(to_string(machine.prices.table().dram))},
      {"operating_point", operating_point_text(machine.spec)}};
  if (input_.batch > 1) result.provenance.emplace_back("batch", batch_text());
  for (const StreamInfo& stream : header.streams) {
    result.provenance.emplace_back("network_" + stream.name, stream.graph.name);
    result.provenance.emplace_back("weights_" + stream.name, to_string(stream.weights_kind));
  }
  for (const auto& [key, value] : spec_.accelerator_overrides) {
    result.provenance.emplace_back("set_accelerator." + key, value);
  }
  for (const auto& [key, value] : spec_.energy_overrides) {
    result.provenance.emplace_back("set_energy." + key, value);
  }
  if (spec_.placement && selected_ != nullptr) {
    result.provenance.emplace_back("placement", spec_.placement->file);
  }
  if (machines_.baseline) result.provenance.emplace_back("baseline", machines_.baseline->spec.name);
  result.state_place = place_name(machine.spec.state);
  result.machine = machine_figures(machine);
  if (machines_.baseline) result.baseline_machine = machine_figures(*machines_.baseline);
}

void Account::note_what_to_know(RunResult& result) const {
  const PricedMachine& machine = machines_.machine;
  const EnergyTable& table = machine.prices.table();
  if (selected_ != nullptr && !selected_->note.empty()) result.notes.push_back(selected_->note);
  if (spec_.placement && selected_ == nullptr) {
    result.notes.push_back(
        "the placement is not used: it is what selective execution does, which is not among the "
        "modes");
  }
  add_area(machine, result);
  result.notes.insert(result.notes.end(), table.notes.begin(), table.notes.end());
  for (std::string& note : operating_notes(machine.spec, table, machine.prices.leakage() > Watts(0),
                                           spec_.accelerator_overrides)) {
    result.notes.push_back(std::move(note));
  }
  for (const std::string& mode : spec_.modes) {
    const auto note = wear_notes_.find(mode);
    if (note != wear_notes_.end() && !note->second.empty()) result.notes.push_back(note->second);
    for (const std::string& each : real_time_notes(figures_.at(mode))) result.notes.push_back(each);
  }
  note_input(result);
}

std::string Account::batch_text() const {
  return fmt::format("{} pieces of {} frames each", input_.batch, input_.frames / input_.batch);
}

void Account::note_input(RunResult& result) const {
  if (input_.frames == 1 && has("delta")) {
    result.notes.push_back(
        "a single frame has no delta: all of it is new, and delta execution shows nothing of what "
        "it "
        "saves (frames: 2 or more)");
  }
  if (input_.batch > 1) {
    result.notes.push_back(fmt::format(
        "a batch: the recording is cut into {}, one camera each, and frames of the same number are "
        "simulated side by side, layer by layer, with the weights that were fetched once; each "
        "keeps "
        "a state of its own. Only the recording's very first frame has none",
        batch_text()));
  }
  if (!input_.summary.damage.empty()) {
    result.notes.push_back("the trace is damaged: " + input_.summary.damage);
  }
  if (!input_.header.faults.empty()) {
    result.notes.push_back("the trace is of a network with memory faults: " + input_.header.faults);
  }
  for (const StreamSummary& stream : input_.summary.streams) {
    if (stream.repeated_frames == 0) continue;
    result.notes.push_back(
        fmt::format("{} stream: {} of {} frames (nearly) repeat the picture "
                    "before them, which gives false zeros",
                    stream.name, stream.repeated_frames, stream.frames));
  }
}

ModeReductions Account::reductions_of(const std::string& mode) const {
  ModeReductions against{.mode = mode, .against = {}};
  for (const char* other : {"dense", "spatial", kBaselineMode}) {
    if (other == mode || !has(other)) continue;
    if (mode == "dense" && std::string(other) != kBaselineMode) continue;
    against.against.push_back(
        reductions(other, figures_.at(other).figures, figures_.at(mode).figures));
  }
  return against;
}

void Account::claim(RunResult& result) const {
  const TraceSparsity& sparsity = input_.sparsity;
  result.activation_sparsity = sparsity.activation;
  result.temporal_sparsity = sparsity.temporal;
  if (detail_ == FigureDetail::kEverything) result.sites = input_.sites;
  result.fidelity = input_.fidelity;
  // Nothing changed at all: there is no such number.
  // Without bound where nothing changed.
  result.ideal_reduction =
      sparsity.temporal < 1 ? 1 / (1 - sparsity.temporal) : std::numeric_limits<double>::infinity();
  for (const std::string& mode : spec_.modes) {
    result.modes.push_back(figures_.at(mode));
    ModeReductions against = reductions_of(mode);
    if (!against.against.empty()) result.reductions.push_back(std::move(against));
  }
  note_comparison_at_rate(result);
  if (machines_.baseline) result.baseline = figures_.at(kBaselineMode);
  if (input_.frames > input_.batch) add_waterfalls(result);
  if (selected_ != nullptr && detail_ == FigureDetail::kEverything) list_choices(result);
  const ModeFigures* delta = result.mode("delta");
  const ModeFigures& shown = delta != nullptr ? *delta : result.modes.back();
  const SimulatedMode& counted =
      shown.name == kSelectiveMode ? selected_->mode : simulated_.mode(shown.name);
  result.energy_table =
      energy_table_figures(shown, machines_.machine.prices_of(keeps_state(counted.setup)));
}

void Account::add_waterfalls(RunResult& result) const {
  const auto results = [&](const char* mode) -> const ModeResults& {
    return simulated_.mode(mode).results;
  };
  if (has("dense") && has("delta")) {
    result.waterfall = waterfall(input_.sparsity, figures_.at("dense"), figures_.at("delta"),
                                 results("dense"), results("delta"));
  }
  if (has("spatial") && has("delta")) {
    result.waterfall_against_spatial =
        waterfall_against_spatial(input_.sparsity, figures_.at("spatial"), figures_.at("delta"),
                                  results("spatial"), results("delta"));
  }
}

void Account::list_choices(RunResult& result) const {
  // A placement has nothing to be compared with where the others were not run.
  if (!has("dense") || !has("spatial") || !has("delta")) return;
  const ModeFigures& chosen = figures_.at(kSelectiveMode);
  for (std::size_t s = 0; s < chosen.streams.size(); ++s) {
    const StreamFigures& selective = chosen.streams[s];
    const std::vector<LayerCosts> costs =
        costs_of({&figures_.at("dense"), &figures_.at("spatial"), &figures_.at("delta")}, s);
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

RunResult account(const SimulatedExperiment& simulated, const PricedMachines& machines,
                  const SelectedModes* selected, const RunSpec& spec, const RunOrigin& origin,
                  FigureDetail detail) {
  return Account(simulated, machines, selected, spec, origin, detail).result();
}

}  // namespace deltasim
