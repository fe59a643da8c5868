#include "explore/clip_classes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <map>
#include <regex>

#include "arch/errors.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

/// More than so many clips are counted, not named.
constexpr std::size_t kNamedFaults = 10;

/// Fields between commas; a field in double quotes may have commas, and doubled quotes for one.
std::vector<std::string> csv_fields(std::string_view line) {
  std::vector<std::string> fields(1);
  bool quoted_field = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted_field && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += line[++i];
    } else if (c == '"') {
      quoted_field = !quoted_field;
    } else if (c == ',' && !quoted_field) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

class ClassTable {
 public:
  ClassTable(const fs::path& file, std::string_view column) : file_(file) {
    std::ifstream stream(file);
    if (!stream || fs::is_directory(file)) throw IoError(file.string(), "read", errno);
    std::string line;
    if (!next_line(stream, line)) {
      throw ConfigError(file.string(),
                        "a table of clips and classes needs a header and a row each");
    }
    const std::size_t at = column_of(csv_fields(line), column);
    while (next_line(stream, line)) take(csv_fields(line), at);
  }

  /// Complains of a clip that has no class, or several.
  std::string class_of(const fs::path& clip, std::vector<std::string>& faults) const {
    auto row = rows_.find(fs::absolute(clip).lexically_normal().string());
    if (row == rows_.end()) row = rows_.find(clip.filename().string());
    if (row == rows_.end()) {
      faults.push_back(fmt::format("{} has no row", clip.filename().string()));
      return {};
    }
    if (row->second.differs) {
      faults.push_back(fmt::format("{} has rows of different classes, one in line {}",
                                   clip.filename().string(), row->second.line));
    }
    return row->second.name;
  }

 private:
  struct Row {
    std::string name;
    int line = 0;
    bool differs = false;
  };

  bool next_line(std::ifstream& stream, std::string& line) {
    while (std::getline(stream, line)) {
      ++line_;
      if (line.ends_with('\r')) line.pop_back();
      if (line_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
      if (!line.empty()) return true;
    }
    return false;
  }

  std::size_t column_of(const std::vector<std::string>& header, std::string_view column) const {
    if (header.size() < 2) {
      throw ConfigError(Fault{.file = file_.string(),
                              .line = line_,
                              .found = "one column",
                              .expected = "a clip and its class, with a comma between"});
    }
    if (column.empty()) return 1;
    const auto found = std::ranges::find(header, column);
    if (found == header.end()) {
      throw ConfigError(Fault{.file = file_.string(),
                              .line = line_,
                              .key_path = "class_column",
                              .found = deltasim::quoted(column),
                              .expected = fmt::format("one of {}", fmt::join(header, ", ")),
                              .nearest = nearest_name(std::string(column), header)});
    }
    return static_cast<std::size_t>(found - header.begin());
  }

  /// A row holds for the path that it names, and for the file name.
  void take(const std::vector<std::string>& fields, std::size_t column) {
    if (fields.size() <= column) {
      throw ConfigError(Fault{.file = file_.string(),
                              .line = line_,
                              .found = fmt::format("{} fields", fields.size()),
                              .expected = fmt::format("at least {}", column + 1)});
    }
    const fs::path clip(fields.front());
    const fs::path beside = fs::absolute(file_).parent_path() / clip;
    for (const std::string& key : {beside.lexically_normal().string(), clip.filename().string()}) {
      const auto [row, is_new] = rows_.try_emplace(key, Row{fields[column], line_});
      if (!is_new && row->second.name != fields[column]) row->second.differs = true;
    }
  }

  fs::path file_;
  int line_ = 0;
  std::map<std::string, Row> rows_;
};

}  // namespace

std::string class_from_name(const fs::path& clip) {
  static const std::regex pattern("v_(.+)_g[0-9]+_c[0-9]+");
  std::smatch match;
  const std::string stem = clip.stem().string();
  return std::regex_match(stem, match, pattern) ? match[1].str() : "";
}

std::vector<std::string> classes_from_file(const std::vector<fs::path>& clips, const fs::path& file,
                                           std::string_view column) {
  const ClassTable table(file, column);
  std::vector<std::string> classes, faults;
  for (const fs::path& clip : clips) classes.push_back(table.class_of(clip, faults));
  if (faults.empty()) return classes;
  const std::size_t more = faults.size() > kNamedFaults ? faults.size() - kNamedFaults : 0;
  faults.resize(faults.size() - more);
  if (more > 0) faults.push_back(fmt::format("and {} more", more));
  throw ConfigError(file.string(), fmt::format("{}", fmt::join(faults, "; ")));
}

}  // namespace deltasim
