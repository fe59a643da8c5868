#include "explore/placement_problem.h"

#include <algorithm>
#include <numeric>

#include "arch/errors.h"

namespace deltasim {

std::string_view to_string(PlacementGoal goal) {
  return goal == PlacementGoal::kEnergy ? "energy" : "energy_delay";
}

double value_of(PlacementGoal goal, const PlacementTotals& totals) {
  return goal == PlacementGoal::kEnergy ? totals.energy_pJ : totals.energy_pJ * totals.time_s;
}

std::vector<Forms> demanded_of(const PlacementLayer& layer,
                               const std::vector<ExecutionMode>& modes) {
  std::vector<Forms> demanded;
  for (const std::vector<std::size_t>& readers : layer.readers) {
    Forms forms = 0;
    for (const std::size_t group : readers) forms |= bit_of(form_read_by(modes[group]));
    demanded.push_back(forms);
  }
  return demanded;
}

const LayerOption* option_of(const PlacementProblem& problem, std::size_t layer,
                             const Placement& placement) {
  const PlacementLayer& here = problem.layers[layer];
  const ExecutionMode mode = placement.modes[here.group];
  const std::vector<Forms> demanded = demanded_of(here, placement.modes);
  const auto found = std::ranges::find_if(here.options, [&](const LayerOption& option) {
    return option.mode == mode && option.demanded == demanded &&
           (!option.keeps_state || option.place == placement.places[layer]);
  });
  return found == here.options.end() ? nullptr : &*found;
}

PlacementTotals sums_of(const PlacementProblem& problem, const Placement& placement,
                        const std::vector<std::size_t>& layers) {
  PlacementTotals totals;
  for (const std::size_t layer : layers) {
    const LayerOption* option = option_of(problem, layer, placement);
    DELTASIM_INVARIANT(option != nullptr, "every way in which a layer may run was measured");
    totals.energy_pJ += option->energy_pJ;
    totals.time_s += option->time_s;
    totals.glb_bytes += option->glb_bytes;
    totals.memory_bytes += option->memory_bytes;
  }
  return totals;
}

PlacementTotals totals_of(const PlacementProblem& problem, const Placement& placement) {
  std::vector<std::size_t> all(problem.layers.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  PlacementTotals totals = sums_of(problem, placement, all);
  // A memory that keeps nothing is not refreshed.
  if (totals.memory_bytes > 0) totals.energy_pJ += problem.refresh_W * totals.time_s * 1e12;
  return totals;
}

bool fits(const PlacementProblem& problem, const PlacementTotals& totals) {
  return totals.glb_bytes <= problem.glb_bytes && totals.memory_bytes <= problem.memory_bytes;
}

}  // namespace deltasim
