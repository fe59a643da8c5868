#include "sim/pipeline/selective.h"

#include <algorithm>
#include <limits>

namespace deltasim {
namespace {

constexpr std::size_t kModes = 3;
constexpr auto kDeltaMode = static_cast<std::size_t>(ExecutionMode::kDelta);

double switch_cost(const SwitchCosts& costs, std::size_t from, std::size_t to) {
  if (from == to) return 0;
  if (from == kDeltaMode) return costs.from_delta;
  if (to == kDeltaMode) return costs.to_delta;
  return 0;
}

}  // namespace

ModeChoice choose_modes(const std::vector<LayerCosts>& costs,
                        const std::vector<SwitchCosts>& switches) {
  if (costs.empty()) return {};
  std::vector<std::array<std::size_t, kModes>> came_from(costs.size());
  LayerCosts best = costs.front();
  for (std::size_t layer = 1; layer < costs.size(); ++layer) {
    LayerCosts next;
    for (std::size_t to = 0; to < kModes; ++to) {
      next[to] = std::numeric_limits<double>::infinity();
      for (std::size_t from = 0; from < kModes; ++from) {
        const double cost =
            best[from] + switch_cost(switches[layer - 1], from, to) + costs[layer][to];
        if (cost < next[to]) {
          next[to] = cost;
          came_from[layer][to] = from;
        }
      }
    }
    best = next;
  }
  ModeChoice modes(costs.size());
  auto at = static_cast<std::size_t>(std::min_element(best.begin(), best.end()) - best.begin());
  for (std::size_t layer = costs.size(); layer-- > 0; at = came_from[layer][at]) {
    modes[layer] = static_cast<ExecutionMode>(at);
  }
  return modes;
}

void agree_on_sums(const StreamPlan& plan, ModeChoice& modes) {
  for (std::size_t last = 0; last < plan.layers.size(); ++last) {
    if (plan.layers[last].sink < 0 || !plan.layers[last].emits) continue;
    for (std::size_t i = 0; i < last; ++i) {
      if (plan.layers[i].sink == plan.layers[last].sink) modes[i] = modes[last];
    }
  }
}

std::vector<LayerCosts> layer_costs(const std::array<const StreamFigures*, 3>& modes) {
  std::vector<LayerCosts> costs(modes.front()->layers.size());
  for (std::size_t layer = 0; layer < costs.size(); ++layer) {
    for (std::size_t mode = 0; mode < kModes; ++mode) {
      costs[layer][mode] = modes[mode]->layers[layer].figures.energy.total;
    }
  }
  return costs;
}

std::vector<SwitchCosts> switch_costs(const StreamProgram& delta, const StreamFigures& figures,
                                      double pJ_per_state_bit) {
  std::vector<SwitchCosts> costs;
  const double activation = static_cast<double>(delta.accelerator.pe_array.activation_bits.value());
  for (std::size_t i = 0; i < delta.plan.layers.size(); ++i) {
    const Figures& layer = figures.layers[i].figures;
    const auto frames = static_cast<double>(layer.frames);
    const auto elements = static_cast<double>(delta.plan.layers[i].layer.output.elements());
    const double whole = 2 * elements * static_cast<double>(delta.accelerator.state.bits.value());
    const double moved = static_cast<double>(layer.state.bytes_per_frame) * 8;
    costs.push_back({.from_delta = std::max(whole - moved, 0.0) * pJ_per_state_bit * frames,
                     .to_delta = 2 * elements * activation * pJ_per_state_bit * frames});
  }
  return costs;
}

}  // namespace deltasim
