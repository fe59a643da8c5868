#pragma once
// The points of a sweep as numbers: what its analysis and its pictures begin with.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arch/sweep_result.h"

namespace deltasim {

/// One parameter.
struct ParameterAxis {
  std::string name;   ///< the dotted key, or a bundle's name
  std::string label;  ///< its last part, where no other parameter ends alike
  /// Those of numbers (of one kind of quantity) by rising value, others in the file's order.
  std::vector<std::string> levels;
  std::vector<double> numbers;      ///< parallel to levels; empty where they are names
  std::vector<std::size_t> tried;   ///< levels that a done point has, rising
  std::optional<std::size_t> base;  ///< the level of the base experiment

  /// Whether "more of it" has a meaning.
  bool ordered() const { return !numbers.empty(); }
};

/// One point that was done.
struct DonePoint {
  std::size_t index = 0;              ///< in SweepResult::points
  std::vector<std::uint32_t> levels;  ///< parallel to DesignTable::axes
};

struct DesignTable {
  std::vector<ParameterAxis> axes;                 ///< of the sweep, in its order
  std::vector<std::vector<std::uint32_t>> levels;  ///< of all points, parallel to the axes
  /// Done points whose objectives are all finite; the others cannot be compared.
  std::vector<DonePoint> done;
  std::size_t not_finite = 0;  ///< done points that are left out for that
};

/// A value of a point that its axis does not list becomes the axis's last level.
DesignTable design_table(const SweepResult& sweep);

/// "fifo_depth 8, banks 16": the parameters that were varied.
std::string design_text(const DesignTable& table, std::span<const std::uint32_t> levels);

}  // namespace deltasim
