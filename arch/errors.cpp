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

/// Levenshtein distance in which two neighbours that changed places are one edit (optimal string
/// alignment): "rnu" is as near to "run" as "ran" is.
std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> before, last(to.size() + 1), row;
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= from.size(); ++i) {
    row.assign(1, i);
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      row.push_back(std::min({replaced, last[j] + 1, row[j - 1] + 1}));
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before = std::move(last);
    last = std::move(row);
    row = {};
  }
  return last.back();
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
