#pragma once
// A CSV file with a heading, read by column names.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace deltasim {

/// Cells are trimmed of blanks; a comma may end a line, and stands for an empty last cell where the
/// heading has one more; lines without any cell are skipped. A cell in double quotes may hold
/// commas.
class CsvTable {
 public:
  /// @throws ConfigError where the file cannot be opened, has no heading or no line below it, or
  ///   has lines of another length than the heading
  explicit CsvTable(const std::filesystem::path& file);

  std::size_t rows() const { return rows_.size(); }
  const std::string& file() const { return file_; }
  /// Line of a row in the file, from 1.
  int line(std::size_t row) const { return rows_[row].line; }
  bool has_column(const std::string& name) const;

  /// A column, by the name in the heading.
  /// @throws ConfigError where the heading lacks it, or a cell is empty
  std::vector<std::string> texts(const std::string& column) const;
  /// A column of whole numbers >= 0; "12.0" is one, too.
  /// @throws ConfigError where the heading lacks the column, for every cell that is no such number
  std::vector<std::int64_t> counts(const std::string& column) const;
  /// A column of finite numbers >= 0.
  /// @throws ConfigError where the heading lacks the column, for every cell that is no such number
  std::vector<double> numbers(const std::string& column) const;

 private:
  struct Row {
    int line;
    std::vector<std::string> cells;
  };
  std::size_t index_of(const std::string& column) const;

  std::string file_;
  int heading_line_ = 0;
  std::vector<std::string> heading_;
  std::vector<Row> rows_;
};

}  // namespace deltasim
