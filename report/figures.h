#pragma once
// Figures for papers, drawn by gnuplot: for each a script and its data, so that a user can restyle
// it.

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "report/gnuplot_style.h"
#include "report/run_view.h"
#include "report/table.h"

namespace deltasim {

/// A figure, or why there is none: what was not run or is not in the result is said, not drawn.
struct Figure {
  FigureScript script;
  Table data;
  std::string missing;  ///< a sentence; empty where there is a figure
};

/// What each overhead leaves of the ideal reduction.
Figure waterfall_figure(const RunView& run);
/// The same against spatial execution.
Figure spatial_waterfall_figure(const RunView& run);
/// Energy a frame by component, a bar a mode.
Figure component_energy_figure(const RunView& run);
/// Energy a frame by kind of data, a bar a mode.
Figure data_energy_figure(const RunView& run);
/// Activation and temporal sparsity of every delta site, a panel a stream.
Figure sparsity_figure(const RunView& run);
/// Every layer under the accelerator's roof.
Figure roofline_figure(const RunView& run);

/// The same two with a bar a run: delta execution where it was run, else the last mode.
Figure component_energy_figure(std::span<const RunView> runs);
Figure data_energy_figure(std::span<const RunView> runs);
/// Energy and time a frame of every run and mode, with those that none other beats in both.
Figure pareto_figure(std::span<const RunView> runs);

/// The figures about one run, or about several side by side.
std::vector<Figure> figures_of(std::span<const RunView> runs);

/// Writes NAME.csv and NAME.gp of every figure and draws it; files of a figure that is missing are
/// removed, so that none is left of an earlier result.
/// @return what is missing or could not be drawn, a sentence each
/// @throws IoError
std::vector<std::string> write_figures(const std::vector<Figure>& figures,
                                       const std::filesystem::path& folder);

}  // namespace deltasim
