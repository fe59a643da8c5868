#pragma once
// The points of a sweep: which there are, and in which order they are tried.

#include <cstdint>
#include <string>
#include <vector>

#include "explore/sweep_spec.h"

namespace deltasim {

/// One design: an index into the levels of each parameter.
struct DesignPoint {
  std::vector<std::size_t> levels;  ///< parallel to SweepSpec::parameters
  friend bool operator==(const DesignPoint&, const DesignPoint&) = default;
};

/// Levels of all parameters multiplied; constraints are not looked at.
/// @throws ConfigError where the number is beyond 2^62
std::int64_t combinations(const SweepSpec& spec);

/// Whether a point meets every constraint.
/// @throws ConfigError where an expression has no value there (a division by zero)
bool meets_constraints(const SweepSpec& spec, const DesignPoint& point);

/// All overrides of a point: the sweep's own, then those of its levels. Later ones win.
Overrides overrides_of(const SweepSpec& spec, const DesignPoint& point);

/// What the user reads for each parameter.
std::vector<std::string> labels_of(const SweepSpec& spec, const DesignPoint& point);

/// The points of a strategy that does not look at results (all but NSGA-II), in its order; only
/// those that meet the constraints, none twice. The same for the same file.
/// @throws ConfigError where no point meets them, or a sample is larger than the space
std::vector<DesignPoint> planned_points(const SweepSpec& spec);

/// One key of a point in one spelling.
struct CanonicalOverride {
  std::string key, value;
};

/// SHA-256 of what a point is: base experiment, the files that it names, and the overrides in
/// canonical form (sorted by key, one spelling a quantity). Equal designs have equal hashes,
/// however they were reached. Work that does not depend on the point is done once, when made.
class PointHasher {
 public:
  /// @throws IoError, ConfigError
  PointHasher(const SweepSpec& spec, std::string_view tool_version);
  std::string hash_of(const DesignPoint& point) const;

 private:
  std::string base_;  ///< of everything but the point
  const SweepSpec& spec_;
  std::vector<CanonicalOverride> sets_;
  std::vector<std::vector<std::vector<CanonicalOverride>>> levels_;  ///< by parameter and level
};

}  // namespace deltasim
