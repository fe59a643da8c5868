#pragma once
// Sweeps of which the answers are known.

#include <functional>
#include <string>
#include <vector>

#include "arch/sweep_result.h"

namespace deltasim {

using Levels = std::vector<std::size_t>;  ///< of a point, parallel to the axes

inline SweepAxis made_up_axis(const std::string& name, std::size_t levels) {
  SweepAxis axis{.name = name, .levels = {}};
  for (std::size_t l = 0; l < levels; ++l) axis.levels.push_back(std::to_string(1U << l));
  return axis;
}

/// The full grid of the axes, the last fastest.
inline std::vector<Levels> grid_of(const std::vector<SweepAxis>& axes) {
  std::vector<Levels> grid{{}};
  for (const SweepAxis& axis : axes) {
    std::vector<Levels> longer;
    for (const Levels& point : grid) {
      for (std::size_t l = 0; l < axis.levels.size(); ++l) {
        longer.push_back(point);
        longer.back().push_back(l);
      }
    }
    grid = std::move(longer);
  }
  return grid;
}

/// @param objective the values of a design's objectives
inline SweepResult made_up_sweep(std::vector<SweepAxis> axes,
                                 std::vector<SweepObjective> objectives,
                                 const std::vector<Levels>& points,
                                 const std::function<std::vector<double>(const Levels&)>& value) {
  SweepResult sweep{.name = "made_up",
                    .description = "Which design is best?",
                    .axes = std::move(axes),
                    .objectives = std::move(objectives),
                    .points = {},
                    .provenance = {},
                    .notes = {}};
  for (const Levels& levels : points) {
    SweepPoint& point = sweep.points.emplace_back();
    point.id = static_cast<std::int64_t>(sweep.points.size()) - 1;
    point.hash = "hash" + std::to_string(point.id);
    for (std::size_t a = 0; a < levels.size(); ++a) {
      point.values.push_back(sweep.axes[a].levels[levels[a]]);
    }
    point.status = PointStatus::kDone;
    point.objectives = value(levels);
  }
  return sweep;
}

inline SweepObjective energy_objective() {
  return {.name = "energy", .expression = "modes.delta.energy_pJ.total", .unit = "pJ"};
}
inline SweepObjective time_objective() {
  return {.name = "time", .expression = "modes.delta.time_s", .unit = "s"};
}

}  // namespace deltasim
