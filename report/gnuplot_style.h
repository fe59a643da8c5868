#pragma once
// How figures look: column widths of IEEE, colours that colour-blind readers can tell apart, and
// hatches, dashes and markers that keep them apart in grey.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace deltasim {

/// Inches (IEEE's guide for authors): a column, and a page's two columns with the gap between them.
inline constexpr double kColumnWidth = 3.5, kPageWidth = 7.16;

/// An area of a chart. The colours are those of Okabe and Ito (Color Universal Design, 2008).
struct FillStyle {
  std::string_view name;    ///< of the part: a component or a kind of data
  std::string_view text;    ///< as a reader knows it
  std::string_view colour;  ///< "#rrggbb"
  int hatch = 0;            ///< gnuplot's pattern, in black over the colour; 0 is none
};
/// The styles of all parts that have one. No two of the same hatch are near each other in grey.
std::span<const FillStyle> component_fills();
std::span<const FillStyle> data_fills();
/// The style of a named part; one of the others for a part without a name of its own.
FillStyle fill_of(std::string_view part);

/// A line or a cloud of points.
struct LineStyle {
  std::string_view name;  ///< of the execution mode
  std::string_view colour;
  int marker = 7;
  int dashes = 1;
};
std::span<const LineStyle> mode_lines();
LineStyle line_of(std::string_view mode);

/// What an area is drawn with, one over the other: "fs solid 1 border rgb 'black' fc rgb
/// '#0072b2'", and the hatch where it has one.
std::vector<std::string> gnuplot_fills(std::string_view part);
/// "lc rgb '#0072b2' pt 7"
std::string gnuplot_marker(std::string_view mode);

/// In single quotes, where gnuplot substitutes nothing; one line.
std::string quoted_text(std::string_view text);
/// Cut to so many characters (of UTF-8), with an ellipsis where something is missing.
std::string shortened(std::string_view text, std::size_t characters);

/// Tics at 1, 1.5, 2, 3, 5 and 7 of every decade, for logarithmic axes over few decades.
std::string logarithmic_tics(double lowest, double highest);

/// What a script is made of.
struct FigureScript {
  std::string name;   ///< of the files: NAME.gp reads NAME.csv and writes NAME.pdf, NAME.svg
  std::string about;  ///< what is shown, for a comment
  double width = kColumnWidth;
  double height = 2.25;  ///< inches
  std::string settings;  ///< gnuplot commands, a line each
  std::string plot;      ///< the commands that draw, a line each
};
/// A gnuplot script that draws the figure twice, as PDF with its fonts in it and as SVG.
std::string gnuplot_script(const FigureScript& figure);

}  // namespace deltasim
