// Figures over the clips of a sweep: sites with their spread, and classes.

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "report/clip_report.h"

namespace deltasim {
namespace {

constexpr double kPanelHeight = 1.75;    ///< inches
constexpr std::size_t kMostLabels = 60;  ///< that a page's width has room for
constexpr std::size_t kLabelLength = 20;

constexpr const char* kSettings =
    "set key at graph 1,1.12 horizontal right reverse Left width 1\n"
    "set tmargin 2.2\n"
    "set bmargin 6\n"
    "set rmargin 1\n"
    "set ylabel 'zeros of delta maps (%)'\n"
    "set yrange [0:100]\n"
    "set xtics nomirror rotate by 90 right font ',6'\n"
    "set ytics nomirror\n"
    "set grid ytics lc rgb '#dddddd'\n";

/// One panel: what stands along its axis, and whose it is.
struct Panel {
  std::string stream;
  std::vector<std::string> labels;
};

std::string tics(const std::vector<std::string>& labels) {
  const std::size_t each = (labels.size() + kMostLabels - 1) / kMostLabels;
  std::string text;
  for (std::size_t i = 0; i < labels.size(); i += each) {
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ",
                        quoted_text(shortened(labels[i], kLabelLength)), i + 1);
  }
  return text;
}

/// A column in per cent, of one panel's rows only.
std::string percent(std::size_t panel, const std::string& column) {
  return fmt::format("(column('panel') == {} ? 100*column('{}') : NaN)", panel, column);
}

std::string panel_head(const Panel& panel) {
  return fmt::format(
      "set label 1 {} at graph 0, graph 1.08 left\nset xrange [0:{}]\nset xtics ({})\nplot \\\n",
      quoted_text(shortened(panel.stream, kLabelLength) + " stream"), panel.labels.size() + 1,
      tics(panel.labels));
}

std::string in_panels(const std::vector<Panel>& panels,
                      const std::function<std::string(std::size_t)>& lines) {
  std::string plot = fmt::format("set multiplot layout {},1\n", panels.size());
  for (std::size_t i = 0; i < panels.size(); ++i) plot += panel_head(panels[i]) + lines(i + 1);
  return plot + "unset multiplot\n";
}

/// Where in the figure's data a value belongs; panels are made as streams come.
std::size_t panel_of(std::vector<Panel>& panels, const std::string& stream,
                     const std::string& label) {
  auto panel = std::ranges::find(panels, stream, &Panel::stream);
  if (panel == panels.end()) panel = panels.insert(panels.end(), Panel{stream, {}});
  panel->labels.push_back(label);
  return static_cast<std::size_t>(panel - panels.begin());
}

Figure empty_figure(const std::string& name, const std::string& what, const ClipStudy& study,
                    const ClipDesign& design) {
  std::string about = fmt::format("{}, over {} clips", what, design.rows.size());
  for (std::size_t i = 0; i < design.values.size(); ++i) {
    about += fmt::format(", {} {}", study.other_axes[i], design.values[i]);
  }
  Figure figure{
      .script = {.name = name, .about = about, .width = kPageWidth}, .data = {}, .missing = {}};
  figure.script.settings = kSettings;
  figure.data.columns = {"panel", "number", "stream", "name", "clips", "mean", "standard_deviation",
                         "min",   "median", "max"};
  return figure;
}

void add_row(Figure& figure, std::vector<Panel>& panels, const std::string& stream,
             const std::string& label, const ClipSpread& spread) {
  const std::size_t panel = panel_of(panels, stream, label);
  figure.data.rows.push_back({panel + 1, panels[panel].labels.size(), stream, label, spread.number,
                              spread.mean, spread.standard_deviation, spread.least, spread.median,
                              spread.most});
}

void set_height(Figure& figure, const std::vector<Panel>& panels) {
  figure.script.height = kPanelHeight * static_cast<double>(panels.size());
}

}  // namespace

Figure clip_sites_figure(const ClipStudy& study, const ClipDesign& design,
                         const std::string& name) {
  Figure figure = empty_figure(name, "Temporal sparsity of every delta site", study, design);
  std::vector<Panel> panels;
  for (const SiteSpread& site : design.groups.front().sites) {
    if (site.temporal_sparsity) {
      add_row(figure, panels, site.stream, site.name, *site.temporal_sparsity);
    }
  }
  if (figure.data.empty()) {
    figure.missing = "no clip has a delta map: that takes two frames and delta sites";
    return figure;
  }
  set_height(figure, panels);
  const std::string file = name + ".csv";
  figure.script.plot = in_panels(panels, [&](std::size_t panel) {
    const auto line = [&](const char* column, const char* style) {
      return fmt::format("  '{}' using 'number':{} with {}", file, percent(panel, column), style);
    };
    return line("min", "lines lc rgb '#777777' dt 3 lw 1 title 'least'") + ", \\\n" +
           line("max", "lines lc rgb '#777777' dt 2 lw 1 title 'most'") + ", \\\n" +
           fmt::format(
               "  '{}' using 'number':{}:(100*column('standard_deviation')) with "
               "yerrorbars lc rgb '#0072b2' pt 7 ps 0.35 lw 1 title "
               "'mean and standard deviation', \\\n",
               file, percent(panel, "mean")) +
           line("median", "points lc rgb '#e69f00' pt 2 ps 0.4 lw 1 title 'median'") + "\n";
  });
  return figure;
}

Figure clip_classes_figure(const ClipStudy& study, const ClipDesign& design,
                           const std::string& name) {
  Figure figure = empty_figure(name, "Temporal sparsity of each class", study, design);
  constexpr std::string_view kSparsity = "temporal_sparsity_";
  std::vector<Panel> panels;
  for (const ClipGroup& group : design.groups) {
    if (group.name.empty()) continue;
    for (const auto& [quantity, spread] : group.quantities) {
      if (!quantity.starts_with(kSparsity)) continue;
      add_row(figure, panels, quantity.substr(kSparsity.size()), group.name, spread);
    }
  }
  if (figure.data.empty()) {
    figure.missing = "no clip has both a class and a delta map";
    return figure;
  }
  set_height(figure, panels);
  const std::string file = name + ".csv";
  figure.script.plot = in_panels(panels, [&](std::size_t panel) {
    return fmt::format(
        "  '{0}' using 'number':{1}:(100*column('standard_deviation')) with boxerrorbars "
        "fs solid 1 border rgb 'black' fc rgb '#56b4e9' lw 0.5 title "
        "'mean, and standard deviation over the clips'\n",
        file, percent(panel, "mean"));
  });
  figure.script.settings += "set boxwidth 0.7\n";
  return figure;
}

}  // namespace deltasim
