#pragma once
// The constraints of a sweep, ready to be asked about many points.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "explore/design_space.h"
#include "explore/expression.h"

namespace deltasim {

/// Where the number behind a name of a constraint comes from.
struct ConstraintName {
  std::string key;
  std::optional<std::size_t> parameter;       ///< that sets the key
  std::vector<std::optional<double>> levels;  ///< of that parameter; none where a level is silent
  std::optional<std::size_t> base_parameter;  ///< that chooses the file with the key, if one does
  std::vector<std::optional<double>> base;    ///< by its levels, or one value for all points

  /// Parameters that it depends on.
  std::vector<std::size_t> parameters() const;
  double value(const std::vector<std::size_t>& point_levels) const;
};

/// One constraint. Names are keys of parameters, else of `set`, else of the base experiment, its
/// accelerator and its energy table.
class DesignConstraint {
 public:
  /// @param where file and key path, for messages
  /// @throws ConfigError where it does not parse, or a name is unknown or no number
  DesignConstraint(const SweepSpec& spec, const std::string& text, const std::string& where);

  /// @throws ConfigError where it has no value there, such as a division by zero
  bool is_met(const std::vector<std::size_t>& point_levels) const;
  /// Parameters that it depends on, rising.
  const std::vector<std::size_t>& parameters() const { return parameters_; }

 private:
  Expression expression_;
  std::vector<ConstraintName> names_;  ///< parallel to the expression's
  std::vector<std::size_t> parameters_;
  std::string where_;
};

class ConstraintSet {
 public:
  /// @throws ConfigError
  explicit ConstraintSet(const SweepSpec& spec);
  bool meets(const DesignPoint& point) const;
  const std::vector<DesignConstraint>& constraints() const { return constraints_; }

 private:
  std::vector<DesignConstraint> constraints_;
};

/// Calls `visit` with every point that meets all constraints, the last of `parameters` fastest,
/// until it returns false. Parameters that are not named stay at their first level, and constraints
/// that read them are not looked at. A branch is left as soon as a constraint fails in it.
/// @param most_steps levels that are tried before it gives up
/// @return false where it gave up
bool walk_points(const SweepSpec& spec, const ConstraintSet& constraints,
                 const std::vector<std::size_t>& parameters, std::int64_t most_steps,
                 const std::function<bool(const DesignPoint&)>& visit);

}  // namespace deltasim
