#include "explore/design_space.h"

#include <fmt/format.h>

#include <numeric>

#include "arch/errors.h"
#include "explore/constraint_set.h"
#include "explore/samples.h"

namespace deltasim {
namespace {

constexpr std::int64_t kMostCombinations = std::int64_t{1} << 62;
constexpr std::int64_t kMostSteps = 100'000'000;

/// Every combination that meets the constraints. Of a space that is too large to be written out,
/// as many as the budget allows.
std::vector<DesignPoint> grid_points(const SweepSpec& spec, const ConstraintSet& constraints) {
  std::vector<std::size_t> parameters(spec.parameters.size());
  std::iota(parameters.begin(), parameters.end(), std::size_t{0});
  const bool large = combinations(spec) > kMostPoints;
  const std::int64_t most =
      large && spec.budget.points ? std::min(*spec.budget.points, kMostPoints) : kMostPoints;
  std::vector<DesignPoint> points;
  bool more = false;
  const bool finished =
      walk_points(spec, constraints, parameters, kMostSteps, [&](const DesignPoint& point) {
        more = static_cast<std::int64_t>(points.size()) == most;
        if (!more) points.push_back(point);
        return !more;
      });
  if ((more && !spec.budget.points) || (!finished && points.empty())) {
    throw ConfigError(Fault{
        .key_path = "strategy",
        .found = fmt::format("a grid of {} combinations", combinations(spec)),
        .expected = fmt::format("at most {} points: fewer values, a `budget` of points, or the "
                                "strategy random, latin_hypercube or nsga2",
                                kMostPoints)});
  }
  return points;
}

}  // namespace

std::int64_t combinations(const SweepSpec& spec) {
  std::int64_t product = 1;
  for (const SweepParameter& parameter : spec.parameters) {
    const auto levels = static_cast<std::int64_t>(parameter.levels.size());
    if (levels > 0 && product > kMostCombinations / levels) {
      throw ConfigError(Fault{.key_path = "parameters",
                              .found = "more than 2^62 combinations",
                              .expected = "fewer parameters, or fewer values of them"});
    }
    product *= levels;
  }
  return product;
}

bool meets_constraints(const SweepSpec& spec, const DesignPoint& point) {
  return ConstraintSet(spec).meets(point);
}

Overrides overrides_of(const SweepSpec& spec, const DesignPoint& point) {
  Overrides overrides = spec.sets;
  for (std::size_t p = 0; p < spec.parameters.size(); ++p) {
    const Overrides& sets = spec.parameters[p].levels[point.levels[p]].sets;
    overrides.insert(overrides.end(), sets.begin(), sets.end());
  }
  return overrides;
}

std::vector<std::string> labels_of(const SweepSpec& spec, const DesignPoint& point) {
  std::vector<std::string> labels;
  for (std::size_t p = 0; p < spec.parameters.size(); ++p) {
    labels.push_back(spec.parameters[p].levels[point.levels[p]].label);
  }
  return labels;
}

std::vector<DesignPoint> planned_points(const SweepSpec& spec) {
  const ConstraintSet constraints(spec);
  std::vector<DesignPoint> points;
  if (const auto* random = std::get_if<RandomStrategy>(&spec.strategy)) {
    points = random_points(spec, constraints, random->points, random->seed);
  } else if (const auto* cube = std::get_if<LatinHypercubeStrategy>(&spec.strategy)) {
    points = latin_hypercube_points(spec, constraints, cube->points, cube->seed);
  } else {
    DELTASIM_INVARIANT(std::holds_alternative<GridStrategy>(spec.strategy),
                       "a search proposes its points as it learns of others");
    points = grid_points(spec, constraints);
  }
  if (points.empty()) {
    throw ConfigError(Fault{.key_path = "constraints",
                            .found = "no point that meets them all",
                            .expected = "at least one"});
  }
  return points;
}

}  // namespace deltasim
