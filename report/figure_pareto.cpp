// The Pareto front of several runs.

#include <fmt/format.h>

#include <algorithm>

#include "report/figures.h"
#include "report/pareto.h"

namespace deltasim {
namespace {

constexpr std::size_t kRunLabelLength = 18;

/// A mode of a run.
struct Design {
  const RunView* run;
  const ModeView* mode;
  Tradeoff cost;  ///< ms and mJ a frame
};

std::vector<Design> designs_of(std::span<const RunView> runs) {
  std::vector<Design> designs;
  for (const RunView& run : runs) {
    for (const ModeView& mode : run.modes) {
      designs.push_back({&run, &mode, {mode.time_ms(), mode.energy_mJ()}});
    }
  }
  return designs;
}

/// The designs that none beats, by rising time, then the others.
std::vector<Design> front_first(const std::vector<Design>& designs, std::size_t& in_front) {
  std::vector<Tradeoff> costs;
  for (const Design& design : designs) costs.push_back(design.cost);
  const std::vector<std::size_t> front = non_dominated(costs);
  in_front = front.size();
  std::vector<Design> order;
  for (const std::size_t i : front) order.push_back(designs[i]);
  for (std::size_t i = 0; i < designs.size(); ++i) {
    if (std::ranges::find(front, i) == front.end()) order.push_back(designs[i]);
  }
  return order;
}

std::string settings(const std::vector<Design>& designs) {
  const auto time = [](const Design& design) { return design.cost.first; };
  const auto energy = [](const Design& design) { return design.cost.second; };
  const auto [shortest, longest] = std::ranges::minmax(designs, {}, time);
  const auto [least, most] = std::ranges::minmax(designs, {}, energy);
  return fmt::format(
      "set key above horizontal center reverse Left\n"
      "set logscale xy\n"
      "set xlabel 'time a frame (ms)'\n"
      "set ylabel 'energy a frame (mJ)'\n"
      "set xrange [{:.4g}:{:.4g}]\n"
      "set yrange [{:.4g}:{:.4g}]\n"
      "set xtics nomirror ({})\n"
      "set ytics nomirror ({})\n"
      "set grid lc rgb '#dddddd'\n",
      time(shortest) / 1.4, time(longest) * 1.2, energy(least) / 1.2, energy(most) * 1.2,
      logarithmic_tics(time(shortest), time(longest)),
      logarithmic_tics(energy(least), energy(most)));
}

/// The front as steps, points by mode, and the names of the runs in the front.
std::string plot(const std::vector<std::string>& modes) {
  std::string text =
      "plot 'pareto.csv' using (column('in_front') == 1 ? column('time_per_frame_ms') : NaN)"
      ":'energy_per_frame_mJ' with steps lw 1.5 lc rgb 'black' title 'not dominated'";
  for (std::size_t m = 0; m < modes.size(); ++m) {
    text += fmt::format(
        ", \\\n  '' using 'time_per_frame_ms':(column('mode_number') == {} ? "
        "column('energy_per_frame_mJ') : NaN) with points {} ps 0.8 lw 1.5 title {}",
        m + 1, gnuplot_marker(modes[m]), quoted_text(modes[m]));
  }
  return text +
         ", \\\n  '' using (column('in_front') == 1 ? column('time_per_frame_ms') : NaN)"
         ":'energy_per_frame_mJ':(strcol('label')) with labels right offset -0.6,-0.6 font ',7' "
         "notitle\n";
}

}  // namespace

Figure pareto_figure(std::span<const RunView> runs) {
  Figure figure{
      .script = {.name = "pareto",
                 .about = "Energy and time a frame; the line joins what none beats in both",
                 .height = 2.75},
      .data = {},
      .missing = {}};
  if (runs.size() < 2) {
    figure.missing = "a Pareto front needs two runs or more (deltasim report A B --out DIR)";
    return figure;
  }
  std::size_t in_front = 0;
  const std::vector<Design> designs = front_first(designs_of(runs), in_front);
  const auto free = [](const Design& design) {
    return design.cost.first <= 0 || design.cost.second <= 0;
  };
  if (std::ranges::any_of(designs, free)) {
    figure.missing = "a mode that takes no time or no energy has no place on logarithmic axes";
    return figure;
  }
  figure.data.columns = {
      "run",      "mode", "mode_number", "time_per_frame_ms", "energy_per_frame_mJ",
      "in_front", "label"};
  std::vector<std::string> modes;
  for (const Design& design : designs) {
    auto place = std::ranges::find(modes, design.mode->name);
    if (place == modes.end()) place = modes.insert(modes.end(), design.mode->name);
    figure.data.rows.push_back({design.run->name, design.mode->name, place - modes.begin() + 1,
                                design.cost.first, design.cost.second,
                                figure.data.rows.size() < in_front ? 1 : 0,
                                shortened(design.run->label(), kRunLabelLength)});
  }
  figure.script.settings = settings(designs);
  figure.script.plot = plot(modes);
  return figure;
}

}  // namespace deltasim
