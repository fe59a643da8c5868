#pragma once
// sweep.tex: what a sweep found, for papers.

#include <string>
#include <vector>

#include "report/figures.h"
#include "report/sweep_analysis.h"

namespace deltasim {

/// A document of one column with the findings, the Pareto set as a table (booktabs) and the
/// figures. It compiles with pdflatex of Debian's TeX Live, in the folder that holds figures/.
/// @param figures as made of this sweep; those that are missing are not included
std::string sweep_latex(const SweepResult& sweep, const SweepAnalysis& analysis,
                        const std::vector<Figure>& figures, std::string_view version);

}  // namespace deltasim
