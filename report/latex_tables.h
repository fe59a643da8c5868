#pragma once
// The tables of report.tex, each with its caption; and what every caption states.

#include <span>
#include <string>

#include "report/run_view.h"

namespace deltasim {

/// Workload, kind of weights, technology node and energy table, as LaTeX.
std::string context(const RunView& run);
/// What delta execution keeps of the ideal reduction, or why that is not known.
std::string claims_sentence(const RunView& run);

std::string reductions_table(const RunView& run);  ///< of every mode against the others
std::string modes_table(const RunView& run);       ///< work, time, traffic and energy a frame
std::string energy_table(const RunView& run);      ///< by component and by kind of data
std::string layers_table(const RunView& run);      ///< that take most energy
std::string provenance_table(const RunView& run);  ///< what the result rests on
/// What a reader must know, a line each.
std::string notes(const RunView& run);
/// Runs side by side with ratios to the first, across the page and not in a float.
std::string comparison_table(std::span<const RunView> runs);

}  // namespace deltasim
