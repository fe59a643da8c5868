#include "report/latex_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/latex_tables.h"
#include "report/latex_text.h"

namespace deltasim {
namespace {

/// @VERSION and @CONTEXT are filled in. The text block is that of IEEE's two columns.
constexpr std::string_view kPreamble =
    R"(% Made by @VERSION. pdflatex report.tex, in the folder that holds figures/.
\documentclass[10pt,letterpaper,twocolumn]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{mathptmx}
\usepackage[textwidth=7.16in,textheight=9.9in,columnsep=0.16in,centering]{geometry}
\usepackage{array,booktabs,caption,float,graphicx}
\captionsetup{font=footnotesize,labelfont=bf,skip=3pt}
\setlength{\tabcolsep}{3.5pt}
\setlength{\intextsep}{5pt}
\setlength{\parindent}{0pt}
\emergencystretch=2em
\hbadness=10000
\raggedbottom
\pagestyle{empty}
% What every caption states.
\newcommand{\deltasimcontext}{{\scriptsize @CONTEXT}}
\newcommand{\deltasimfigure}[1]{\IfFileExists{figures/#1.pdf}{\includegraphics{figures/#1.pdf}}%
  {\fbox{\parbox{0.9\columnwidth}{\raggedright figures/\detokenize{#1}.pdf is not there: run gnuplot
    \detokenize{#1}.gp in that folder}}}}
\begin{document}
)";

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

/// Captions of the figures, by name.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kCaptions{{
    {"waterfall",
     "What each overhead leaves of the ideal reduction against dense execution; outlined: what the "
     "step before had left."},
    {"waterfall_against_spatial",
     "What each overhead leaves of the reduction against spatial execution, which skips zero "
     "activations and keeps no state."},
    {"energy_by_component", "Energy a frame by component."},
    {"energy_by_data", "Energy a frame by kind of data."},
    {"sparsity",
     "Zeros of the activation map and of the delta map at every delta site, and pixels of which no "
     "channel changed."},
    {"roofline",
     "Every layer below the accelerator's peaks: executed MACs a second over executed MACs a DRAM "
     "byte."},
    {"pareto",
     "Energy and time a frame of every run and mode; the line joins those that no other one beats "
     "in both."},
}};

const Figure* find(const std::vector<Figure>& figures, std::string_view name) {
  const auto found = std::ranges::find_if(
      figures, [&](const Figure& figure) { return figure.script.name == name; });
  return found != figures.end() && found->missing.empty() ? &*found : nullptr;
}

std::string caption_of(std::string_view name) {
  const auto found =
      std::ranges::find(kCaptions, name, &std::pair<std::string_view, std::string_view>::first);
  return fmt::format("{} \\deltasimcontext", found->second);
}

/// In a column, or nothing where the figure is missing.
std::string figure_source(const std::vector<Figure>& figures, std::string_view name) {
  if (find(figures, name) == nullptr) return {};
  return fmt::format(
      "\\begin{{figure}}[H]\n\\centering\n\\deltasimfigure{{{}}}\n\\caption{{{}}}\n\\end{{figure}}"
      "\n\n",
      name, caption_of(name));
}

/// Across both columns, at the top of a new page.
std::string wide_figure(const std::vector<Figure>& figures, std::string_view name) {
  if (find(figures, name) == nullptr) return "\\clearpage\n";
  return fmt::format(
      "\\twocolumn[{{%\n\\centering\n\\deltasimfigure{{{}}}\n\\captionof{{figure}}{{{}}}\n\\vspace{"
      "{10pt}}\n}}]\n",
      name, caption_of(name));
}

std::string missing_figures(const std::vector<Figure>& figures) {
  std::string text;
  for (const Figure& figure : figures) {
    if (figure.missing.empty() || figure.script.name == "pareto") continue;
    text += fmt::format("No {}: {}.\\par\n", latex_text(figure.script.name),
                        latex_breakable(figure.missing, 300));
  }
  return text.empty() ? text : fmt::format("{{\\footnotesize {}}}\n\n", text);
}

std::string head(const std::string& title, const std::string& below) {
  return fmt::format(
      "\\twocolumn[{{%\n\\centering\n{{\\Large\\bfseries "
      "{}\\par}}\n\\vspace{{4pt}}\n{}\\vspace{{8pt}}\n}}]\n",
      title, below);
}

std::string one_run(const RunView& run, const std::vector<Figure>& figures) {
  std::string source = head(latex_breakable(run.name, 50), claims_sentence(run));
  source += reductions_table(run) + modes_table(run) + figure_source(figures, "waterfall");
  source += notes(run) + missing_figures(figures);
  for (const char* name : {"waterfall_against_spatial", "energy_by_component", "energy_by_data"}) {
    source += figure_source(figures, name);
  }
  source += wide_figure(figures, "sparsity");
  source += figure_source(figures, "roofline") + layers_table(run);
  return source + energy_table(run) + provenance_table(run);
}

std::string several_runs(std::span<const RunView> runs, const std::vector<Figure>& figures,
                         const std::vector<std::string>& differences) {
  std::string source =
      head(fmt::format("{} runs side by side", runs.size()), comparison_table(runs));
  for (const std::string& difference : differences) {
    source += fmt::format("{{\\footnotesize\\textbf{{Not alike:}} {}\\par}}\n",
                          latex_breakable(difference, 300));
  }
  for (const char* name : {"pareto", "energy_by_component", "energy_by_data"}) {
    source += figure_source(figures, name);
  }
  return source + missing_figures(figures);
}

}  // namespace

std::string latex_report(std::span<const RunView> runs, const std::vector<Figure>& figures,
                         const std::vector<std::string>& differences, std::string_view version) {
  std::string source =
      replaced(std::string(kPreamble), "@VERSION", fmt::format("deltasim {}", version));
  source = replaced(source, "@CONTEXT", context(runs.front()));
  source +=
      runs.size() == 1 ? one_run(runs.front(), figures) : several_runs(runs, figures, differences);
  return source + "\\end{document}\n";
}

}  // namespace deltasim
