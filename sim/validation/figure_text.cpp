#include "sim/validation/figure_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace deltasim {

std::string figure_text(const std::optional<Figure>& value) {
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

std::string verdict_text(const SuiteOutcome& outcome) {
  const auto& rows = outcome.result.rows;
  const auto judged = std::count_if(rows.begin(), rows.end(),
                                    [](const ValidationRow& row) { return row.bound.has_value(); });
  const auto short_of =
      std::count_if(rows.begin(), rows.end(), [](const ValidationRow& row) { return !row.holds; });
  const std::string absent =
      fmt::format(", NOT COMPARED with {}", fmt::join(outcome.result.missing, ", "));
  if (outcome.verdict == Verdict::kFellShort) {
    return fmt::format("{} FELL SHORT in {} of {} comparisons{}", outcome.name, short_of, judged,
                       outcome.result.missing.empty() ? "" : absent);
  }
  if (outcome.verdict == Verdict::kIncomplete) {
    return fmt::format("{} INCOMPLETE: holds in {} comparisons{}", outcome.name, judged, absent);
  }
  return fmt::format("{} holds in all {} comparisons", outcome.name, judged);
}

}  // namespace deltasim
