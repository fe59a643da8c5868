#include "explore/placement_rules.h"

#include <algorithm>
#include <array>
#include <limits>

namespace deltasim {
namespace {

constexpr std::array<ExecutionMode, 3> kModes{ExecutionMode::kDense, ExecutionMode::kSpatial,
                                              ExecutionMode::kDelta};

std::vector<StatePlace> places_of(const PlacementProblem& problem) {
  std::vector<StatePlace> places{StatePlace::kDram};
  if (problem.glb_bytes > 0) places.push_back(StatePlace::kGlb);
  if (problem.memory_bytes > 0) places.push_back(StatePlace::kMemory);
  return places;
}

std::int64_t on_chip(const PlacementTotals& totals) {
  return totals.glb_bytes + totals.memory_bytes;
}

}  // namespace

Placement uniform_placement(const PlacementProblem& problem, ExecutionMode mode, StatePlace place) {
  return {std::vector<ExecutionMode>(problem.groups, mode),
          std::vector<StatePlace>(problem.layers.size(), place)};
}

Placement rule_placement(const PlacementProblem& problem, double threshold, ExecutionMode otherwise,
                         StatePlace place) {
  Placement placement = uniform_placement(problem, otherwise, place);
  for (const PlacementLayer& layer : problem.layers) {
    // The last layer of a sum comes last and decides.
    placement.modes[layer.group] =
        layer.temporal_sparsity > threshold ? ExecutionMode::kDelta : otherwise;
  }
  return placement;
}

Placement moved(const PlacementProblem& problem, Placement placement, const GroupMove& move) {
  placement.modes[move.group] = move.mode;
  for (std::size_t i = 0; i < problem.layers.size(); ++i) {
    if (problem.layers[i].group == move.group) placement.places[i] = move.place;
  }
  return placement;
}

std::vector<GroupMove> moves_of(const PlacementProblem& problem, const Placement& placement,
                                std::size_t group) {
  const auto last = std::ranges::find(problem.layers.rbegin(), problem.layers.rend(), group,
                                      &PlacementLayer::group);
  const auto layer = static_cast<std::size_t>(problem.layers.rend() - last) - 1;
  std::vector<GroupMove> moves;
  for (const ExecutionMode mode : kModes) {
    for (const StatePlace place : places_of(problem)) {
      const bool same = mode == placement.modes[group] && place == placement.places[layer];
      if (!same) moves.push_back({group, mode, place});
    }
  }
  return moves;
}

namespace {

/// Looks only at the layers that a move changes: the group's own, and those that it reads from.
class Greedy {
 public:
  Greedy(const PlacementProblem& problem, PlacementGoal goal)
      : problem_(problem), goal_(goal), changed_(problem.groups) {
    for (std::size_t i = 0; i < problem.layers.size(); ++i) {
      add(problem.layers[i].group, i);
      for (const auto& readers : problem.layers[i].readers) {
        for (const std::size_t group : readers) add(group, i);
      }
    }
    now_ = cheapest_throughout();
  }

  Placement walk() {
    while (step()) {
    }
    return std::move(now_);
  }

 private:
  void add(std::size_t group, std::size_t layer) {
    if (changed_[group].empty() || changed_[group].back() != layer) {
      changed_[group].push_back(layer);
    }
  }

  Placement cheapest_throughout() const {
    Placement best;
    double value = std::numeric_limits<double>::infinity();
    for (const ExecutionMode mode : kModes) {
      Placement uniform = uniform_placement(problem_, mode, StatePlace::kDram);
      const double its = value_of(goal_, totals_of(problem_, uniform));
      if (its >= value) continue;
      value = its;
      best = std::move(uniform);
    }
    return best;
  }

  PlacementTotals after(const PlacementTotals& before, const GroupMove& move,
                        const Placement& next) const {
    const auto refresh = [&](const PlacementTotals& t) {
      return t.memory_bytes > 0 ? problem_.refresh_W * t.time_s * 1e12 : 0;
    };
    const PlacementTotals out = sums_of(problem_, now_, changed_[move.group]);
    const PlacementTotals in = sums_of(problem_, next, changed_[move.group]);
    PlacementTotals totals = before;
    totals.energy_pJ += in.energy_pJ - out.energy_pJ - refresh(before);
    totals.time_s += in.time_s - out.time_s;
    totals.glb_bytes += in.glb_bytes - out.glb_bytes;
    totals.memory_bytes += in.memory_bytes - out.memory_bytes;
    totals.energy_pJ += refresh(totals);
    return totals;
  }

  /// Does the best move there is; false where there is none.
  bool step() {
    const PlacementTotals before = totals_of(problem_, now_);
    std::optional<GroupMove> best;
    bool best_is_free = false;
    double best_gain = 0;
    for (std::size_t group = 0; group < problem_.groups; ++group) {
      for (const GroupMove& move : moves_of(problem_, now_, group)) {
        const PlacementTotals then = after(before, move, moved(problem_, now_, move));
        const double saving = value_of(goal_, before) - value_of(goal_, then);
        // What is within the sums' rounding is no saving: it would go back and forth.
        if (saving <= 1e-12 * value_of(goal_, before) || !fits(problem_, then)) continue;
        const std::int64_t bytes = on_chip(then) - on_chip(before);
        const bool is_free = bytes <= 0;
        const double gain = is_free ? saving : saving / static_cast<double>(bytes);
        if (is_free < best_is_free || (is_free == best_is_free && gain <= best_gain)) continue;
        best = move;
        best_is_free = is_free;
        best_gain = gain;
      }
    }
    if (best) now_ = moved(problem_, now_, *best);
    return best.has_value();
  }

  const PlacementProblem& problem_;
  PlacementGoal goal_;
  std::vector<std::vector<std::size_t>> changed_;  ///< layers, by the group that moves
  Placement now_;
};

}  // namespace

Placement greedy_placement(const PlacementProblem& problem, PlacementGoal goal) {
  return Greedy(problem, goal).walk();
}

}  // namespace deltasim
