#pragma once
// How long a DRAM bit keeps its value without a refresh, from published points.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "arch/quantities.h"

namespace deltasim {

/// A measured point: left alone for `interval`, a block of that many bits loses at least one of
/// them with probability `failure`. A row or a page is such a block, and so is a single bit.
struct RetentionPoint {
  Seconds interval;
  double failure = 0;  ///< in (0, 1)
  Bits block;
  std::string source;
  bool verified = false;  ///< somebody read the figure, and the block's size, in its source

  /// -ln of the probability that one bit survives. Bits fail independently, so a block of N
  /// survives with probability (1 - p)^N, and the hazard of a bit is that of the block over N.
  double bit_hazard() const;
};

/// Survival between two points follows the Weibull distribution through both: ln(hazard) is linear
/// in ln(interval). The shape does not depend on the block, since N only shifts ln(hazard).
class RetentionModel {
 public:
  /// Reads a file of configs/retention.
  /// @throws ConfigError with all its faults: fewer than two points, points out of order, a
  ///   longer interval that keeps more
  static RetentionModel load(const std::filesystem::path& file);

  const std::string& name() const { return name_; }
  /// Interval for which every bit is warranted to keep its value, between two refreshes of a row.
  Seconds standard_interval() const { return standard_; }
  const std::vector<RetentionPoint>& points() const { return points_; }
  /// Whether the model speaks of this interval: up to the standard one, or between its points.
  bool covers(Seconds interval) const;
  /// "up to 64 ms, or from 128 ms to 256 ms"
  std::string range() const;

  /// Probability that a bit loses its value in an interval: 0 up to the standard interval.
  /// @param extrapolate beyond the points, along the outermost two
  /// @return nothing for an interval that the model does not cover, unless `extrapolate`
  std::optional<double> bit_failure(Seconds interval, bool extrapolate = false) const;

 private:
  std::string name_;
  Seconds standard_;
  std::vector<RetentionPoint> points_;  ///< by interval
};

}  // namespace deltasim
