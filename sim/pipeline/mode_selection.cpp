#include "sim/pipeline/mode_selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace deltasim {
namespace {

constexpr std::array<const char*, 3> kUniform{"dense", "spatial", "delta"};

ModeFigures priced(const SimulatedExperiment& simulated, const SimulatedMode& mode,
                   const PricedMachine& machine, FigureDetail detail) {
  return mode_figures(mode.name(), mode.sum, simulated.input.stream_names,
                      simulated.input.stream_weights, machine.prices_of(keeps_state(mode.setup)),
                      detail);
}

/// What a bit of state costs on average; what changes the form is read as often as it is written.
double state_bit_pJ(const PricedMachine& machine) {
  const Component home = home_of(machine.spec.state.place);
  const auto price = [&](Action action) {
    return machine.prices.at(home, action, DataKind::kState).energy().value();
  };
  return (price(Action::kRead) + price(Action::kWrite)) / 2;
}

}  // namespace

std::vector<LayerCosts> costs_of(const std::array<const ModeFigures*, 3>& figures,
                                 std::size_t stream) {
  return layer_costs(
      {&figures[0]->streams[stream], &figures[1]->streams[stream], &figures[2]->streams[stream]});
}

SelectedModes place_modes(const SimulatedExperiment& simulated, const PlacementSpec& placement,
                          RecordSource& records, ProgressListener& progress) {
  const std::vector<StreamChoice> choices =
      place_layers(placement, records.header().streams, simulated.machines.machine.spec);
  return {simulate_mixture(simulated, choices, records, progress), {}};
}

SelectedModes select_modes(const SimulatedExperiment& simulated, const PricedMachine& machine,
                           RecordSource& records, ProgressListener& progress) {
  std::array<ModeFigures, 3> uniform;
  for (std::size_t i = 0; i < uniform.size(); ++i) {
    uniform[i] = priced(simulated, simulated.mode(kUniform[i]), machine, FigureDetail::kEverything);
  }
  const SimulatedMode& delta = simulated.mode("delta");
  std::vector<StreamChoice> chosen;
  for (std::size_t s = 0; s < delta.setup.streams.size(); ++s) {
    const StreamProgram& program = delta.setup.streams[s];
    chosen.push_back(
        {choose_modes(costs_of({&uniform[0], &uniform[1], &uniform[2]}, s),
                      switch_costs(program, uniform[2].streams[s], state_bit_pJ(machine))),
         {}});
    agree_on_sums(program.plan, chosen.back().modes);
  }
  SelectedModes selected{simulate_mixture(simulated, chosen, records, progress), {}};
  const ModeFigures& best = *std::ranges::min_element(
      uniform, {}, [](const ModeFigures& mode) { return mode.figures.energy.total; });
  const double mixture =
      priced(simulated, selected.mode, machine, FigureDetail::kTotals).figures.energy.total;
  if (mixture <= best.figures.energy.total) return selected;
  selected.note = fmt::format(
      "a mixture of modes costs {:.3g} times the energy of {} execution alone, so selective "
      "execution is {} throughout",
      mixture / best.figures.energy.total, best.name, best.name);
  selected.mode = simulated.mode(best.name);
  selected.mode.setup.name = kSelectiveMode;
  return selected;
}

}  // namespace deltasim
