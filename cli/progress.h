#pragma once
// Progress on the terminal: a bar with rate and time left; plain lines where there is no terminal.

#include <chrono>
#include <string>

#include "arch/progress.h"
#include "cli/commands.h"

namespace deltasim::cli {

/// "3 s", "4 min 05 s", "2 h 11 min"
std::string format_duration(double seconds);

/// "240 frames/s", "3.2 frames/s"; below one a second "12 s each", which is easier to picture.
std::string format_rate(double steps_per_second, std::string_view unit);

/// Writes to standard error, so that standard output stays the command's own.
class TerminalProgress : public ProgressListener {
 public:
  /// @param common --quiet drops notes and progress, --verbose adds details
  explicit TerminalProgress(const CommonOptions& common);
  ~TerminalProgress() override;

  void begin(std::string_view what, std::int64_t total, std::string_view unit) override;
  void advance(std::int64_t steps) override;
  void end() override;
  void note(std::string_view text) override;
  void detail(std::string_view text) override;
  bool wants_detail() const override { return verbose_; }

 private:
  using Clock = std::chrono::steady_clock;
  double elapsed() const;
  std::string status() const;
  std::string line() const;
  void draw();
  void erase();
  void say(std::string_view label, std::string_view text);

  bool quiet_;
  bool verbose_;
  bool terminal_;
  bool running_ = false;
  bool drawn_on_screen_ = false;
  std::string what_, unit_;
  std::int64_t total_ = 0, done_ = 0;
  Clock::time_point started_, drawn_;
};

}  // namespace deltasim::cli
