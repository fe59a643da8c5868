#include "sim/pipeline/simulated_experiment.h"

#include <algorithm>
#include <utility>

#include "arch/errors.h"
#include "arch/resources.h"
#include "arch/stage_clock.h"
#include "sim/pipeline/run_details.h"

namespace deltasim {
namespace {

bool remembers_more_than_sums(const std::string& quantizer) {
  return quantizer.starts_with("threshold") || quantizer.starts_with("sigma_delta");
}

std::vector<std::string> stream_names(const TraceHeader& header) {
  std::vector<std::string> names;
  for (const StreamInfo& stream : header.streams) names.push_back(stream.name);
  return names;
}

std::vector<std::string> stream_weights(const TraceHeader& header) {
  std::vector<std::string> kinds;
  for (const StreamInfo& stream : header.streams) {
    kinds.emplace_back(to_string(stream.weights_kind));
  }
  return kinds;
}

std::vector<StreamChoice> uniform(const TraceHeader& header, ExecutionMode mode) {
  std::vector<StreamChoice> choices;
  for (const StreamInfo& stream : header.streams) {
    choices.push_back({ModeChoice(layers_of(stream.graph, stream.maps).size(), mode), {}});
  }
  return choices;
}

std::vector<ModeSetup> uniform_setups(const LoadedMachines& machines, const RecordSource& records,
                                      const RunSpec& spec, ProgressListener& progress) {
  std::vector<ModeSetup> setups;
  const auto add = [&](const std::string& name, const LoadedMachine& machine, ExecutionMode mode) {
    setups.push_back(set_up(name, machine, uniform(records.header(), mode), records));
    tell_mapping(setups.back(), stream_names(records.header()), progress);
  };
  for (const ExecutionMode mode :
       {ExecutionMode::kDense, ExecutionMode::kSpatial, ExecutionMode::kDelta}) {
    const std::string name(to_string(mode));
    const bool chosen_from = spec.wants(kSelectiveMode) && !spec.placement;
    if (spec.wants(name) || chosen_from) add(name, machines.machine, mode);
  }
  if (machines.baseline) add(kBaselineMode, *machines.baseline, ExecutionMode::kDense);
  return setups;
}

SimulatedMode simulated(ModeSetup setup, ModeResults results) {
  ModeSum sum = sum_of(setup, results);
  return {std::move(setup), std::move(results), std::move(sum)};
}

/// Once the frames were simulated: only then a recording is known to its end.
RecordedInput told_of(RecordSource& records) {
  const std::int64_t frames = records.frames();
  return {.header = records.header(),
          .trace_name = records.trace_name(),
          .trace_sha256 = records.trace_sha256(),
          .frames = frames,
          .batch = records.batch(),
          .stream_names = stream_names(records.header()),
          .stream_weights = stream_weights(records.header()),
          .sparsity = trace_sparsity(records.summary(), frames),
          .sites = site_figures(records.summary(), frames),
          .fidelity = fidelity_figures(records.summary(), frames),
          .summary = records.summary()};
}

}  // namespace

const SimulatedMode* SimulatedExperiment::find(const std::string& mode) const {
  const auto found = std::ranges::find(modes, mode, &SimulatedMode::name);
  return found == modes.end() ? nullptr : &*found;
}

const SimulatedMode& SimulatedExperiment::mode(const std::string& mode) const {
  const SimulatedMode* found = find(mode);
  if (found == nullptr) throw InternalError("mode " + mode + " was not simulated");
  return *found;
}

ModeSetup set_up(const std::string& name, const LoadedMachine& machine,
                 const std::vector<StreamChoice>& choices, const RecordSource& records,
                 bool must_fit) {
  const TraceHeader& header = records.header();
  ModeSetup setup{.name = name, .machine = machine.text, .streams = {}};
  for (std::size_t s = 0; s < header.streams.size(); ++s) {
    const StreamInfo& info = header.streams[s];
    const ModeChoice& modes = choices[s].modes;
    setup.streams.push_back(make_stream_program(
        machine.spec, info, modes, expect_densities(info, modes, records.samples()[s]),
        !remembers_more_than_sums(header.quantizer), configs_folder() / "dram",
        {.places = choices[s].places, .must_fit = must_fit}, records.batch()));
  }
  if (must_fit) require_state_fits(setup);
  return setup;
}

SimulatedExperiment simulate_experiment(const LoadedMachines& machines, RecordSource& records,
                                        const RunSpec& spec, ProgressListener& progress) {
  StageClock stages(progress, "mapping every mode");
  std::vector<ModeSetup> setups = uniform_setups(machines, records, spec, progress);
  stages.begin("simulating");
  std::vector<ModeResults> results = records.simulate(setups, progress);
  stages.begin("adding counts up");
  SimulatedExperiment experiment{.machines = machines, .input = told_of(records), .modes = {}};
  for (std::size_t i = 0; i < setups.size(); ++i) {
    experiment.modes.push_back(simulated(std::move(setups[i]), std::move(results[i])));
  }
  return experiment;
}

SimulatedMode simulate_mixture(const SimulatedExperiment& experiment,
                               const std::vector<StreamChoice>& choices, RecordSource& records,
                               ProgressListener& progress) {
  StageClock stages(progress, "mapping the mixture of modes");
  std::vector<ModeSetup> setups{
      set_up(kSelectiveMode, experiment.machines.machine, choices, records)};
  tell_mapping(setups.front(), stream_names(records.header()), progress);
  stages.begin("simulating");
  std::vector<ModeResults> results = records.simulate(setups, progress);
  return simulated(std::move(setups.front()), std::move(results.front()));
}

}  // namespace deltasim
