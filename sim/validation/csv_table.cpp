#include "sim/validation/csv_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <optional>
#include <string_view>
#include <utility>

#include "arch/errors.h"

namespace deltasim {
namespace {

std::string trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1));
}

/// The first comma outside quotes.
std::size_t end_of_cell(std::string_view line) {
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] == ',' && !quoted) return i;
  }
  return std::string_view::npos;
}

std::string unquoted(std::string cell) {
  if (cell.size() < 2 || cell.front() != '"' || cell.back() != '"') return cell;
  return cell.substr(1, cell.size() - 2);
}

/// @return no cells for a blank line
std::vector<std::string> split(std::string_view line) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  std::vector<std::string> cells;
  while (true) {
    const std::size_t comma = end_of_cell(line);
    cells.push_back(unquoted(trimmed(line.substr(0, comma))));
    if (comma == std::string_view::npos) break;
    line.remove_prefix(comma + 1);
  }
  if (cells.back().empty()) cells.pop_back();
  return cells;
}

/// Digits, and behind them at most a point and zeros.
std::optional<std::int64_t> count_in(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || value < 0) return std::nullopt;
  const std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
  const bool whole =
      rest.empty() || (rest.front() == '.' && rest.find_first_not_of('0', 1) == rest.npos);
  return whole ? std::optional(value) : std::nullopt;
}

}  // namespace

CsvTable::CsvTable(const std::filesystem::path& file) : file_(file.string()) {
  std::error_code ignored;
  std::ifstream in(file);
  if (!in || !std::filesystem::is_regular_file(file, ignored)) {
    throw ConfigError(file_, "cannot be opened");
  }
  std::vector<Fault> faults;
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    std::vector<std::string> cells = split(line);
    if (cells.empty()) continue;
    if (heading_.empty()) {
      heading_ = std::move(cells);
      heading_line_ = number;
      continue;
    }
    if (trimmed(line).ends_with(',') && cells.size() + 1 == heading_.size()) cells.emplace_back();
    if (cells.size() != heading_.size()) {
      faults.push_back({file_, number, "", fmt::format("{} columns", cells.size()),
                        fmt::format("{}, as in the heading", heading_.size()), ""});
    } else {
      rows_.push_back({number, std::move(cells)});
    }
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  if (heading_.empty()) throw ConfigError(file_, "is empty; a heading and lines are expected");
  if (rows_.empty()) throw ConfigError(file_, "has a heading and no line below it");
}

bool CsvTable::has_column(const std::string& name) const {
  return std::find(heading_.begin(), heading_.end(), name) != heading_.end();
}

std::size_t CsvTable::index_of(const std::string& column) const {
  const auto found = std::find(heading_.begin(), heading_.end(), column);
  if (found == heading_.end()) {
    throw ConfigError(Fault{file_, heading_line_, column, "no such column",
                            fmt::format("it among {}", fmt::join(heading_, ", ")),
                            nearest_name(column, heading_)});
  }
  return static_cast<std::size_t>(found - heading_.begin());
}

std::vector<std::string> CsvTable::texts(const std::string& column) const {
  const std::size_t index = index_of(column);
  std::vector<std::string> values;
  for (const Row& row : rows_) {
    if (row.cells[index].empty()) {
      throw ConfigError(Fault{file_, row.line, column, "nothing", "a name", ""});
    }
    values.push_back(row.cells[index]);
  }
  return values;
}

std::vector<double> CsvTable::numbers(const std::string& column) const {
  const std::size_t index = index_of(column);
  std::vector<double> values;
  std::vector<Fault> faults;
  for (const Row& row : rows_) {
    const std::string& cell = row.cells[index];
    double value = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    const bool whole = error == std::errc{} && end == cell.data() + cell.size();
    if (!whole || !std::isfinite(value) || value < 0) {
      faults.push_back({file_, row.line, column, deltasim::quoted(cell), "a number from 0 up", ""});
    }
    values.push_back(value);
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  return values;
}

std::vector<std::int64_t> CsvTable::counts(const std::string& column) const {
  const std::size_t index = index_of(column);
  std::vector<std::int64_t> values;
  std::vector<Fault> faults;
  for (const Row& row : rows_) {
    const auto value = count_in(row.cells[index]);
    if (!value) {
      faults.push_back({file_, row.line, column, deltasim::quoted(row.cells[index]),
                        "a whole number from 0 up", ""});
    }
    values.push_back(value.value_or(0));
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  return values;
}

}  // namespace deltasim
