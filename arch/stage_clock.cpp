#include "arch/stage_clock.h"

#include <fmt/format.h>

#include <exception>
#include <utility>

namespace deltasim {

StageClock::StageClock(ProgressListener& progress, std::string first_stage)
    : progress_(progress),
      stage_(std::move(first_stage)),
      started_(std::chrono::steady_clock::now()) {}

/// A stage that was broken off took no time worth telling.
StageClock::~StageClock() {
  if (std::uncaught_exceptions() == 0) end();
}

void StageClock::begin(std::string stage) {
  end();
  stage_ = std::move(stage);
  started_ = std::chrono::steady_clock::now();
}

void StageClock::end() {
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started_;
  progress_.detail(fmt::format("{} took {:.3f} s", stage_, took.count()));
}

}  // namespace deltasim
