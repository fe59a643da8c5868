#pragma once
// A sweep on one screen of the terminal.

#include <string>

#include "arch/sweep_result.h"

namespace deltasim {

/// How many points are done, what went wrong with others, and the designs that no other one beats.
std::string sweep_text(const SweepResult& sweep);

}  // namespace deltasim
