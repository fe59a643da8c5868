#include "report/figure_sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace deltasim {
namespace {

constexpr std::size_t kDesignLength = 54, kTitleLength = 40, kPanelColumns = 2, kMostPanels = 10;
constexpr std::size_t kMostLevelLabels = 10, kLevelLabelLength = 16, kMostLevels = 200;
constexpr double kPanelHeight = 1.75;      ///< inches
constexpr double kLogarithmicFrom = 10.0;  ///< ratio of the ends of an axis

struct Range {
  double least = HUGE_VAL, most = -HUGE_VAL;
  void add(double value) {
    least = std::min(least, value);
    most = std::max(most, value);
  }
  bool logarithmic() const { return least > 0 && most / least > kLogarithmicFrom; }
};

double shown_value(const SweepResult& sweep, const SweepAnalysis& analysis, std::size_t point,
                   std::size_t objective) {
  return sweep.points[point].objectives[objective] * analysis.units[objective].factor;
}

/// Range, tics and title of an axis; 5 % of room at each end.
std::string axis_settings(const char* axis, const std::string& title, const Range& range) {
  std::string text =
      fmt::format("set {}label {}\n", axis, quoted_text(shortened(title, kTitleLength)));
  if (range.logarithmic()) {
    text += fmt::format("set logscale {0}\nset {0}range [{1:.5g}:{2:.5g}]\n", axis,
                        range.least / 1.3, range.most * 1.3);
    if (range.most / range.least < 1000) {
      text += fmt::format("set {}tics nomirror ({})\n", axis,
                          logarithmic_tics(range.least / 1.3, range.most * 1.3));
    }
    return text;
  }
  const double width = range.most - range.least;
  const double room = 0.06 * (width > 0 ? width : std::max(std::abs(range.most), 1e-9));
  return text + fmt::format("set {}range [{:.5g}:{:.5g}]\nset {}tics nomirror\n", axis,
                            range.least - room, range.most + room, axis);
}

std::string front_plot(const std::string& name, const SweepAnalysis& analysis,
                       const SweepFront& pair) {
  const auto where = [](const char* column, int value) {
    return fmt::format("using (column('{}') == {} ? $2 : NaN):3", column, value);
  };
  std::string plot =
      fmt::format("plot '{}.csv' {} with points pt 7 ps 0.3 lc rgb '#999999' title 'dominated'",
                  name, where("not_dominated", 0));
  plot +=
      fmt::format(", \\\n  '' {} with points pt 7 ps 0.5 lc rgb '#0072b2' title 'not dominated'",
                  where("not_dominated", 1));
  plot +=
      fmt::format(", \\\n  '' {} with steps lw 1.5 lc rgb 'black' title '{}'", where("on_front", 1),
                  analysis.pairs.size() > 1 ? "front of these two" : "front");
  const SweepFront& all = analysis.front ? *analysis.front : pair;
  if (all.knee) {
    const std::string design = design_text(analysis.table, analysis.table.levels[*all.knee]);
    plot += fmt::format(", \\\n  '' {} with points pt 6 ps 1.5 lw 2 lc rgb '#d55e00' title {}",
                        where("knee", 1), quoted_text(shortened("knee: " + design, kDesignLength)));
  }
  return plot + "\n";
}

/// The points of the front in its order, then the others.
std::vector<std::size_t> front_first(const DesignTable& table, const SweepFront& front) {
  std::vector<std::size_t> order = front.points;
  std::vector<std::size_t> sorted = order;
  std::ranges::sort(sorted);
  for (const DonePoint& point : table.done) {
    if (!std::ranges::binary_search(sorted, point.index)) order.push_back(point.index);
  }
  return order;
}

std::string level_tics(const std::vector<std::string>& levels) {
  const std::size_t each = (levels.size() + kMostLevelLabels - 1) / kMostLevelLabels;
  std::string tics;
  for (std::size_t i = 0; i < levels.size(); i += each) {
    tics += fmt::format("{}{} {}", i == 0 ? "" : ", ",
                        quoted_text(shortened(levels[i], kLevelLabelLength)), i + 1);
  }
  return tics;
}

std::string effect_panel(const std::string& name, std::size_t number, const ParameterAxis& axis,
                         const std::vector<std::string>& levels, bool joined) {
  const auto where =
      fmt::format("using (column('parameter_number') == {} ? column('position') : NaN)", number);
  return fmt::format(
      "set xlabel {0}\n"
      "set xrange [0.5:{1}.5]\n"
      "set xtics nomirror ({2})\n"
      "plot '{3}.csv' {4}:'least':(0):(column('most') - column('least')) with vectors nohead "
      "lw 5 lc rgb '#bbbbbb' title 'range', \\\n"
      "  '' {4}:'mean' with {5} pt 7 ps 0.6 lw 1.5 lc rgb '#0072b2' title 'mean'\n",
      quoted_text(shortened(axis.label, kTitleLength)), levels.size(), level_tics(levels), name,
      where, joined ? "linespoints" : "points");
}

std::string numbered(const std::string& name, std::size_t objectives,
                     const std::vector<std::size_t>& which, std::size_t plain_with) {
  if (objectives <= plain_with) return name;
  std::string text = name;
  for (const std::size_t o : which) text += fmt::format("_{}", o + 1);
  return text;
}

/// Rows of one parameter; its levels as they stand along the axis.
std::vector<std::string> add_levels(Figure& figure, Range& range, const SweepResult& sweep,
                                    const SweepAnalysis& analysis, std::size_t a, std::size_t o) {
  const ParameterAxis& axis = analysis.table.axes[a];
  const std::vector<LevelFigures> all = level_figures(sweep, analysis.table, a, o);
  const double factor = analysis.units[o].factor;
  std::vector<std::string> levels;
  for (const std::size_t l : axis.tried) {
    levels.push_back(axis.levels[l]);
    figure.data.rows.push_back({a + 1, axis.name, levels.size(), axis.levels[l],
                                all[l].mean * factor, all[l].least * factor, all[l].most * factor,
                                all[l].points});
    range.add(all[l].least * factor);
    range.add(all[l].most * factor);
  }
  return levels;
}

}  // namespace

Figure sweep_front_figure(const SweepResult& sweep, const SweepAnalysis& analysis,
                          const SweepFront& pair) {
  const std::size_t x = pair.objectives[0], y = pair.objectives[1];
  const std::string name = numbered("pareto", sweep.objectives.size(), pair.objectives, 2);
  Figure figure{.script = {.name = name,
                           .about = fmt::format("All designs in {} and {}; the line joins those "
                                                "that no other one beats in both",
                                                sweep.objectives[x].name, sweep.objectives[y].name),
                           .height = 2.75},
                .data = {},
                .missing = {}};
  const SweepFront& all = analysis.front ? *analysis.front : pair;
  const std::vector<std::string> titles{titled(sweep.objectives[x].name, analysis.units[x]),
                                        titled(sweep.objectives[y].name, analysis.units[y])};
  figure.data.columns = {"point",         titles[0], titles[1], "on_front",
                         "not_dominated", "knee",    "design"};
  Range across, up;
  std::vector<std::size_t> best = all.points;
  std::ranges::sort(best);
  for (const std::size_t point : front_first(analysis.table, pair)) {
    const double first = shown_value(sweep, analysis, point, x);
    const double second = shown_value(sweep, analysis, point, y);
    across.add(first);
    up.add(second);
    figure.data.rows.push_back({sweep.points[point].id, first, second,
                                figure.data.rows.size() < pair.points.size() ? 1 : 0,
                                std::ranges::binary_search(best, point) ? 1 : 0,
                                all.knee == point ? 1 : 0,
                                design_text(analysis.table, analysis.table.levels[point])});
  }
  figure.script.settings = "set key above left reverse Left maxrows 3\n" +
                           axis_settings("x", titles[0], across) +
                           axis_settings("y", titles[1], up) + "set grid lc rgb '#dddddd'\n";
  figure.script.plot = front_plot(name, analysis, pair);
  return figure;
}

Figure sweep_effects_figure(const SweepResult& sweep, const SweepAnalysis& analysis,
                            std::size_t objective) {
  const std::string name = numbered("effects", sweep.objectives.size(), {objective}, 1);
  const std::string title = titled(sweep.objectives[objective].name, analysis.units[objective]);
  const bool full_grid = analysis.shares.at(objective).full_grid;
  Figure figure{
      .script = {.name = name,
                 .about = title + ": mean and range at each level, over all other parameters" +
                          (full_grid ? "" : "; no full grid: a mean may owe something to them"),
                 .width = kPageWidth},
      .data = {},
      .missing = {}};
  figure.data.columns = {
      "parameter_number", "parameter", "position", "level", "mean", "least", "most", "points"};
  Range range;
  std::string panels;
  std::size_t count = 0;
  for (std::size_t a = 0; a < analysis.table.axes.size() && count < kMostPanels; ++a) {
    const ParameterAxis& axis = analysis.table.axes[a];
    if (axis.tried.size() < 2 || axis.tried.size() > kMostLevels) continue;
    const auto levels = add_levels(figure, range, sweep, analysis, a, objective);
    // Where levels met different companions, a line between their means would look like an effect.
    panels += effect_panel(name, a + 1, axis, levels, full_grid && axis.ordered());
    ++count;
  }
  if (count == 0) {
    figure.missing = "no parameter has two to 200 levels that were evaluated";
    return figure;
  }
  const std::size_t rows = (count + kPanelColumns - 1) / kPanelColumns;
  const std::size_t columns = std::min(count, kPanelColumns);
  figure.script.width = columns == 1 ? kColumnWidth : kPageWidth;
  figure.script.height = kPanelHeight * static_cast<double>(rows);
  figure.script.settings = "set key above right horizontal\n" + axis_settings("y", title, range) +
                           "set grid ytics lc rgb '#dddddd'\n";
  figure.script.plot =
      fmt::format("set multiplot layout {},{}\n{}unset multiplot\n", rows, columns, panels);
  return figure;
}

std::vector<Figure> sweep_figures(const SweepResult& sweep, const SweepAnalysis& analysis) {
  std::vector<Figure> figures;
  for (const SweepFront& pair : analysis.pairs) {
    figures.push_back(sweep_front_figure(sweep, analysis, pair));
  }
  if (figures.empty()) {
    Figure none;
    none.script.name = "pareto";
    none.missing = analysis.table.done.empty() ? "no design has been evaluated"
                                               : "a front needs two objectives or more";
    figures.push_back(std::move(none));
  }
  for (std::size_t o = 0; o < sweep.objectives.size(); ++o) {
    figures.push_back(sweep_effects_figure(sweep, analysis, o));
  }
  return figures;
}

}  // namespace deltasim
