#pragma once
// What each parameter of a sweep does to an objective: computed from the points, for any sweep.

#include <optional>
#include <string>
#include <vector>

#include "report/design_table.h"

namespace deltasim {

/// The objective at one level, over all other parameters.
struct LevelFigures {
  std::size_t points = 0;  ///< with this level; where 0 the others say nothing
  double mean = 0, least = 0, most = 0;
  std::size_t least_point = 0, most_point = 0;  ///< indices into SweepResult::points
};
/// Parallel to the levels of the axis.
std::vector<LevelFigures> level_figures(const SweepResult& sweep, const DesignTable& table,
                                        std::size_t axis, std::size_t objective);

/// How the variance of an objective over the points divides among the parameters.
///
/// On a full grid a share is the parameter's main effect, the first-order Sobol index over the
/// grid; `interactions` is the rest. Elsewhere (a sample, a grid with failures or constraints) it
/// is estimated for such a grid from a sum of main effects, fitted by least squares, less what
/// chance adds; parameters whose levels came together, so that no fit tells them apart, share
/// `confounded`.
struct VarianceShares {
  std::vector<double> parameters;  ///< 0 to 1, parallel to the axes; 0 where one level was tried
  double interactions = 0;
  double confounded = 0;
  bool full_grid = false;  ///< every combination of the tried levels is there, once
  std::string missing;     ///< why there are none; a sentence's end
};
VarianceShares variance_shares(const SweepResult& sweep, const DesignTable& table,
                               std::size_t objective);

/// What happens along one parameter while all others stay as they are. A line is a set of points
/// that differ in this parameter only.
struct Trend {
  std::size_t lines = 0;  ///< of two points or more
  /// Lines along which the objective never rises (falls) by more than rounding, and changes.
  std::size_t falling = 0, rising = 0;
  /// Of the objective from a line's first tried level to its last, relative to the first, over the
  /// lines that have both.
  double least_change = 0, most_change = 0;
  std::size_t whole_lines = 0;  ///< lines that have both
  double largest_change = 0;    ///< between any two points of a line, relative to the lesser
  /// The first tried level behind which the objective changes by less than 1 % along every line,
  /// where it changes by more before, and lines go on to the last level from there and from every
  /// later one; only of ordered parameters.
  std::optional<std::size_t> saturation;
  /// The level of the extreme, where all lines that have every tried level agree, and no other
  /// level is as good.
  std::optional<std::size_t> least_at, most_at;
  std::size_t full_lines = 0;  ///< those lines
};
inline constexpr double kNoChange = 0.01;  ///< a relative change below this is called none

/// One for each objective.
std::vector<Trend> trends_along(const SweepResult& sweep, const DesignTable& table,
                                std::size_t axis);

}  // namespace deltasim
