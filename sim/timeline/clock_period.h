#pragma once
// The simulated clock's period: SystemC counts whole picoseconds.

#include <cstdint>

#include "arch/quantities.h"

namespace deltasim {

/// Rounded to a whole number of picoseconds.
inline std::int64_t clock_period_ps(Hertz frequency) {
  return static_cast<std::int64_t>(1e12 / frequency.value() + 0.5);
}

}  // namespace deltasim
