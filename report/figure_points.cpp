// Figures of sites and layers: sparsity and roofline.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "report/figures.h"

namespace deltasim {
namespace {

constexpr double kPanelHeight = 1.75, kLowPanelHeight = 1.5;  ///< inches
constexpr std::size_t kMostSiteLabels = 60;                   ///< that a page's width has room for
constexpr std::size_t kSiteLabelLength = 20, kStreamLabelLength = 24;

/// Sites of one stream, in order, with means over their elements.
struct StreamSites {
  std::string name;
  std::vector<std::string> sites;
  double elements = 0, activation = 0, temporal = 0, temporal_elements = 0;
};

std::vector<StreamSites> streams_of(const std::vector<ResultNode>& sites) {
  std::vector<StreamSites> streams;
  for (const ResultNode& site : sites) {
    const std::string name = site.text("stream");
    auto stream = std::ranges::find(streams, name, &StreamSites::name);
    if (stream == streams.end())
      stream = streams.insert(streams.end(), StreamSites{.name = name, .sites = {}});
    const double elements = site.number("elements");
    stream->sites.push_back(site.text("site"));
    stream->elements += elements;
    stream->activation += elements * site.number("activation_sparsity");
    if (site.has("temporal_sparsity")) {
      stream->temporal += elements * site.number("temporal_sparsity");
      stream->temporal_elements += elements;
    }
  }
  return streams;
}

std::string site_tics(const StreamSites& stream) {
  const std::size_t each = (stream.sites.size() + kMostSiteLabels - 1) / kMostSiteLabels;
  std::string tics;
  for (std::size_t i = 0; i < stream.sites.size(); i += each) {
    tics += fmt::format("{}{} {}", i == 0 ? "" : ", ",
                        quoted_text(shortened(stream.sites[i], kSiteLabelLength)), i + 1);
  }
  return tics;
}

std::string panel(std::size_t number, const StreamSites& stream) {
  const auto line = [&](const char* column, const std::string& title, const char* style) {
    return fmt::format(
        "  'sparsity.csv' using 'site_number':(column('stream_number') == {} ? "
        "100*column('{}') : NaN) with linespoints {} title '{}'",
        number, column, style, title);
  };
  const auto mean = [](double sum, double elements) {
    return elements > 0 ? fmt::format(" (mean {:.1f} %)", 100 * sum / elements) : std::string();
  };
  std::string plot = fmt::format(
      "set label 1 {} at graph 0, graph 1.08 left\n"
      "set xrange [0:{}]\n"
      "set xtics ({})\n"
      "plot \\\n",
      quoted_text(shortened(stream.name, kStreamLabelLength) + " stream"), stream.sites.size() + 1,
      site_tics(stream));
  plot += line("activation_sparsity", "activation map" + mean(stream.activation, stream.elements),
               "lc rgb '#e69f00' dt 2 pt 8 ps 0.5 lw 1.5") +
          ", \\\n";
  plot += line("temporal_sparsity", "delta map" + mean(stream.temporal, stream.temporal_elements),
               "lc rgb '#0072b2' dt 1 pt 7 ps 0.4 lw 1.5") +
          ", \\\n";
  return plot +
         line("unchanged_pixels", "pixels without a change",
              "lc rgb '#777777' dt 3 pt 1 ps 0.4 lw 1") +
         "\n";
}

std::string roofline_plot(const RunView& run, const std::string& roof) {
  std::string plot = fmt::format("plot {}", roof);
  std::size_t number = 0;
  for (const ModeView& mode : run.modes) {
    plot += fmt::format(
        ", \\\n  'roofline.csv' using 'macs_per_dram_byte':(column('mode_number') == {} ? "
        "column('macs_per_s')/1e9 : NaN) with points {} ps 0.4 lw 1 title {}",
        ++number, gnuplot_marker(mode.name), quoted_text(mode.name));
  }
  return plot + "\n";
}

/// Layers that move no DRAM byte or do no MAC have no place on logarithmic axes.
std::size_t add_layers(Table& table, const ModeView& mode, std::size_t number) {
  std::size_t without_place = 0;
  for (const auto& [stream, node] : mode.node.entries("streams")) {
    for (const ResultNode& layer : node.list("layers")) {
      const double macs = layer.at("macs").number("executed");
      const double bytes = memory_bits(layer, "dram") / 8;
      const double time = layer.number("time_s");
      if (macs <= 0 || bytes <= 0 || time <= 0) {
        ++without_place;
        continue;
      }
      table.rows.push_back(
          {mode.name, number, stream, layer.text("name"), macs / bytes, macs / time});
    }
  }
  return without_place;
}

/// Least and largest of a column of numbers.
std::pair<double, double> range_of(const Table& table, std::size_t column) {
  std::pair<double, double> range{HUGE_VAL, 0};
  for (const std::vector<Json>& row : table.rows) {
    range.first = std::min(range.first, row[column].get<double>());
    range.second = std::max(range.second, row[column].get<double>());
  }
  return range;
}

/// Ends of a logarithmic axis: somewhat beyond the values, and wide enough for two tics.
std::pair<double, double> axis(double lowest, double highest) {
  if (highest / lowest > 30) return {lowest / 1.5, highest * 1.5};
  return {std::pow(10, std::floor(std::log10(lowest / 1.1))),
          std::pow(10, std::ceil(std::log10(highest * 1.1)))};
}

}  // namespace

Figure sparsity_figure(const RunView& run) {
  Figure figure{.script = {.name = "sparsity",
                           .about = "Sparsity of the activation and delta maps of every delta site",
                           .width = kPageWidth},
                .data = {},
                .missing = {}};
  if (!run.root.has("sites") || run.root.at("sites").json().empty()) {
    figure.missing = "the result lists no delta sites";
    return figure;
  }
  const std::vector<ResultNode> sites = run.root.list("sites");
  const std::vector<StreamSites> streams = streams_of(sites);
  figure.data.columns = {
      "stream_number",       "site_number",       "stream",          "site", "elements",
      "activation_sparsity", "temporal_sparsity", "unchanged_pixels"};
  std::map<std::string, std::size_t> next;
  for (const ResultNode& site : sites) {
    const std::string stream = site.text("stream");
    const auto share = [&](const char* key) {
      return site.has(key) ? Json(site.number(key)) : Json();
    };
    const auto number =
        std::ranges::find(streams, stream, &StreamSites::name) - streams.begin() + 1;
    figure.data.rows.push_back({number, ++next[stream], stream, site.text("site"),
                                site.at("elements").json(), share("activation_sparsity"),
                                share("temporal_sparsity"), share("unchanged_pixels")});
  }
  figure.script.height =
      (streams.size() > 2 ? kLowPanelHeight : kPanelHeight) * static_cast<double>(streams.size());
  figure.script.settings =
      "set key at graph 1,1.12 horizontal right reverse Left width 1\n"
      "set tmargin 2.2\n"
      "set bmargin 6\n"
      "set rmargin 1\n"
      "set ylabel 'zeros (%)'\n"
      "set yrange [0:100]\n"
      "set xtics nomirror rotate by 90 right font ',6'\n"
      "set ytics nomirror\n"
      "set grid ytics lc rgb '#dddddd'\n";
  figure.script.plot = fmt::format("set multiplot layout {},1\n", streams.size());
  for (std::size_t i = 0; i < streams.size(); ++i) figure.script.plot += panel(i + 1, streams[i]);
  figure.script.plot += "unset multiplot\n";
  return figure;
}

Figure roofline_figure(const RunView& run) {
  Figure figure{
      .script = {.name = "roofline", .about = {}, .height = 2.25}, .data = {}, .missing = {}};
  if (!run.root.has("machine")) {
    figure.missing = "the result does not state the accelerator's peaks; run the experiment again";
    return figure;
  }
  figure.data.columns = {"mode",  "mode_number",        "stream",
                         "layer", "macs_per_dram_byte", "macs_per_s"};
  std::size_t number = 0, without_place = 0;
  for (const ModeView& mode : run.modes) without_place += add_layers(figure.data, mode, ++number);
  if (figure.data.empty()) {
    figure.missing = "no layer moves DRAM data and executes MACs";
    return figure;
  }
  figure.script.about = fmt::format(
      "Every layer under the roof of {}; {} layers have no place here (no MAC or no DRAM access)",
      run.provenance("accelerator"), without_place);
  const ResultNode machine = run.root.at("machine");
  const double peak = machine.number("peak_macs_per_s") / 1e9;
  const double bandwidth = machine.number("dram_bytes_per_s") / 1e9;
  if (peak <= 0 || bandwidth <= 0) {
    figure.missing = "the accelerator's peaks are not above zero in the result";
    return figure;
  }
  const auto [least_x, most_x] = range_of(figure.data, 4);
  const auto [left, right] = axis(least_x, most_x);
  const auto [bottom, top] = axis(range_of(figure.data, 5).first / 1e9, peak);
  figure.script.settings = fmt::format(
      "peak = {:.9g}       # GMAC/s\n"
      "bandwidth = {:.9g}  # GB/s of DRAM\n"
      "roof(x) = bandwidth*x < peak ? bandwidth*x : peak\n"
      "set logscale xy\n"
      "set key bottom right reverse Left\n"
      "set samples 500\n"
      "set xlabel 'executed MACs a DRAM byte'\n"
      "set ylabel 'executed GMAC/s'\n"
      "set xrange [{:.3g}:{:.3g}]\n"
      "set yrange [{:.3g}:{:.3g}]\n"
      "set format xy '%g'\n"
      "set xtics nomirror\n"
      "set ytics nomirror\n"
      "set grid lc rgb '#dddddd'\n",
      peak, bandwidth, left, right, bottom, top);
  figure.script.plot = roofline_plot(
      run, fmt::format("roof(x) with lines lw 2 lc rgb 'black' title '{:.4g} GMAC/s, {:.3g} GB/s'",
                       peak, bandwidth));
  return figure;
}

}  // namespace deltasim
