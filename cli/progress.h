#pragma once
// Progress on the terminal: a bar with rate and time left; plain lines where there is no terminal.

#include <chrono>
#include <cstdio>
#include <string>

#include "arch/progress.h"

namespace deltasim::cli {

/// "3 s", "4 min 05 s", "2 h 11 min"
std::string format_duration(double seconds);

/// Writes to standard error, so that standard output stays the command's own.
class TerminalProgress : public ProgressListener {
 public:
  /// @param quiet notes and progress are dropped
  explicit TerminalProgress(bool quiet);
  ~TerminalProgress() override;

  void begin(std::string_view what, std::int64_t total, std::string_view unit) override;
  void advance(std::int64_t steps) override;
  void end() override;
  void note(std::string_view text) override;

 private:
  using Clock = std::chrono::steady_clock;
  double elapsed() const;
  std::string status() const;
  void draw();
  void erase();

  bool quiet_;
  bool terminal_;
  bool running_ = false;
  std::string what_, unit_;
  std::int64_t total_ = 0, done_ = 0;
  Clock::time_point started_, drawn_;
};

}  // namespace deltasim::cli
