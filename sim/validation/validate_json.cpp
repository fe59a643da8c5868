#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/validation/validate.h"

namespace deltasim {
namespace {

using Json = nlohmann::ordered_json;

Json figure(const Figure& value) {
  return std::visit([](auto number) { return Json(number); }, value);
}

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json row_json(const ValidationRow& row) {
  Json json;
  json["group"] = row.group;
  json["what"] = row.what;
  json["ours"] = figure(row.ours);
  json["theirs"] = row.theirs ? figure(*row.theirs) : Json(nullptr);
  json["error"] = or_null(row.error);
  json["bound"] = or_null(row.bound);
  json["holds"] = row.holds;
  if (!row.note.empty()) json["note"] = row.note;
  return json;
}

Json suite_json(const SuiteOutcome& outcome) {
  Json json;
  json["name"] = outcome.name;
  json["description"] = outcome.description;
  json["bound"] = outcome.bound;
  json["verdict"] = to_string(outcome.verdict);
  json["holds"] = outcome.verdict == Verdict::kHolds;
  if (!outcome.data.empty()) json["data"] = outcome.data.string();
  if (!outcome.message.empty()) json["message"] = outcome.message;
  json["notes"] = outcome.result.notes;
  json["missing"] = outcome.result.missing;
  json["rows"] = Json::array();
  for (const ValidationRow& row : outcome.result.rows) json["rows"].push_back(row_json(row));
  return json;
}

}  // namespace

std::string validation_json(const ValidationReport& report) {
  Json json;
  json["schema"] = "deltasim.validation/1";
  json["holds"] = std::all_of(report.begin(), report.end(), [](const SuiteOutcome& outcome) {
    return outcome.verdict == Verdict::kHolds;
  });
  json["suites"] = Json::array();
  for (const SuiteOutcome& outcome : report) json["suites"].push_back(suite_json(outcome));
  // Names of files may hold any bytes.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace deltasim
