#include "report/table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace deltasim {
namespace {

/// Numbers as fmt prints them: the shortest text that reads back as the same number.
std::string text_of(const Json& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return csv_field(value.get<std::string>());
  if (value.is_number_float()) return fmt::format("{}", value.get<double>());
  return value.dump();
}

}  // namespace

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string csv(const Table& table) {
  std::string text = fmt::format("{}\n", fmt::join(table.columns, ","));
  for (const std::vector<Json>& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) text += (i == 0 ? "" : ",") + text_of(row[i]);
    text += '\n';
  }
  return text;
}

std::string json_records(const Table& table) {
  std::string text = "[";
  for (const std::vector<Json>& row : table.rows) {
    Json record = Json::object();
    for (std::size_t i = 0; i < row.size(); ++i) record[table.columns[i]] = row[i];
    text += text.size() > 1 ? ",\n " : "\n ";
    text += record.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return text + (table.empty() ? "]\n" : "\n]\n");
}

}  // namespace deltasim
