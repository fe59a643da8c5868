#pragma once
// What sweep.html shows, as one JSON value that its script draws. A section is a function here and
// one of the same key in html/sweep.js; to add one, add a row to the table in sweep_page.cpp and
// one to SWEEP_PARTS there.

#include "report/sweep_analysis.h"
#include "report/table.h"

namespace deltasim {

/// Points that a page holds: those of the fronts, those that failed as far as there is room, and
/// others evenly. A page about more points says so; its figures are of all.
inline constexpr std::size_t kMostPagePoints = 20'000;

/// The sections' values by their keys, the title, and the points by column. Infinite values and
/// those that are no number are null.
Json sweep_page_model(const SweepResult& sweep, const SweepAnalysis& analysis);

}  // namespace deltasim
