#pragma once
// How a comparison's figures are printed, in the text table and in Markdown alike.

#include <optional>
#include <string>

#include "sim/validation/validate.h"

namespace deltasim {

/// Counts in full, measures to six digits; "-" for nothing.
std::string figure_text(const std::optional<Figure>& value);
/// "+1.25 %", "0", "-"
std::string error_text(const std::optional<double>& error);
/// "equal", "2 %", "-"
std::string bound_text(const std::optional<double>& bound);
/// "systolic holds in all 77 comparisons", "... FELL SHORT in 2 of 77 comparisons", "dram
/// INCOMPLETE: holds in 60 comparisons, NOT COMPARED with dramsys/"; of a suite that ran.
std::string verdict_text(const SuiteOutcome& outcome);

}  // namespace deltasim
