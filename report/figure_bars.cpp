// Figures made of bars: the waterfall and the energy stacks.

#include <fmt/format.h>

#include <algorithm>

#include "report/figures.h"

namespace deltasim {
namespace {

constexpr double kMillijoule = 1e-9;  ///< of a pJ
constexpr std::size_t kLabelLength = 22, kStepLabelLength = 42;
constexpr double kAxisTop = 0.4, kAxisBelow = 0.6;  ///< ends of the waterfall's axis, steps
constexpr std::size_t kMostNarrowBars = 8;

/// What a step of the waterfall is a ratio of.
struct Quantity {
  const char* name;
  const char* style;
};
// Three colours whose greys lie far apart.
constexpr std::array<Quantity, 3> kQuantities{
    {{"MACs", "fs solid 1 border rgb 'black' fc rgb '#0072b2' lw 0.5"},
     {"cycles", "fs solid 1 border rgb 'black' fc rgb '#f0e442' lw 0.5"},
     {"energy", "fs solid 1 border rgb 'black' fc rgb '#cc79a7' lw 0.5"}}};

std::size_t quantity_of(const std::string& step) {
  if (step == "imbalance" || step == "memory_bound") return 1;
  return step.starts_with("energy") || step == "with_first_frame" ? 2 : 0;
}

/// The same text without what the axis says already.
std::string step_label(const std::string& text) {
  const std::size_t bracket = text.find(" (");
  return shortened(text.substr(0, bracket), kStepLabelLength);
}

/// Below the axis: what the colours and the outlines are.
std::string waterfall_legend() {
  constexpr std::array<double, 4> kAt{0.07, 0.29, 0.46, 0.66};
  std::string text;
  const auto add = [&](std::size_t i, std::string_view style, std::string_view name) {
    text += fmt::format(
        "set object {} rectangle from screen {:.2f},0.03 to screen {:.2f},0.065 {}\n"
        "set label {} '{}' at screen {:.3f},0.047 left\n",
        i + 1, kAt[i], kAt[i] + 0.05, style, i + 1, name, kAt[i] + 0.065);
  };
  for (std::size_t i = 0; i < kQuantities.size(); ++i) {
    add(i, kQuantities[i].style, kQuantities[i].name);
  }
  add(kQuantities.size(), "fs empty border rgb '#777777' dt 3", "one step before");
  return text;
}

std::string waterfall_settings(const std::vector<ResultNode>& steps, std::string_view other,
                               double highest) {
  std::string tics;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    tics += fmt::format("{}{} {}", i == 0 ? "" : ", ",
                        quoted_text(step_label(steps[i].text("text"))), i + 1);
  }
  return fmt::format(
      "unset key\n"
      "set bmargin 5\n"
      "set lmargin at screen 0.45\n"
      "set xlabel 'reduction against {} execution (×)'\n"
      "set xrange [0:{:.4g}]\n"
      "set yrange [{}:{}]\n"
      "set ytics nomirror ({})\n"
      "set xtics nomirror\n"
      "set grid xtics lc rgb '#dddddd'\n"
      "set style textbox opaque noborder margins 0.5,0.3\n"
      "{}",
      other, 1.12 * highest, static_cast<double>(steps.size()) + kAxisBelow, kAxisTop, tics,
      waterfall_legend());
}

/// Why there is no waterfall.
std::string missing_waterfall(const RunView& run, std::string_view other) {
  for (const std::string_view needed : {other, std::string_view("delta")}) {
    if (std::ranges::find(run.modes, needed, &ModeView::name) == run.modes.end()) {
      return fmt::format("{} execution was not run (key `modes` of the experiment)", needed);
    }
  }
  return "it needs a second frame, since the first one is dense in every mode";
}

std::string waterfall_plot(const std::string& file, std::size_t steps) {
  std::string plot = fmt::format(
      "plot '{}.csv' using (0):'position':(0):'reduction_before':($1-0.35):($1+0.35) with "
      "boxxyerror "
      "fs empty border rgb '#777777' dt 3 lc rgb '#777777' notitle, \\\n",
      file);
  for (const Quantity& quantity : kQuantities) {
    plot += fmt::format(
        "  '' using (0):(strcol('quantity') eq '{0}' ? $1 : NaN):(0):'reduction'"
        ":($1-0.35):($1+0.35) with boxxyerror {1} notitle, \\\n",
        quantity.name, quantity.style);
  }
  // At 1 nothing is gained.
  plot += fmt::format(
      "  '' every ::0::0 using (1):({}):(0):({}) with vectors nohead dt 2 lw 1.5 lc rgb 'black' "
      "notitle, \\\n",
      kAxisTop, static_cast<double>(steps) + kAxisBelow - kAxisTop);
  return plot +
         "  '' using 'reduction':'position':(sprintf('%.2f', column('reduction'))) with labels "
         "boxed left offset 0.4,0 notitle\n";
}

Figure waterfall_against(const RunView& run, const char* name, std::string_view other,
                         const char* about) {
  Figure figure{.script = {.name = name, .about = about}, .data = {}, .missing = {}};
  const std::vector<ResultNode> steps =
      run.root.has(name) ? run.root.list(name) : std::vector<ResultNode>();
  if (steps.empty()) {
    figure.missing = missing_waterfall(run, other);
    return figure;
  }
  figure.data.columns = {"position", "step", "quantity", "reduction", "reduction_before"};
  double highest = 1, before = 0;
  for (const ResultNode& node : steps) {
    const double reduction = node.number("reduction");
    const std::string step = node.text("step");
    figure.data.rows.push_back({figure.data.rows.size() + 1, step,
                                kQuantities[quantity_of(step)].name, reduction,
                                std::max(before, reduction)});
    highest = std::max(highest, reduction);
    before = reduction;
  }
  figure.script.height = 0.9 + 0.175 * static_cast<double>(steps.size());
  figure.script.settings = waterfall_settings(steps, other, highest);
  figure.script.plot = waterfall_plot(name, steps.size());
  return figure;
}

/// A bar of an energy chart.
struct EnergyBar {
  std::string label;
  const ModeView* mode;
};

double part_energy(const ModeView& mode, std::string_view key, const std::string& part) {
  const ResultNode energies = mode.node.at("energy_pJ").at(key);
  return energies.has(part) ? energies.number(part) * kMillijoule / mode.frames() : 0;
}

/// The parts that any of the bars has, in the order of the result.
std::vector<std::string> parts_of(const std::vector<EnergyBar>& bars, std::string_view key) {
  std::vector<std::string> parts;
  for (const EnergyBar& bar : bars) {
    for (const auto& [part, ignored] : bar.mode->node.at("energy_pJ").entries(key)) {
      if (part_energy(*bar.mode, key, part) == 0) continue;
      if (std::ranges::find(parts, part) == parts.end()) parts.push_back(part);
    }
  }
  return parts;
}

/// Boxes of one part, on top of the parts in the columns before.
std::string stacked_boxes(const std::string& file, std::size_t column, std::string_view part) {
  std::string plot;
  for (const std::string& fill : gnuplot_fills(part)) {
    plot += fmt::format(
        "{0} using 0:(0):($0-0.35):($0+0.35):(bottom({1})):(bottom({1})+column({1})) "
        "with boxxyerror {2} notitle, \\\n  ",
        plot.empty() ? file : "''", column, fill);
  }
  return plot;
}

/// The legend, beside the chart in the order of the stack. gnuplot's own knows no hatch over a
/// colour.
std::string legend(const std::vector<std::string>& parts) {
  constexpr double kStep = 0.1, kTop = 0.97, kHeight = 0.065;
  std::string text;
  int object = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const double top = kTop - kStep * static_cast<double>(parts.size() - 1 - i);
    for (const std::string& fill : gnuplot_fills(parts[i])) {
      text += fmt::format(
          "set object {} rectangle from graph 1.03,{:.3f} to graph 1.1,{:.3f} noclip {}\n",
          ++object, top - kHeight, top, fill);
    }
    text += fmt::format("set label {} '{}' at graph 1.13,{:.3f} left\n", i + 1,
                        fill_of(parts[i]).text, top - kHeight / 2);
  }
  return text;
}

Figure energy_figure(const char* name, std::string_view key, std::string_view what,
                     const std::vector<EnergyBar>& bars, const char* label_column) {
  const std::vector<std::string> parts = parts_of(bars, key);
  Figure figure{.script = {.name = name, .about = fmt::format("Energy a frame {}", what)},
                .data = {},
                .missing = {}};
  if (parts.empty()) {
    figure.missing = "the result has no energy above zero";
    return figure;
  }
  figure.data.columns = {label_column};
  for (const std::string& part : parts) figure.data.columns.push_back(part + "_mJ");
  figure.data.columns.emplace_back("total_mJ");
  double highest = 0;
  for (const EnergyBar& bar : bars) {
    std::vector<Json> row{shortened(bar.label, kLabelLength)};
    for (const std::string& part : parts) row.emplace_back(part_energy(*bar.mode, key, part));
    row.emplace_back(bar.mode->energy_mJ());
    highest = std::max(highest, bar.mode->energy_mJ());
    figure.data.rows.push_back(std::move(row));
  }
  const bool runs = std::string_view(label_column) == "run";
  figure.script.width = bars.size() > kMostNarrowBars ? kPageWidth : kColumnWidth;
  figure.script.height = runs ? 2.75 : 2.0;
  const double legend_width = 1.0;  // inches
  figure.script.settings = fmt::format(
      "# Of the parts before the one in a column.\n"
      "bottom(part) = part > 2 ? (sum [i=2:part-1] column(i)) : 0\n"
      "set rmargin at screen {:.3f}\n"
      "set ylabel 'energy a frame (mJ)'\n"
      "set xrange [-0.7:{}]\n"
      "set yrange [0:{:.4g}]\n"
      "set xtics nomirror scale 0{}\n"
      "set ytics nomirror\n"
      "set grid ytics lc rgb '#dddddd'\n{}",
      1 - legend_width / figure.script.width, static_cast<double>(bars.size()) - 0.3, 1.1 * highest,
      runs ? " rotate by 30 right" : "", legend(parts));
  std::string plot = "plot ";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    plot += stacked_boxes(i == 0 ? fmt::format("'{}.csv'", name) : "''", i + 2, parts[i]);
  }
  plot += fmt::format(
      "'' using 0:'total_mJ':(sprintf('%.{}f', column('total_mJ'))):xtic(1) with labels "
      "offset 0,0.5 notitle\n",
      highest >= 10  ? 1
      : highest >= 1 ? 2
                     : 4);
  figure.script.plot = plot;
  return figure;
}

std::vector<EnergyBar> bars_of(const RunView& run) {
  std::vector<EnergyBar> bars;
  for (const ModeView& mode : run.all) bars.push_back({mode.name, &mode});
  return bars;
}

std::vector<EnergyBar> bars_of(std::span<const RunView> runs) {
  std::vector<EnergyBar> bars;
  for (const RunView& run : runs) bars.push_back({run.label(), &run.shown()});
  return bars;
}

constexpr const char* kByComponent = "energy_by_component";
constexpr const char* kByData = "energy_by_data";

}  // namespace

Figure waterfall_figure(const RunView& run) {
  return waterfall_against(run, "waterfall", "dense",
                           "What each overhead leaves of the ideal reduction");
}
Figure spatial_waterfall_figure(const RunView& run) {
  return waterfall_against(run, "waterfall_against_spatial", "spatial",
                           "The same of delta against spatial execution, which needs no state");
}
Figure component_energy_figure(const RunView& run) {
  return energy_figure(kByComponent, "by_component", "by component", bars_of(run), "mode");
}
Figure data_energy_figure(const RunView& run) {
  return energy_figure(kByData, "by_data", "by kind of data", bars_of(run), "mode");
}
Figure component_energy_figure(std::span<const RunView> runs) {
  return energy_figure(kByComponent, "by_component", "by component", bars_of(runs), "run");
}
Figure data_energy_figure(std::span<const RunView> runs) {
  return energy_figure(kByData, "by_data", "by kind of data", bars_of(runs), "run");
}

}  // namespace deltasim
