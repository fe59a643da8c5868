#pragma once
// How long each stage of a piece of work takes, told as details.

#include <chrono>
#include <string>

#include "arch/progress.h"

namespace deltasim {

/// Tells a stage's time when the next one begins, or when the clock is destroyed.
class StageClock {
 public:
  /// @param progress must outlive the clock
  StageClock(ProgressListener& progress, std::string first_stage);
  StageClock(const StageClock&) = delete;
  StageClock& operator=(const StageClock&) = delete;
  ~StageClock();

  /// Ends the stage before.
  void begin(std::string stage);

 private:
  void end();

  ProgressListener& progress_;
  std::string stage_;
  std::chrono::steady_clock::time_point started_;
};

}  // namespace deltasim
