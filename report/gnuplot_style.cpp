#include "report/gnuplot_style.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace deltasim {
namespace {

constexpr double kPixelsPerInch = 96;  ///< of SVG (CSS)
constexpr double kPointsPerInch = 72;
constexpr double kFontSize = 8;  ///< as pdfcairo is told it
/// pdfcairo's letters are this much smaller (its own fontscale of 0.5, at 96 dots an inch).
constexpr double kPdfFontScale = 2. / 3;

constexpr std::string_view kBlue = "#0072b2", kSky = "#56b4e9", kYellow = "#f0e442",
                           kVermillion = "#d55e00", kOrange = "#e69f00", kPurple = "#cc79a7",
                           kGreen = "#009e73", kBlack = "#000000", kGrey = "#777777",
                           kWhite = "#ffffff";

// Areas without a hatch are blue, yellow, purple and black, whose greys lie far apart.
constexpr int kNone = 0, kCrossed = 1, kFalling = 4, kRising = 5, kDense = 7;

constexpr std::array<FillStyle, 9> kComponentFills{
    {{"dram", "DRAM", kBlue, kNone},
     {"glb", "global buffer", kSky, kRising},
     {"noc", "NoC", kYellow, kNone},
     {"pe", "PEs", kVermillion, kFalling},
     {"rf", "register files", kPurple, kNone},
     {"delta_unit", "delta unit", kGreen, kCrossed},
     {"state_memory", "state memory", kOrange, kDense},
     {"leakage", "leakage", kBlack, kNone},
     {"clock", "clock", kWhite, kCrossed}}};

constexpr std::array<FillStyle, 10> kDataFills{{{"weight", "weights", kBlue, kNone},
                                                {"activation", "activations", kSky, kRising},
                                                {"partial_sum", "partial sums", kYellow, kNone},
                                                {"state", "state", kVermillion, kFalling},
                                                {"index", "indices", kPurple, kNone},
                                                {"compute", "compute", kGreen, kCrossed},
                                                {"refresh", "refresh", kOrange, kDense},
                                                {"background", "DRAM idle", kYellow, kFalling},
                                                {"leakage", "leakage", kBlack, kNone},
                                                {"clock", "clock", kWhite, kCrossed}}};

constexpr std::array<LineStyle, 5> kModeLines{{{"dense", kBlack, 4, 1},
                                               {"spatial", kOrange, 8, 2},
                                               {"delta", kBlue, 7, 1},
                                               {"selective", kGreen, 12, 4},
                                               {"baseline", kGrey, 2, 3}}};

template <typename Style, std::size_t N>
Style style_of(const std::array<Style, N>& styles, std::string_view name) {
  const auto found = std::ranges::find(styles, name, &Style::name);
  return found != styles.end() ? *found : styles[std::hash<std::string_view>{}(name) % N];
}

std::string terminals(const FigureScript& figure) {
  // The SVG's letters are as large as the PDF's, for which margins and keys were chosen.
  const double scale = kPixelsPerInch / kPointsPerInch * kPdfFontScale;
  return fmt::format(
      "  if (kind eq 'pdf') {{\n"
      "    set terminal pdfcairo size {:g}in,{:g}in noenhanced font 'Liberation Sans,{:g}' "
      "linewidth 0.8\n"
      "  }} else {{\n"
      "    set terminal svg size {:.0f},{:.0f} noenhanced font 'Arial,{:.2f}' background 'white'\n"
      "  }}\n",
      figure.width, figure.height, kFontSize, figure.width * kPixelsPerInch,
      figure.height * kPixelsPerInch, kFontSize * scale);
}

std::string indented(std::string_view lines) {
  std::string text;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size() - 1) + 1;
    text += fmt::format("  {}", lines.substr(0, end));
    lines.remove_prefix(end);
  }
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

}  // namespace

std::span<const FillStyle> component_fills() { return kComponentFills; }
std::span<const FillStyle> data_fills() { return kDataFills; }
std::span<const LineStyle> mode_lines() { return kModeLines; }

FillStyle fill_of(std::string_view part) {
  const auto found = std::ranges::find(kDataFills, part, &FillStyle::name);
  return found != kDataFills.end() ? *found : style_of(kComponentFills, part);
}

LineStyle line_of(std::string_view mode) { return style_of(kModeLines, mode); }

std::vector<std::string> gnuplot_fills(std::string_view part) {
  const FillStyle style = fill_of(part);
  std::vector<std::string> fills{
      fmt::format("fs solid 1 border rgb 'black' fc rgb '{}' lw 0.5", style.colour)};
  if (style.hatch != 0) {
    fills.push_back(fmt::format(
        "fs transparent pattern {} border rgb 'black' fc rgb 'black' lw 0.5", style.hatch));
  }
  return fills;
}

std::string gnuplot_marker(std::string_view mode) {
  const LineStyle style = line_of(mode);
  return fmt::format("lc rgb '{}' pt {}", style.colour, style.marker);
}

std::string quoted_text(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += '\'';
    quoted += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return quoted + '\'';
}

std::string shortened(std::string_view text, std::size_t characters) {
  const auto begins_character = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  };
  std::size_t count = 0, cut = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!begins_character(text[i])) continue;
    if (++count == characters) cut = i;
  }
  if (count <= characters) return std::string(text);
  return std::string(text.substr(0, cut)) + "…";
}

std::string logarithmic_tics(double lowest, double highest) {
  std::string tics;
  for (double decade = std::pow(10, std::floor(std::log10(lowest))); decade <= highest;
       decade *= 10) {
    for (const double factor : {1.0, 1.5, 2.0, 3.0, 5.0, 7.0}) {
      tics += fmt::format("{}{:g}", tics.empty() ? "" : ", ", factor * decade);
    }
  }
  return tics;
}

std::string gnuplot_script(const FigureScript& figure) {
  return fmt::format(
      "# {0}\n"
      "# `gnuplot {1}.gp`, in this folder, draws {1}.pdf and {1}.svg from {1}.csv.\n"
      "set encoding utf8\n"
      "set datafile separator ','\n"
      "set datafile columnheaders\n"
      "set border linewidth 0.8\n"
      "set tics scale 0.5\n"
      "set key samplen 2\n"
      "{2}"
      "do for [kind in 'pdf svg'] {{\n"
      "{3}"
      "  set output '{1}.'.kind\n"
      "{4}"
      "}}\n"
      "set output\n",
      shortened(quoted_text(figure.about), 200), figure.name, figure.settings, terminals(figure),
      indented(figure.plot));
}

}  // namespace deltasim
