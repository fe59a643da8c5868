#pragma once
// All that is computed from the points of a sweep, for its page, its figures and its tables.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "report/design_table.h"
#include "report/sweep_effects.h"

namespace deltasim {

/// In which unit an objective is shown: a prefix that suits most of its values.
struct ShownUnit {
  double factor = 1;  ///< shown value = value x factor
  std::string text;   ///< "mJ"; empty for none
};
/// "12.3 mJ", four significant digits.
std::string shown(double value, const ShownUnit& unit);
/// "energy (mJ)"
std::string titled(const std::string& name, const ShownUnit& unit);

/// The designs that no other one beats in some objectives.
struct SweepFront {
  std::vector<std::size_t> objectives;
  std::vector<std::size_t> points;  ///< indices into SweepResult::points, by the first objective
  std::optional<std::size_t> knee;  ///< one of the points, if any (report/pareto.h)
};

/// One objective over all designs that can be compared.
struct ObjectiveFigures {
  std::size_t best = 0, worst = 0;  ///< indices into SweepResult::points
  std::size_t as_good = 0;          ///< designs with the best value
  double median = 0;
};

struct SweepAnalysis {
  /// What is compared, and what all indices below are into: designs over clips
  /// (report/designs_over_clips.h). Nothing: the sweep's own points.
  std::optional<SweepResult> designs;
  DesignTable table;
  std::vector<ShownUnit> units;            ///< parallel to the objectives
  std::vector<ObjectiveFigures> figures;   ///< likewise; empty where no design can be compared
  std::vector<VarianceShares> shares;      ///< likewise
  std::vector<std::vector<Trend>> trends;  ///< by axis, then objective
  std::optional<SweepFront> front;         ///< in all objectives, where there are several
  std::vector<SweepFront> pairs;           ///< in any two of them
  std::optional<std::size_t> base;         ///< the done point that is the base experiment
};
SweepAnalysis analyse(const SweepResult& sweep);

/// The sweep whose points the analysis is about.
inline const SweepResult& compared(const SweepResult& sweep, const SweepAnalysis& analysis) {
  return analysis.designs ? *analysis.designs : sweep;
}

}  // namespace deltasim
