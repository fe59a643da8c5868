#include "cli/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "cli/terminal.h"

namespace deltasim::cli {
namespace {

constexpr double kRedrawSeconds = 0.1;
constexpr double kPlainLineSeconds = 5;
constexpr int kBarWidth = 24;
constexpr int kNarrowestBar = 4;

std::string bar(std::int64_t done, std::int64_t total, int width) {
  const std::int64_t most = std::max<std::int64_t>(total, 1);
  const auto filled =
      static_cast<std::size_t>(std::clamp<std::int64_t>(done, 0, most) * width / most);
  return std::string(filled, '#') + std::string(static_cast<std::size_t>(width) - filled, '.');
}

}  // namespace

std::string format_duration(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::ceil(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

std::string format_rate(double steps_per_second, std::string_view unit) {
  if (steps_per_second >= 10) return fmt::format("{:.0f} {}/s", steps_per_second, unit);
  if (steps_per_second >= 1) return fmt::format("{:.1f} {}/s", steps_per_second, unit);
  return fmt::format("{:.1f} s each", 1 / steps_per_second);
}

TerminalProgress::TerminalProgress(const CommonOptions& common)
    : quiet_(common.quiet), verbose_(common.verbose), terminal_(is_terminal(stderr)) {}

TerminalProgress::~TerminalProgress() { erase(); }

/// The bar is there from the start: the first step may take long.
void TerminalProgress::begin(std::string_view what, std::int64_t total, std::string_view unit) {
  erase();
  what_ = what;
  unit_ = unit;
  total_ = total;
  done_ = 0;
  started_ = drawn_ = Clock::now();
  running_ = true;
  if (terminal_ && !quiet_) draw();
}

double TerminalProgress::elapsed() const {
  return std::chrono::duration<double>(Clock::now() - started_).count();
}

std::string TerminalProgress::status() const {
  const double seconds = elapsed();
  const double rate = seconds > 0 ? static_cast<double>(done_) / seconds : 0;
  const std::string count = fmt::format("{}/{} {}", done_, total_, unit_);
  if (rate <= 0) return count + ", time left unknown";
  const double left = static_cast<double>(std::max<std::int64_t>(total_ - done_, 0)) / rate;
  return fmt::format("{}, {}, {} left", count, format_rate(rate, unit_), format_duration(left));
}

/// Never wider than the screen: a line that wraps cannot be drawn over.
std::string TerminalProgress::line() const {
  const std::string text = status();
  const int room = columns_of(stderr) - 1;
  const int taken = static_cast<int>(what_.size() + text.size()) + 4;  // blanks and brackets
  const int width = std::min(kBarWidth, room - taken);
  if (width < kNarrowestBar) {
    return fmt::format("{}: {}", what_, text)
        .substr(0, static_cast<std::size_t>(std::max(room, 0)));
  }
  return fmt::format("{} [{}] {}", what_, painted(stderr, Style::kGood, bar(done_, total_, width)),
                     text);
}

void TerminalProgress::advance(std::int64_t steps) {
  done_ += steps;
  if (quiet_) return;
  const double since = std::chrono::duration<double>(Clock::now() - drawn_).count();
  if (since < (terminal_ ? kRedrawSeconds : kPlainLineSeconds)) return;
  drawn_ = Clock::now();
  draw();
}

void TerminalProgress::draw() {
  if (terminal_) {
    fmt::print(stderr, "\r\033[K{}", line());
    drawn_on_screen_ = true;
  } else {
    fmt::print(stderr, "{}: {}\n", what_, status());
  }
  std::fflush(stderr);
}

void TerminalProgress::erase() {
  if (!drawn_on_screen_) return;
  fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
  drawn_on_screen_ = false;
}

void TerminalProgress::end() {
  erase();
  running_ = false;
  if (!quiet_) {
    fmt::print(stderr, "{}: {} {} in {:.1f} s\n", what_, done_, unit_, elapsed());
  }
}

void TerminalProgress::say(std::string_view label, std::string_view text) {
  erase();
  fmt::print(stderr, "{} {}\n", label, text);
  if (running_ && terminal_) draw();
}

void TerminalProgress::note(std::string_view text) {
  if (!quiet_) say(painted(stderr, Style::kBold, "note:"), text);
}

void TerminalProgress::detail(std::string_view text) {
  if (verbose_) say(painted(stderr, Style::kFaint, "info:"), text);
}

}  // namespace deltasim::cli
