#pragma once
// The points of a sweep: which there are, and in which order they are tried.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "explore/file_hashes.h"
#include "explore/input_files.h"
#include "explore/sweep_spec.h"

namespace deltasim {

class FileContents;

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

/// SHA-256 of what a point is: base experiment, the files that it and the point's levels name, and
/// the overrides in canonical form (sorted by key, one spelling a quantity). Equal designs have
/// equal hashes, however they were reached. Clips of an axis are told apart by their labels and
/// classes too: a data set may have one clip twice, and statistics count both. Work that does not
/// depend on the point is done once.
class PointHasher {
 public:
  /// @param files what is known of files; null: all are read
  /// @throws IoError, ConfigError
  PointHasher(const SweepSpec& spec, std::string_view tool_version, FileHashes* files = nullptr);
  ~PointHasher();
  /// The clips of an axis are read when they are first asked about. @throws IoError
  std::string hash_of(const DesignPoint& point);
  /// The files that were read, but the clips of an axis, which are of single points.
  const InputFiles& inputs() const;
  /// Labels of clips of an axis that hold the same as an earlier one, and that one's.
  /// @throws IoError
  std::vector<std::pair<std::string, std::string>> equal_clips();

 private:
  using Lines = std::vector<CanonicalOverride>;
  const Lines& lines_of(std::size_t parameter, std::size_t level);

  const SweepSpec& spec_;
  std::unique_ptr<FileContents> contents_;
  std::string base_;  ///< of everything but the point
  Lines sets_;
  std::vector<std::vector<std::optional<Lines>>> levels_;  ///< by parameter and level
};

}  // namespace deltasim
