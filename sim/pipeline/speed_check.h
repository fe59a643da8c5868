#pragma once
// How fast this machine simulates: a small standard job, the same on every machine.

#include <cstdint>
#include <string>
#include <vector>

namespace deltasim {

/// One frame of the shipped trace's first stream in delta mode on the shipped experiment's
/// accelerator. As in a run every frame has a process of its own, which here ends with it.
struct SpeedCheck {
  std::string trace;
  std::string accelerator;
  std::string layers;                 ///< the stream's network
  std::int64_t cycles = 0;            ///< that the frame takes on the accelerator
  std::vector<double> frame_seconds;  ///< of each repeat by itself, sorted
  int jobs = 1;
  double frames_per_second = 0;  ///< of `jobs` processes at a time

  double median_seconds() const;
};

/// @param repeats at least 1
/// @param jobs processes at a time for `frames_per_second`
/// @throws ConfigError where the shipped files are not found or are not as they were shipped
SpeedCheck check_speed(int repeats, int jobs);

}  // namespace deltasim
