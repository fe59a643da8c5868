#pragma once
// report.tex: tables and figures of a run on two pages, or of several runs on one.

#include <span>
#include <string>
#include <vector>

#include "report/figures.h"

namespace deltasim {

/// LaTeX source that compiles with pdflatex of Debian's TeX Live, in the folder that holds
/// figures/. Every caption states workload, kind of weights, technology node and energy table.
/// @param figures as made of these runs; those that are missing are named, not included
/// @param differences what does not match between the runs (see comparison.h)
/// @throws ConfigError with file and key where a result lacks what it must have
std::string latex_report(std::span<const RunView> runs, const std::vector<Figure>& figures,
                         const std::vector<std::string>& differences, std::string_view version);

}  // namespace deltasim
