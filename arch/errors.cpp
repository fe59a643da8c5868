#include "arch/errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <system_error>

namespace deltasim {
namespace {

std::string messages(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) {
    if (!text.empty()) text += '\n';
    text += fault.message();
  }
  return text;
}

/// Levenshtein distance, one row of the table at a time.
std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::size_t length_difference(std::string_view a, std::string_view b) {
  return a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
}

}  // namespace

std::string Fault::message() const {
  std::string text = file;
  if (line > 0) text += fmt::format("{}{}", text.empty() ? "line " : ":", line);
  if (!text.empty()) text += ": ";
  if (!key_path.empty()) text += key_path + ": ";
  if (expected.empty()) {
    text += found;
  } else if (found.empty()) {
    text += "expected " + expected;
  } else {
    text += fmt::format("found {}, expected {}", found, expected);
  }
  if (!nearest.empty()) text += fmt::format(" (did you mean {}?)", nearest);
  return text;
}

ConfigError::ConfigError(std::vector<Fault> faults)
    : std::runtime_error(messages(faults)), faults_(std::move(faults)) {}

ConfigError::ConfigError(Fault fault) : ConfigError(std::vector<Fault>{std::move(fault)}) {}

ConfigError::ConfigError(std::string_view file, std::string_view what)
    : ConfigError(Fault{.file = std::string(file),
                        .line = 0,
                        .key_path = {},
                        .found = std::string(what),
                        .expected = {},
                        .nearest = {}}) {}

IoError::IoError(std::string_view file, std::string_view action, int error_number)
    : std::runtime_error(error_number == 0
                             ? fmt::format("{}: cannot {}", file, action)
                             : fmt::format("{}: cannot {}: {}", file, action,
                                           std::generic_category().message(error_number))) {}

void broken_invariant(const char* file, int line, const char* condition, std::string_view why) {
  throw InternalError(
      fmt::format("{}:{}: broken invariant: {} (does not hold: {})", file, line, why, condition));
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 60;
  return text.size() <= kShown ? fmt::format("'{}'", text)
                               : fmt::format("'{}...'", text.substr(0, kShown));
}

std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates) {
  const std::size_t limit = (name.size() + 2) / 3;
  std::string nearest;
  std::size_t smallest = limit + 1;
  for (const std::string& candidate : candidates) {
    if (length_difference(name, candidate) >= smallest) continue;
    const std::size_t distance = edit_distance(name, candidate);
    if (distance < smallest) {
      smallest = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace deltasim
