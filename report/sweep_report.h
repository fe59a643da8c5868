#pragma once
// What a person sees of a sweep: a page, figures, the Pareto set as a table for papers, and a
// paragraph on the terminal.

#include <filesystem>
#include <string>
#include <vector>

#include "report/figures.h"
#include "report/sweep_analysis.h"

namespace deltasim {

/// sweep.html: one file that opens without a network.
/// @param version of deltasim
std::string sweep_html(const SweepResult& sweep, const SweepAnalysis& analysis,
                       std::string_view version);

/// The findings, in lines that suit a terminal.
std::string findings_text(const SweepResult& sweep, const SweepAnalysis& analysis);

}  // namespace deltasim
