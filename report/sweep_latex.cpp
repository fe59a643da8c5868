#include "report/sweep_latex.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "report/latex_text.h"
#include "report/sweep_findings.h"

namespace deltasim {
namespace {

constexpr std::size_t kMostRows = 24, kMostParameters = 6;
constexpr std::size_t kNameLength = 40, kCellLength = 18, kSentenceLength = 600,
                      kCaptionLength = 200;

/// @param version in the first line
std::string preamble(std::string_view version) {
  return fmt::format("% Made by deltasim {}. pdflatex sweep.tex, in the folder of figures/.\n",
                     version) +
         R"(\documentclass[10pt,letterpaper]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{mathptmx}
\usepackage[textwidth=7.16in,textheight=9.9in,centering]{geometry}
\usepackage{array,booktabs,caption,float,graphicx}
\captionsetup{font=footnotesize,labelfont=bf,skip=3pt,justification=raggedright}
\setlength{\tabcolsep}{3.5pt}
\setlength{\parindent}{0pt}
\raggedright
\hbadness=10000
\raggedbottom
\pagestyle{empty}
\begin{document}
)";
}

/// The set that the table lists: in all objectives, or the best designs of a single one.
std::vector<std::size_t> designs_listed(const SweepResult& sweep, const SweepAnalysis& analysis) {
  if (analysis.front) return analysis.front->points;
  std::vector<std::size_t> best;
  for (const DonePoint& point : analysis.table.done) best.push_back(point.index);
  const double sign = sweep.objectives.front().minimised ? 1 : -1;
  std::ranges::stable_sort(
      best, {}, [&](std::size_t i) { return sign * sweep.points[i].objectives.front(); });
  return best;
}

constexpr std::size_t kNone = static_cast<std::size_t>(-1);
std::size_t knee_of(const SweepAnalysis& analysis) {
  return analysis.front ? analysis.front->knee.value_or(kNone) : kNone;
}

/// Evenly, with the first, the last and the knee.
std::vector<std::size_t> thinned(const std::vector<std::size_t>& designs, std::size_t knee) {
  if (designs.size() <= kMostRows) return designs;
  std::vector<std::size_t> some;
  for (std::size_t i = 0; i < designs.size(); ++i) {
    const bool even = i * (kMostRows - 1) / (designs.size() - 1) !=
                      (i + 1) * (kMostRows - 1) / (designs.size() - 1);
    if (even || designs[i] == knee) some.push_back(designs[i]);
  }
  return some;
}

std::vector<std::size_t> parameters_shown(const DesignTable& table) {
  std::vector<std::size_t> shown;
  for (std::size_t a = 0; a < table.axes.size() && shown.size() < kMostParameters; ++a) {
    if (table.axes[a].tried.size() > 1) shown.push_back(a);
  }
  return shown;
}

std::string caption(const SweepAnalysis& analysis, const SweepResult& sweep, std::size_t all,
                    std::size_t rows) {
  std::string text = analysis.front
                         ? fmt::format("The {} of {} designs that no other one dominates", all,
                                       analysis.table.done.size())
                         : fmt::format("The {} designs, the best first", all);
  if (rows < all) text += fmt::format("; {} of them{}", rows, analysis.front ? ", evenly" : "");
  if (knee_of(analysis) != kNone) text += "; bold: the knee";
  return fmt::format("{}. Sweep {}.", text, latex_breakable(sweep.name, kNameLength));
}

std::string designs_table(const SweepResult& sweep, const SweepAnalysis& analysis) {
  const DesignTable& table = analysis.table;
  std::vector<std::size_t> all = designs_listed(sweep, analysis);
  std::vector<std::size_t> listed;
  const std::size_t knee = knee_of(analysis);
  if (analysis.front) {
    listed = thinned(all, knee);
  } else {
    listed.assign(all.begin(),
                  all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), kMostRows)));
  }
  const std::vector<std::size_t> parameters = parameters_shown(table);
  LatexTable latex{.caption = caption(analysis, sweep, all.size(), listed.size()),
                   .columns = "r" + std::string(parameters.size(), 'l') +
                              std::string(sweep.objectives.size(), 'r'),
                   .heading = {"point"},
                   .units = {""},
                   .rows = {}};
  for (const std::size_t a : parameters) {
    latex.heading.push_back(latex_breakable(table.axes[a].label, kCellLength));
    latex.units.emplace_back();
  }
  for (std::size_t o = 0; o < sweep.objectives.size(); ++o) {
    latex.heading.push_back(latex_breakable(sweep.objectives[o].name, kCellLength));
    latex.units.push_back(latex_text(analysis.units[o].text));
  }
  for (const std::size_t point : listed) {
    const auto cell = [&](const std::string& text) {
      return knee == point ? fmt::format("\\textbf{{{}}}", text) : text;
    };
    std::vector<std::string>& row = latex.rows.emplace_back();
    row.push_back(cell(std::to_string(sweep.points[point].id)));
    for (const std::size_t a : parameters) {
      row.push_back(
          cell(latex_breakable(table.axes[a].levels[table.levels[point][a]], kCellLength)));
    }
    for (std::size_t o = 0; o < sweep.objectives.size(); ++o) {
      row.push_back(cell(
          fmt::format("{:.4g}", sweep.points[point].objectives[o] * analysis.units[o].factor)));
    }
  }
  // However many columns there are, the table is no wider than the page.
  return fmt::format(
      "\\begin{{table}}[H]\n\\centering\\{}\n\\caption{{{}}}\n"
      "\\resizebox{{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}}{{!}}{{%\n{}}}\n"
      "\\end{{table}}\n\n",
      latex.size, latex.caption, latex_tabular(latex));
}

std::string figure_source(const Figure& figure) {
  if (!figure.missing.empty()) return {};
  return fmt::format(
      "\\begin{{figure}}[H]\n\\centering\n"
      "\\IfFileExists{{figures/{0}.pdf}}{{\\includegraphics{{figures/"
      "{0}.pdf}}}}{{\\fbox{{\\texttt{{\\detokenize{{figures/{0}.pdf}}}} is "
      "not there}}}}\n\\caption{{{1}.}}\n\\end{{figure}}\n\n",
      figure.script.name, latex_breakable(figure.script.about, kCaptionLength));
}

}  // namespace

std::string sweep_latex(const SweepResult& sweep, const SweepAnalysis& analysis,
                        const std::vector<Figure>& figures, std::string_view version) {
  std::string source = preamble(version);
  source += fmt::format("{{\\Large\\bfseries {}\\par}}\n\\vspace{{4pt}}\n",
                        latex_breakable(sweep.name, kNameLength));
  if (!sweep.description.empty()) {
    source += fmt::format("\\textit{{{}}}\\par\n\\vspace{{4pt}}\n",
                          latex_breakable(sweep.description, kSentenceLength));
  }
  for (const std::string& sentence : sweep_findings(sweep, analysis)) {
    source += latex_breakable(sentence, kSentenceLength) + "\n";
  }
  for (const std::string& note : sweep.notes) {
    source += latex_breakable("(" + note + ")", kSentenceLength) + "\n";
  }
  source += "\\par\n\\vspace{8pt}\n";
  if (!analysis.table.done.empty()) source += designs_table(sweep, analysis);
  for (const Figure& figure : figures) source += figure_source(figure);
  return source + "\\end{document}\n";
}

}  // namespace deltasim
