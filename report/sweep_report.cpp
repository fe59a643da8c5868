#include "report/sweep_report.h"

#include <algorithm>

#include "arch/atomic_file.h"
#include "report/clip_report.h"
#include "report/figure_sweep.h"
#include "report/html_page.h"
#include "report/page_files.h"
#include "report/sweep_findings.h"
#include "report/sweep_latex.h"
#include "report/sweep_page.h"

namespace deltasim {
namespace {

constexpr std::size_t kLineLength = 80;

}  // namespace

std::string sweep_html(const SweepResult& sweep, const SweepAnalysis& analysis,
                       std::string_view version) {
  return html_page({.title = sweep.name,
                    .elsewhere = "The same points are in sweep.csv.",
                    .model = sweep_page_model(sweep, analysis),
                    .scripts = {embedded::page_parts_js, embedded::page_sweep_front_js,
                                embedded::page_sweep_effects_js, embedded::page_sweep_clips_js,
                                embedded::page_sweep_js}},
                   version);
}

void write_sweep_page(const SweepResult& sweep, const SweepAnalysis& analysis,
                      const std::filesystem::path& folder, std::string_view version) {
  if (const auto study = clip_study(sweep)) write_clip_tables(sweep, *study, folder);
  write_file_atomically(folder / kSweepPage, sweep_html(sweep, analysis, version));
}

std::vector<std::string> write_sweep_figures(const SweepResult& sweep,
                                             const SweepAnalysis& analysis,
                                             const std::filesystem::path& folder, bool latex,
                                             std::string_view version) {
  const SweepResult& designs = compared(sweep, analysis);
  const std::vector<Figure> figures = sweep_figures(designs, analysis);
  std::vector<Figure> all = figures;
  if (const auto study = clip_study(sweep)) {
    const std::vector<Figure> over_clips = clip_figures_of(*study);
    all.insert(all.end(), over_clips.begin(), over_clips.end());
  }
  std::vector<std::string> notes = write_figures(all, folder / kFigureFolder);
  if (latex) {
    write_file_atomically(folder / kSweepDocument,
                          sweep_latex(designs, analysis, figures, version));
  }
  return notes;
}

std::string findings_text(const SweepResult& sweep, const SweepAnalysis& analysis) {
  std::string text, line;
  const auto add = [&](std::string_view word) {
    if (!line.empty() && line.size() + 1 + word.size() > kLineLength) {
      text += line + "\n";
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  };
  for (const std::string& sentence : sweep_findings(compared(sweep, analysis), analysis)) {
    std::string_view rest = sentence;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      if (end > 0) add(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return line.empty() ? text : text + line + "\n";
}

}  // namespace deltasim
