#pragma once
// What a person sees of a sweep: a page, figures, the Pareto set as a table for papers, and a
// paragraph on the terminal.

#include <filesystem>
#include <string>
#include <vector>

#include "report/figures.h"
#include "report/sweep_analysis.h"

namespace deltasim {

inline constexpr const char* kSweepPage = "sweep.html";
inline constexpr const char* kSweepDocument = "sweep.tex";
inline constexpr const char* kFigureFolder = "figures";

/// sweep.html: one file that opens without a network.
/// @param version of deltasim
std::string sweep_html(const SweepResult& sweep, const SweepAnalysis& analysis,
                       std::string_view version);

/// Writes sweep.html into the folder of a sweep, and of a sweep over clips clips.csv, classes.csv
/// and sites.csv. @throws IoError
void write_sweep_page(const SweepResult& sweep, const SweepAnalysis& analysis,
                      const std::filesystem::path& folder, std::string_view version);

/// Writes figures/ and, where `latex`, sweep.tex. @throws IoError
/// @return what is missing or could not be drawn, a sentence each
std::vector<std::string> write_sweep_figures(const SweepResult& sweep,
                                             const SweepAnalysis& analysis,
                                             const std::filesystem::path& folder, bool latex,
                                             std::string_view version);

/// The findings, in lines that suit a terminal.
std::string findings_text(const SweepResult& sweep, const SweepAnalysis& analysis);

}  // namespace deltasim
