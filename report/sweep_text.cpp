#include "report/sweep_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "report/clip_report.h"
#include "report/sweep_analysis.h"
#include "report/weights_notes.h"

namespace deltasim {
namespace {

constexpr std::size_t kShownFailures = 3;
constexpr std::size_t kShownDesigns = 20;

std::int64_t count(const SweepResult& sweep, PointStatus status) {
  return std::ranges::count(sweep.points, status, &SweepPoint::status);
}

std::string counts_text(const SweepResult& sweep) {
  std::string text = fmt::format("{}: {} of {} points done", sweep.name,
                                 count(sweep, PointStatus::kDone), sweep.points.size());
  const auto tell = [&](PointStatus status, const char* what) {
    if (const auto points = count(sweep, status); points > 0) {
      text += fmt::format(", {} {}", points, what);
    }
  };
  tell(PointStatus::kFailed, "failed");
  tell(PointStatus::kTimedOut, "timed out");
  tell(PointStatus::kOpen, "open");
  return text + "\n";
}

/// The first line of it.
std::string short_error(const SweepPoint& point) {
  return point.error.substr(0, point.error.find('\n'));
}

std::string failures_text(const SweepResult& sweep) {
  std::string text;
  std::size_t shown = 0, more = 0;
  for (const SweepPoint& point : sweep.points) {
    if (point.error.empty()) continue;
    if (shown == kShownFailures) {
      ++more;
      continue;
    }
    ++shown;
    text += fmt::format("point {} {}: {}\n", point.id, to_string(point.status), short_error(point));
  }
  if (more > 0) text += fmt::format("and {} more, each with its error in the table\n", more);
  return text;
}

std::string best_text(const SweepResult& sweep, const SweepAnalysis& analysis, const char* what) {
  std::string text;
  for (std::size_t o = 0; o < analysis.figures.size(); ++o) {
    const ObjectiveFigures& figures = analysis.figures[o];
    const SweepPoint& best = sweep.points[figures.best];
    text += fmt::format(
        "{} {}: {} at {} {}: {}{}\n", sweep.objectives[o].minimised ? "least" : "most",
        sweep.objectives[o].name, shown(best.objectives[o], analysis.units[o]), what, best.id,
        design_text(analysis.table, analysis.table.levels.at(figures.best)),
        figures.as_good > 1 ? fmt::format(" (as good: {} more)", figures.as_good - 1) : "");
  }
  return text;
}

/// Of an objective without a name, its expression stands above its column.
std::size_t column_width(const SweepResult& sweep, std::size_t objective) {
  return std::max<std::size_t>(16, sweep.objectives[objective].name.size() + 2);
}

std::string front_row(const SweepResult& sweep, const SweepAnalysis& analysis, std::size_t index) {
  const SweepPoint& point = sweep.points[index];
  std::string row = fmt::format("{:>7}", point.id);
  for (const std::size_t o : analysis.front->objectives) {
    row += fmt::format("{:>{}}", shown(point.objectives[o], analysis.units[o]),
                       column_width(sweep, o));
  }
  return row + fmt::format("   {}{}\n",
                           design_text(analysis.table, analysis.table.levels.at(index)),
                           analysis.front->knee == index ? "   <- knee" : "");
}

/// The designs that no other one beats; of many the first, and always the knee.
std::string front_text(const SweepResult& sweep, const SweepAnalysis& analysis) {
  const std::vector<std::size_t>& points = analysis.front->points;
  std::string text =
      fmt::format("\nnot beaten by any other: {} of {} designs\n{:>7}", points.size(),
                  analysis.table.done.size(), analysis.designs ? "design" : "point");
  for (const std::size_t o : analysis.front->objectives) {
    text += fmt::format("{:>{}}", sweep.objectives[o].name, column_width(sweep, o));
  }
  text += "   design\n";
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i < kShownDesigns || analysis.front->knee == points[i]) {
      text += front_row(sweep, analysis, points[i]);
    }
  }
  if (points.size() > kShownDesigns) text += "    and others, which sweep.html shows\n";
  return text;
}

std::string clips_text(const SweepResult& sweep) {
  const auto study = clip_study(sweep);
  return study ? "\n" + clip_text(*study) : "";
}

}  // namespace

std::string sweep_text(const SweepResult& sweep) {
  const SweepAnalysis analysis = analyse(sweep);
  const SweepResult& designs = compared(sweep, analysis);
  std::string text = counts_text(sweep) + failures_text(sweep);
  for (const std::string& note : weights_notes(sweep)) text += note + "\n";
  if (analysis.designs) text += designs.notes.back() + "\n";
  text += best_text(designs, analysis, analysis.designs ? "design" : "point");
  if (analysis.front) text += front_text(designs, analysis);
  return text + clips_text(sweep);
}

}  // namespace deltasim
