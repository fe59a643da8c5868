#include <fmt/format.h>

#include <algorithm>

#include "report/dvfs_report.h"
#include "report/gnuplot_style.h"

namespace deltasim {
namespace {

constexpr double kMega = 1e6;
constexpr double kPicojoulesInMillijoule = 1e9;
constexpr std::size_t kVoltageLabels = 6;

/// Voltages along the upper axis, at some of the simulated clocks.
std::string voltage_tics(const DvfsSweep& sweep) {
  const std::size_t last = sweep.points.size() - 1;
  const std::size_t labels = std::min(kVoltageLabels - 1, last);
  std::string tics;
  for (std::size_t i = 0; i <= labels; ++i) {
    const ClockPoint& point = sweep.points[i * last / labels];
    tics += fmt::format("{}\"{:.2f}\" {:.6f}", i == 0 ? "" : ", ", point.voltage_V,
                        point.clock_hz / kMega);
  }
  return tics;
}

std::string title(const DvfsSweep& sweep) {
  std::string text =
      fmt::format("{}, {} execution, {}", sweep.accelerator, sweep.mode, sweep.energy_table);
  if (sweep.frame_rate_hz) text += fmt::format(", {:g} frames/s", *sweep.frame_rate_hz);
  return text;
}

/// One curve of the columns of dvfs.csv.
std::string curve(const char* column, const char* style, const char* name) {
  return fmt::format("     'dvfs.csv' using ($1/1e6):(${}/1e9) {} title '{}'", column, style, name);
}

std::string curves(const DvfsSweep& sweep) {
  std::string plot = curve("8", "with linespoints lw 3 pt 7 ps 0.5 lc rgb '#000000'", "total");
  plot += ", \\\n" + curve("4", "with lines lw 2 lc rgb '#0072b2'", "on chip, dynamic");
  plot += ", \\\n" + curve("5", "with lines lw 2 dt 2 lc rgb '#d55e00'", "on chip, leakage");
  plot += ", \\\n" + curve("6", "with lines lw 2 dt 4 lc rgb '#009e73'", "DRAM");
  if (sweep.frame_rate_hz) {
    plot += ", \\\n" + curve("7", "with lines lw 2 dt 3 lc rgb '#cc79a7'", "idle");
  }
  const auto late = [](const ClockPoint& point) { return point.missed_frames > 0; };
  if (std::ranges::any_of(sweep.points, late)) {
    plot +=
        ", \\\n     'dvfs.csv' using ($11 > 0 ? $1/1e6 : NaN):($8/1e9) with points pt 2 ps 1.2 "
        "lw 2 lc rgb '#d55e00' title 'frames late'";
  }
  const SweepMinimum& minimum = sweep.minimum;
  plot += fmt::format(
      ", \\\n     $minimum using 1:2 with points pt 6 ps 1.4 lw 2 lc rgb '#e69f00' "
      "title 'least: {:.4g} MHz, {:.2f} V'\n",
      minimum.clock_hz / kMega, minimum.voltage_V);
  return plot;
}

}  // namespace

std::string dvfs_gnuplot(const DvfsSweep& sweep) {
  FigureScript figure{.name = "dvfs", .about = title(sweep), .height = 3};
  figure.settings =
      "set key below\n"
      "set xlabel 'clock (MHz)'\n"
      "set x2label 'supply (V)'\n"
      "set ylabel 'energy a frame (mJ)'\n"
      "set yrange [0:*]\n"
      "set xtics nomirror\n"
      "set grid ytics lc rgb '#dddddd'\n";
  figure.settings += fmt::format("set title {} font ',7'\n", quoted_text(title(sweep)));
  const double low = sweep.points.front().clock_hz / kMega;
  const double high = sweep.points.back().clock_hz / kMega;
  figure.settings +=
      fmt::format("set xrange [{0:.6f}:{1:.6f}]\nset x2range [{0:.6f}:{1:.6f}]\n", low, high);
  figure.settings += fmt::format("set x2tics ({})\n", voltage_tics(sweep));
  figure.settings += fmt::format("$minimum << EOD\nclock,energy\n{:.6f},{:.9g}\nEOD\n",
                                 sweep.minimum.clock_hz / kMega,
                                 sweep.minimum.energy_pJ / kPicojoulesInMillijoule);
  figure.plot = "plot " + curves(sweep).substr(5);
  return gnuplot_script(figure);
}

}  // namespace deltasim
