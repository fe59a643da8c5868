#include "explore/placement_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "explore/placement_report.h"

namespace deltasim {
namespace {

constexpr double kMillijoule = 1e-9;  ///< per pJ

/// The least of a row's energies in columns whose name begins so, pJ.
std::optional<double> least(const Table& table, const std::vector<Json>& row,
                            std::string_view beginning) {
  std::optional<double> energy;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (!table.columns[i].starts_with(beginning) || row[i].is_null()) continue;
    const auto value = row[i].get<double>();
    energy = std::min(energy.value_or(value), value);
  }
  return energy;
}

Table saved_by_delta(const PlacementResult& result) {
  const Table layers = placement_table(result);
  const auto column = [&](std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(layers.columns, name) -
                                    layers.columns.begin());
  };
  Table table{.columns = {"stream", "layer", "temporal_sparsity", "mode", "saved_by_delta_share"},
              .rows = {}};
  for (const std::vector<Json>& row : layers.rows) {
    const std::optional<double> delta = least(layers, row, "energy_delta");
    const std::optional<double> dense = least(layers, row, "energy_dense");
    const std::optional<double> spatial = least(layers, row, "energy_spatial");
    if (!delta || !dense || !spatial) continue;
    const double other = std::min(*dense, *spatial);
    if (other <= 0) continue;
    table.rows.push_back({row[column("stream")], row[column("layer")],
                          row[column("temporal_sparsity")], row[column("mode")],
                          (other - *delta) / other});
  }
  return table;
}

Figure layers_figure(const PlacementResult& result) {
  Figure figure;
  figure.data = saved_by_delta(result);
  figure.script = {.name = "placement_layers",
                   .about = fmt::format("What delta execution saves in every layer of {}, its "
                                        "neighbours being what was chosen",
                                        result.name)};
  if (figure.data.rows.empty()) {
    figure.missing = "placement_layers: no layer was measured in all modes";
    return figure;
  }
  figure.script.settings = fmt::format(
      "set key outside top center horizontal samplen 1\n"
      "set xlabel 'input that stays the same (%)'\n"
      "set ylabel 'energy that delta saves (%)'\n"
      "set xrange [*:100]\n"
      "set xzeroaxis lt 1 lc rgb '#000000'\n"
      "set grid ytics lc rgb '#dddddd'\n"
      "set arrow 1 from {0:.6g}, graph 0 to {0:.6g}, graph 1 nohead dt 3 lw 1.5 lc rgb '#777777'\n"
      "set label 1 'rule' at {0:.6g}, graph 0.95 right offset -0.5,0 textcolor rgb '#777777'\n",
      100 * result.threshold);
  for (const char* mode : {"dense", "spatial", "delta"}) {
    const bool first = figure.script.plot.empty();
    figure.script.plot += fmt::format(
        "{}     'placement_layers.csv' using (strcol('mode') eq '{}' ? "
        "100*column('temporal_sparsity') : NaN):(100*column('saved_by_delta_share')) "
        "with points {} ps 0.5 title 'chosen: {}'",
        first ? "plot \\\n" : ", \\\n", mode, gnuplot_marker(mode), mode);
  }
  figure.script.plot += '\n';
  return figure;
}

Figure answers_figure(const PlacementResult& result) {
  Figure figure;
  figure.data.columns = {"answer", "predicted_mJ_a_frame", "simulated_mJ_a_frame"};
  const auto frames = static_cast<double>(result.frames);
  for (const PlacementAnswer& answer : result.answers) {
    if (!answer.simulated) continue;
    figure.data.rows.push_back({answer.name, answer.predicted.energy_pJ * kMillijoule / frames,
                                answer.simulated->energy_pJ * kMillijoule / frames});
  }
  figure.script = {.name = "placement_answers",
                   .about = fmt::format("Energy a frame of {} on {}, by who chose the layers' "
                                        "modes and places",
                                        result.name, result.accelerator)};
  figure.script.settings =
      "set style fill solid 1 border rgb 'black'\n"
      "set boxwidth 0.7\n"
      "set ylabel 'energy a frame (mJ)'\n"
      "set yrange [0:*]\n"
      "set offsets 0,0,graph 0.1,0\n"
      "set xtics rotate by -35 nomirror\n"
      "unset key\n";
  figure.script.plot =
      "plot 'placement_answers.csv' using 0:3:xtic(1) with boxes lw 0.5 fc rgb '#0072b2', \\\n"
      "     '' using 0:3:(sprintf('%.4g', $3)) with labels offset 0,0.6\n";
  return figure;
}

}  // namespace

std::vector<Figure> placement_figures(const PlacementResult& result) {
  return {layers_figure(result), answers_figure(result)};
}

}  // namespace deltasim
