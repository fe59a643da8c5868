#include <fmt/format.h>

#include <algorithm>

#include "sim/validation/validate.h"

namespace deltasim {
namespace {

std::string figure(const std::optional<Figure>& value) {
  if (!value) return "-";
  if (const auto* count = std::get_if<std::int64_t>(&*value)) return std::to_string(*count);
  return fmt::format("{:.6g}", std::get<double>(*value));
}

/// Small errors must not look like none.
std::string error_text(const std::optional<double>& error) {
  if (!error) return "-";
  return *error == 0 ? "0" : fmt::format("{:+.3g} %", 100 * *error);
}

std::string bound_text(const std::optional<double>& bound) {
  if (!bound) return "-";
  return *bound == 0 ? "equal" : fmt::format("{:g} %", 100 * *bound);
}

std::string line(const std::string& what, const std::string& ours, const std::string& theirs,
                 const std::string& error, const std::string& bound) {
  return fmt::format("    {:<36} {:>14} {:>14} {:>11} {:>7}", what, ours, theirs, error, bound);
}

std::string row_text(const ValidationRow& row) {
  std::string text = line(row.what, figure(row.ours), figure(row.theirs), error_text(row.error),
                          bound_text(row.bound));
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

std::string verdict_text(const SuiteOutcome& outcome) {
  const auto& rows = outcome.result.rows;
  const auto judged = std::count_if(rows.begin(), rows.end(),
                                    [](const ValidationRow& row) { return row.bound.has_value(); });
  const auto short_of =
      std::count_if(rows.begin(), rows.end(), [](const ValidationRow& row) { return !row.holds; });
  if (outcome.verdict == Verdict::kFellShort) {
    return fmt::format("  {} FELL SHORT in {} of {} comparisons\n", outcome.name, short_of, judged);
  }
  return fmt::format("  {} holds in all {} comparisons\n", outcome.name, judged);
}

std::string outcome_text(const SuiteOutcome& outcome) {
  std::string text = fmt::format("{}: {}\n", outcome.name, outcome.description);
  if (outcome.verdict == Verdict::kSkipped) return text + "  SKIPPED: " + outcome.message + "\n";
  if (outcome.verdict == Verdict::kNotRun) return text + "  NOT RUN: " + outcome.message + "\n";
  if (!outcome.data.empty()) text += fmt::format("  data: {}\n", outcome.data.string());
  text += line("", "ours", "theirs", "error", "bound") + "\n";
  text += rows_text(outcome.result.rows);
  for (const std::string& note : outcome.result.notes) text += fmt::format("  note: {}\n", note);
  return text + verdict_text(outcome);
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
    text += fmt::format("{:<12}{}\n{:<12}data: {}\n", suite->name(), suite->description(), "",
                        need.folder.empty() ? "none" : need.folder + "/ with " + need.files);
  }
  return text;
}

}  // namespace deltasim
