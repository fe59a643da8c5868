#include <fmt/format.h>

#include <algorithm>

#include "sim/validation/figure_text.h"
#include "sim/validation/validate.h"

namespace deltasim {
namespace {

std::string line(const std::string& what, const std::string& ours, const std::string& theirs,
                 const std::string& error, const std::string& bound) {
  return fmt::format("    {:<36} {:>14} {:>14} {:>11} {:>7}", what, ours, theirs, error, bound);
}

std::string row_text(const ValidationRow& row) {
  std::string text = line(row.what, figure_text(row.ours), figure_text(row.theirs),
                          error_text(row.error), bound_text(row.bound));
  text += row.holds ? "\n" : "  FELL SHORT\n";
  if (!row.note.empty()) text += fmt::format("      {}\n", row.note);
  return text;
}

std::string rows_text(const std::vector<ValidationRow>& rows) {
  std::string text;
  const std::string* group = nullptr;
  for (const ValidationRow& row : rows) {
    if (row.detail && row.holds) continue;
    if (group == nullptr || *group != row.group) text += fmt::format("  {}\n", row.group);
    group = &row.group;
    text += row_text(row);
  }
  return text;
}

std::string outcome_text(const SuiteOutcome& outcome) {
  std::string text = fmt::format("{}: {}\n", outcome.name, outcome.description);
  if (outcome.verdict == Verdict::kSkipped) return text + "  SKIPPED: " + outcome.message + "\n";
  if (outcome.verdict == Verdict::kNotRun) return text + "  NOT RUN: " + outcome.message + "\n";
  if (!outcome.data.empty()) text += fmt::format("  data: {}\n", outcome.data.string());
  text += line("", "ours", "theirs", "error", "bound") + "\n";
  text += rows_text(outcome.result.rows);
  for (const std::string& note : outcome.result.notes) text += fmt::format("  note: {}\n", note);
  return text + "  " + verdict_text(outcome) + "\n";
}

}  // namespace

std::string validation_text(const ValidationReport& report) {
  std::string text;
  for (const SuiteOutcome& outcome : report) {
    if (!text.empty()) text += "\n";
    text += outcome_text(outcome);
  }
  return text;
}

std::string list_suites() {
  std::string text;
  for (const SuiteFactory& factory : validation_suites()) {
    const auto suite = factory.make();
    const DataNeed need = suite->need();
    text += fmt::format("{0:<12}{1}\n{2:<12}bound: {3}\n{2:<12}data: {4}\n", suite->name(),
                        suite->description(), "", suite->bound(),
                        need.folder.empty() ? "none" : need.folder + "/ with " + need.files);
  }
  return text;
}

}  // namespace deltasim
