#pragma once
// Which frames of a source are recorded.

#include <cstdint>
#include <string>
#include <string_view>

namespace deltasim {

/// Source frames start, start + stride, ..., start + (count - 1) * stride.
struct FrameRange {
  std::int64_t start = 0;
  std::int64_t count = 0;
  std::int64_t stride = 1;

  std::int64_t source_frame(std::int64_t frame) const { return start + frame * stride; }
  std::int64_t last() const { return source_frame(count - 1); }
  bool operator==(const FrameRange&) const = default;
};

/// "10:4" or "10:4:2"
std::string to_string(const FrameRange& range);

/// Parses "START:COUNT" or "START:COUNT:STRIDE".
/// @throws ConfigError as check() does, and for anything else that is no range
FrameRange parse_frame_range(std::string_view text);

/// @param history frames of the same stride that are needed before the first one (10 for the
///        temporal stream)
/// @throws ConfigError where start < 0, count < 1, stride < 1, a frame number exceeds 64 bits, or
///         there is no room for the history; this one names the smallest start that would do
void check(const FrameRange& range, int history = 0);

}  // namespace deltasim
