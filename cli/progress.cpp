#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

namespace deltasim::cli {
namespace {

constexpr double kRedrawSeconds = 0.1;
constexpr double kPlainLineSeconds = 5;
constexpr int kBarWidth = 24;

std::string bar(std::int64_t done, std::int64_t total) {
  const auto filled = static_cast<std::size_t>(done * kBarWidth / std::max<std::int64_t>(total, 1));
  return std::string(filled, '#') +
         std::string(kBarWidth - std::min<std::size_t>(filled, kBarWidth), '.');
}

}  // namespace

std::string format_duration(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::ceil(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

TerminalProgress::TerminalProgress(bool quiet)
    : quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1) {}

TerminalProgress::~TerminalProgress() { erase(); }

void TerminalProgress::begin(std::string_view what, std::int64_t total, std::string_view unit) {
  what_ = what;
  unit_ = unit;
  total_ = total;
  done_ = 0;
  started_ = drawn_ = Clock::now();
  running_ = true;
}

double TerminalProgress::elapsed() const {
  return std::chrono::duration<double>(Clock::now() - started_).count();
}

std::string TerminalProgress::status() const {
  const double seconds = elapsed();
  const double rate = seconds > 0 ? static_cast<double>(done_) / seconds : 0;
  std::string left = "time left unknown";
  if (rate > 0) left = format_duration(static_cast<double>(total_ - done_) / rate) + " left";
  return fmt::format("{}/{} {}, {:.2g} {}/s, {}", done_, total_, unit_, rate, unit_, left);
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
    fmt::print(stderr, "\r\033[K{} [{}] {}", what_, bar(done_, total_), status());
  } else {
    fmt::print(stderr, "{}: {}\n", what_, status());
  }
  std::fflush(stderr);
}

void TerminalProgress::erase() {
  if (running_ && terminal_ && !quiet_) fmt::print(stderr, "\r\033[K");
}

void TerminalProgress::end() {
  erase();
  running_ = false;
  if (!quiet_) {
    fmt::print(stderr, "{}: {} {} in {:.1f} s\n", what_, done_, unit_, elapsed());
  }
}

void TerminalProgress::note(std::string_view text) {
  if (quiet_) return;
  erase();
  fmt::print(stderr, "note: {}\n", text);
}

}  // namespace deltasim::cli
