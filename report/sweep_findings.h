#pragma once
// What a sweep shows, in words: computed from its points, for any sweep.

#include <string>
#include <vector>

#include "report/sweep_analysis.h"

namespace deltasim {

/// One paragraph, a sentence an entry: how many designs there are, the best of each objective, the
/// Pareto set and its knee, which parameters matter, trends and where they end, what failed.
/// Nothing is said of what the points do not show.
std::vector<std::string> sweep_findings(const SweepResult& sweep, const SweepAnalysis& analysis);

/// How shares and trends are meant, and what limits them here.
std::vector<std::string> reading_notes(const SweepResult& sweep, const SweepAnalysis& analysis);

}  // namespace deltasim
