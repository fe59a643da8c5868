#pragma once
// Figures of a sweep, drawn by gnuplot.

#include <vector>

#include "report/figures.h"
#include "report/sweep_analysis.h"

namespace deltasim {

/// Every design in two objectives, with the front and the knee. Named pareto where the sweep has
/// two objectives, else by their numbers: pareto_1_3.
Figure sweep_front_figure(const SweepResult& sweep, const SweepAnalysis& analysis,
                          const SweepFront& pair);

/// Mean and range of an objective at the levels of every parameter, a panel each. Named effects
/// where there is one objective, else by its number: effects_2.
Figure sweep_effects_figure(const SweepResult& sweep, const SweepAnalysis& analysis,
                            std::size_t objective);

/// All of them.
std::vector<Figure> sweep_figures(const SweepResult& sweep, const SweepAnalysis& analysis);

}  // namespace deltasim
