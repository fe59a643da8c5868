#pragma once
// A table of plain values, as CSV and as JSON that pandas and R read without being told how.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace deltasim {

using Json = nlohmann::ordered_json;

/// Every row has a value a column: a text, a number, or null where there is none.
struct Table {
  std::vector<std::string> columns;  ///< with their units
  std::vector<std::vector<Json>> rows;

  bool empty() const { return rows.empty(); }
};

/// Quotes a field that holds a comma, a quote or a line's end (RFC 4180).
std::string csv_field(const std::string& text);
/// A heading and a line a row; null is an empty field.
std::string csv(const Table& table);
/// An array of objects, a line each.
std::string json_records(const Table& table);

}  // namespace deltasim
