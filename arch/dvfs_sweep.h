#pragma once
// The figures of a frequency sweep as plain values: what sim/pipeline finds and report/ writes.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace deltasim {

/// One simulated clock. Energies are of one frame, all streams together, pJ.
struct ClockPoint {
  double clock_hz = 0;
  double voltage_V = 0;
  double time_per_frame_s = 0;  ///< without waiting for the next frame
  double dynamic_pJ = 0;        ///< on chip
  double leakage_pJ = 0;
  double dram_pJ = 0;
  double idle_pJ = 0;  ///< of waiting for the next frame; 0 without a frame rate
  double average_power_W = 0;
  std::int64_t missed_frames = 0;  ///< 0 without a frame rate

  double energy_pJ() const { return dynamic_pJ + leakage_pJ + dram_pJ + idle_pJ; }
  double energy_delay_pJ_s() const { return energy_pJ() * time_per_frame_s; }
};

/// The least energy a frame.
struct SweepMinimum {
  std::size_t point = 0;      ///< the simulated point with the least
  bool interpolated = false;  ///< false: that point is the first or the last
  double clock_hz = 0;        ///< vertex of the parabola through that point and its neighbours
  double voltage_V = 0;       ///< for that clock
  double energy_pJ = 0;       ///< at the vertex
};

struct DvfsSweep {
  std::string experiment, accelerator, energy_table, mode;
  std::string relation_source;
  bool relation_verified = false;
  double nominal_voltage_V = 0;
  double temperature_K = 0;
  std::int64_t frames = 0;              ///< that every point was simulated with
  std::optional<double> frame_rate_hz;  ///< none: frames follow each other
  std::vector<ClockPoint> points;       ///< by rising clock, at least three
  SweepMinimum minimum;
  std::vector<std::string> notes;
};

/// The simulated point with the least energy, and the parabola through it and its neighbours; its
/// voltage is the caller's to fill where it was interpolated.
/// @pre at least three points by rising clock
SweepMinimum find_minimum(const std::vector<ClockPoint>& points);

}  // namespace deltasim
