#include <fmt/format.h>

#include <algorithm>

#include "report/dvfs_report.h"

namespace deltasim {
namespace {

constexpr double kMega = 1e6;
constexpr double kPicojoulesInMillijoule = 1e9;
constexpr std::size_t kVoltageLabels = 6;

/// In single quotes, where gnuplot substitutes nothing.
std::string quoted_text(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += '\'';
    quoted += c == '\n' ? ' ' : c;
  }
  return quoted + '\'';
}

/// Voltages along the upper axis, at some of the simulated clocks.
std::string voltage_tics(const DvfsSweep& sweep) {
  const std::size_t last = sweep.points.size() - 1;
  const std::size_t labels = std::min(kVoltageLabels - 1, last);
  std::string tics;
  for (std::size_t i = 0; i <= labels; ++i) {
    const SweepPoint& point = sweep.points[i * last / labels];
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

/// One curve of the columns of dvfs.csv; colours of Okabe and Ito, which colour-blind readers can
/// tell apart.
std::string curve(const char* column, const char* style, const char* name) {
  return fmt::format("     'dvfs.csv' using ($1/1e6):(${}/1e9) {} title '{}'", column, style, name);
}

std::string curves(const DvfsSweep& sweep) {
  std::string plot = curve("8", "with linespoints lw 3 pt 7 ps 0.6 lc rgb '#000000'", "total");
  plot += ", \\\n" + curve("4", "with lines lw 2 lc rgb '#0072b2'", "on chip, dynamic");
  plot += ", \\\n" + curve("5", "with lines lw 2 dt 2 lc rgb '#d55e00'", "on chip, leakage");
  plot += ", \\\n" + curve("6", "with lines lw 2 dt 4 lc rgb '#009e73'", "DRAM");
  if (sweep.frame_rate_hz) {
    plot += ", \\\n" + curve("7", "with lines lw 2 dt 3 lc rgb '#cc79a7'", "idle");
    plot +=
        ", \\\n     'dvfs.csv' using ($11 > 0 ? $1/1e6 : NaN):($8/1e9) with points pt 2 ps 1.2 "
        "lw 2 lc rgb '#d55e00' title 'frames late'";
  }
  const SweepMinimum& minimum = sweep.minimum;
  plot += fmt::format(
      ", \\\n     $minimum using 1:2 with points pt 6 ps 1.8 lw 2 lc rgb '#e69f00' "
      "title 'least: {:.4g} MHz, {:.2f} V'\n",
      minimum.clock_hz / kMega, minimum.voltage_V);
  return plot;
}

}  // namespace

std::string dvfs_gnuplot(const DvfsSweep& sweep) {
  std::string script =
      "# gnuplot dvfs.gp, in the folder of dvfs.csv\n"
      "set datafile separator ','\n"
      "set datafile columnheaders\n"
      "set key below noenhanced\n"
      "set xlabel 'clock (MHz)'\n"
      "set x2label 'supply (V)'\n"
      "set ylabel 'energy a frame (mJ)'\n"
      "set yrange [0:*]\n"
      "set xtics nomirror\n"
      "set grid ytics lc rgb '#dddddd'\n";
  script += fmt::format("set title {} noenhanced\n", quoted_text(title(sweep)));
  const double low = sweep.points.front().clock_hz / kMega;
  const double high = sweep.points.back().clock_hz / kMega;
  script += fmt::format("set xrange [{0:.6f}:{1:.6f}]\nset x2range [{0:.6f}:{1:.6f}]\n", low, high);
  script += fmt::format("set x2tics ({})\n", voltage_tics(sweep));
  script += fmt::format("$minimum << EOD\nclock,energy\n{:.6f},{:.9g}\nEOD\n",
                        sweep.minimum.clock_hz / kMega,
                        sweep.minimum.energy_pJ / kPicojoulesInMillijoule);
  const std::string plot = "plot " + curves(sweep).substr(5);
  script += "set terminal pdfcairo size 16cm,9cm font 'Sans,10'\nset output 'dvfs.pdf'\n" + plot;
  script +=
      "set terminal svg size 800,450 font 'Sans,12' background 'white'\nset output 'dvfs.svg'\n";
  return script + "replot\nset output\n";
}

}  // namespace deltasim
