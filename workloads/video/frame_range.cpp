#include "workloads/video/frame_range.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <optional>
#include <vector>

#include "arch/errors.h"

namespace deltasim {
namespace {

[[noreturn]] void reject(std::string found, std::string expected) {
  throw ConfigError(Fault{"", 0, "frames", std::move(found), std::move(expected), ""});
}

std::vector<std::string_view> split_at_colons(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t colon = text.find(':');
    parts.push_back(text.substr(0, colon));
    if (colon == std::string_view::npos) return parts;
    text.remove_prefix(colon + 1);
  }
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::string to_string(const FrameRange& range) {
  return range.stride == 1 ? fmt::format("{}:{}", range.start, range.count)
                           : fmt::format("{}:{}:{}", range.start, range.count, range.stride);
}

FrameRange parse_frame_range(std::string_view text) {
  const std::vector<std::string_view> parts = split_at_colons(text);
  const std::string quoted = fmt::format("\"{}\"", text);
  constexpr const char* kForm = "START:COUNT or START:COUNT:STRIDE in whole numbers";
  if (parts.size() < 2 || parts.size() > 3) reject(quoted, kForm);
  FrameRange range;
  std::int64_t* const fields[] = {&range.start, &range.count, &range.stride};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::optional<std::int64_t> number = parse_number(parts[i]);
    if (!number) reject(quoted, kForm);
    *fields[i] = *number;
  }
  check(range);
  return range;
}

void check(const FrameRange& range, int history) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  const std::string found = to_string(range);
  if (range.start < 0) reject(found, "a START of 0 or more");
  if (range.count < 1) reject(found, "a COUNT of 1 or more");
  if (range.stride < 1) reject(found, "a STRIDE of 1 or more");
  if ((kMax - range.start) / range.stride < range.count)
    reject(found, "frame numbers of at most 63 bits");
  if (history > 0 && range.stride > kMax / history)
    reject(found, "frame numbers of at most 63 bits");
  const std::int64_t smallest = history * range.stride;
  if (range.start < smallest)
    reject(found, fmt::format("a START of {} or more: the temporal stream looks back over {} "
                              "frames{}",
                              smallest, history,
                              range.stride == 1 ? std::string()
                                                : fmt::format(" in steps of {}", range.stride)));
}

}  // namespace deltasim
