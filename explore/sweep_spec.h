#pragma once
// The sweep file: which designs are tried, by which strategy, and what they are compared by.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "arch/sweep_result.h"
#include "sim/pipeline/experiment.h"

namespace deltasim {

/// One value of a parameter: the keys that it sets, and what the user reads.
struct Level {
  std::string label;
  Overrides sets;
  std::string group{};  ///< of a clip: its class; empty for none
};

/// One axis of the design space: a dotted key with its values, or a bundle that sets several keys
/// at once. Ranges are written out as levels when the file is read.
struct SweepParameter {
  std::string name;
  std::vector<Level> levels;  ///< at least one; in the file's order, ranges by rising value
  bool clips = false;         ///< an axis of clips: each point keeps its figures per site
};

/// Every combination, the last parameter fastest.
struct GridStrategy {};
/// Uniform over the levels, without a point twice.
struct RandomStrategy {
  std::int64_t points = 0;
  std::uint64_t seed = 1;
};
/// Every parameter's levels are used evenly (McKay, Beckman and Conover, 1979).
struct LatinHypercubeStrategy {
  std::int64_t points = 0;
  std::uint64_t seed = 1;
};
/// Multi-objective search (Deb et al., 2002), by pagmo.
struct Nsga2Strategy {
  int population = 0;  ///< a multiple of 4
  int generations = 0;
  std::uint64_t seed = 1;
};
using Strategy = std::variant<GridStrategy, RandomStrategy, LatinHypercubeStrategy, Nsga2Strategy>;

/// What ends one call before the strategy does; what was not tried stays open for --resume, which
/// may spend as much again.
struct Budget {
  std::optional<std::int64_t> points;  ///< evaluations
  std::optional<double> hours;         ///< of wall clock
};

struct SweepSpec {
  std::string name;  ///< the file's by default
  std::string description;
  std::filesystem::path experiment;        ///< file of the base
  Overrides sets;                          ///< of every point, before the parameters' own
  std::vector<SweepParameter> parameters;  ///< at least one
  std::vector<std::string> constraints;    ///< expressions over parameters; a point meets them all
  Strategy strategy;
  std::vector<SweepObjective> objectives;  ///< at least one
  Budget budget;
  std::optional<double> point_timeout_s;  ///< longest that a point may take
  std::string text;                       ///< of the file, as it was read: what --resume compares
};

/// Reads a sweep. Keys of the experiment, and of its accelerator ("accelerator.KEY") and energy
/// table ("energy.KEY"), are tried in the base experiment, so that an unknown one shows at once.
/// @param overrides of the command line: keys of every point (as `set`)
/// @throws ConfigError with all its faults: unknown keys, empty ranges, values without their unit,
///         expressions that do not parse, constraints that no point of the space can meet
SweepSpec load_sweep(const std::filesystem::path& file, const Overrides& overrides);

}  // namespace deltasim
