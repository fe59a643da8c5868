#include "report/dvfs_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "arch/atomic_file.h"

namespace deltasim {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kMega = 1e6;
constexpr double kMilli = 1e-3;
constexpr double kPicojoulesInMillijoule = 1e9;

double mJ(double picojoules) { return picojoules / kPicojoulesInMillijoule; }

std::string row_text(const ClockPoint& point, bool least) {
  std::string row = fmt::format(
      "{:>9.1f}{:>8.3f}{:>10.3f}{:>10.3f}{:>10.3f}{:>10.3f}{:>10.3f}{:>10.3f}{:>9.3f}{:>10.3f}",
      point.clock_hz / kMega, point.voltage_V, point.time_per_frame_s / kMilli,
      mJ(point.dynamic_pJ), mJ(point.leakage_pJ), mJ(point.dram_pJ), mJ(point.idle_pJ),
      mJ(point.energy_pJ()), point.average_power_W, mJ(point.energy_delay_pJ_s()) / kMilli);
  if (least) row += "  least";
  if (point.missed_frames > 0) row += fmt::format("  {} late", point.missed_frames);
  return row + "\n";
}

std::string minimum_text(const DvfsSweep& sweep) {
  const SweepMinimum& minimum = sweep.minimum;
  const std::string at =
      fmt::format("{:.4g} MHz at {:.3f} V, {:.4g} mJ a frame", minimum.clock_hz / kMega,
                  minimum.voltage_V, mJ(minimum.energy_pJ));
  if (!minimum.interpolated) {
    return fmt::format("least energy: {}, the {} clock of the range\n", at,
                       minimum.point == 0 ? "lowest" : "highest");
  }
  return fmt::format(
      "least energy: {} (parabola through the points at {:.4g}, {:.4g} and {:.4g} MHz)\n", at,
      sweep.points[minimum.point - 1].clock_hz / kMega,
      sweep.points[minimum.point].clock_hz / kMega,
      sweep.points[minimum.point + 1].clock_hz / kMega);
}

/// The cheapest of the simulated clocks at which no frame is late.
const ClockPoint* cheapest_in_time(const DvfsSweep& sweep) {
  const ClockPoint* cheapest = nullptr;
  for (const ClockPoint& point : sweep.points) {
    if (point.missed_frames > 0) continue;
    if (cheapest == nullptr || point.energy_pJ() < cheapest->energy_pJ()) cheapest = &point;
  }
  return cheapest;
}

std::string in_time_text(const DvfsSweep& sweep) {
  if (!sweep.frame_rate_hz) return {};
  const ClockPoint* cheapest = cheapest_in_time(sweep);
  if (cheapest == nullptr) {
    return fmt::format("no simulated clock keeps up with {:g} Hz\n", *sweep.frame_rate_hz);
  }
  return fmt::format("cheapest simulated clock that keeps up with {:g} Hz: {:.4g} MHz, {:.4g} mJ\n",
                     *sweep.frame_rate_hz, cheapest->clock_hz / kMega, mJ(cheapest->energy_pJ()));
}

Json point_json(const ClockPoint& point) {
  return {{"clock_hz", point.clock_hz},
          {"voltage_V", point.voltage_V},
          {"time_per_frame_s", point.time_per_frame_s},
          {"energy_pJ",
           {{"dynamic", point.dynamic_pJ},
            {"leakage", point.leakage_pJ},
            {"dram", point.dram_pJ},
            {"idle", point.idle_pJ},
            {"total", point.energy_pJ()}}},
          {"average_power_W", point.average_power_W},
          {"energy_delay_pJ_s", point.energy_delay_pJ_s()},
          {"missed_frames", point.missed_frames}};
}

}  // namespace

std::string dvfs_text(const DvfsSweep& sweep) {
  std::string text = fmt::format(
      "{} on {}, {} execution, {} frames, {:g} K; {}\n\n{:>9}{:>8}{:>10}{:>10}{:>10}{:>10}{:>10}"
      "{:>10}{:>9}{:>10}\n{:>9}{:>8}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}{:>9}{:>10}\n",
      sweep.experiment, sweep.accelerator, sweep.mode, sweep.frames, sweep.temperature_K,
      sweep.frame_rate_hz ? fmt::format("a frame every {:.4g} ms", 1e3 / *sweep.frame_rate_hz)
                          : "frames follow each other",
      "clock", "supply", "a frame", "on chip", "leakage", "DRAM", "idle", "energy", "power", "EDP",
      "MHz", "V", "ms", "mJ", "mJ", "mJ", "mJ", "mJ", "W", "mJ ms");
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    text += row_text(sweep.points[i], i == sweep.minimum.point);
  }
  text += "\n" + minimum_text(sweep) + in_time_text(sweep);
  for (const std::string& note : sweep.notes) text += "note: " + note + "\n";
  return text;
}

std::string dvfs_csv(const DvfsSweep& sweep) {
  std::string csv =
      "clock_hz,voltage_V,time_per_frame_s,energy_dynamic_pJ,energy_leakage_pJ,energy_dram_pJ,"
      "energy_idle_pJ,energy_per_frame_pJ,average_power_W,energy_delay_pJ_s,missed_frames\n";
  for (const ClockPoint& point : sweep.points) {
    csv += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", point.clock_hz, point.voltage_V,
                       point.time_per_frame_s, point.dynamic_pJ, point.leakage_pJ, point.dram_pJ,
                       point.idle_pJ, point.energy_pJ(), point.average_power_W,
                       point.energy_delay_pJ_s(), point.missed_frames);
  }
  return csv;
}

std::string dvfs_json(const DvfsSweep& sweep) {
  const SweepMinimum& minimum = sweep.minimum;
  Json json{
      {"schema", "deltasim.dvfs/1"},
      {"experiment", sweep.experiment},
      {"accelerator", sweep.accelerator},
      {"energy_table", sweep.energy_table},
      {"mode", sweep.mode},
      {"frames", sweep.frames},
      {"frame_rate_hz", sweep.frame_rate_hz ? Json(*sweep.frame_rate_hz) : Json(nullptr)},
      {"temperature_K", sweep.temperature_K},
      {"nominal_voltage_V", sweep.nominal_voltage_V},
      {"relation", {{"source", sweep.relation_source}, {"verified", sweep.relation_verified}}},
      {"minimum",
       {{"clock_hz", minimum.clock_hz},
        {"voltage_V", minimum.voltage_V},
        {"energy_pJ", minimum.energy_pJ},
        {"interpolation", minimum.interpolated ? Json("parabola") : Json(nullptr)},
        {"point", minimum.point}}},
      {"points", Json::array()},
      {"notes", sweep.notes}};
  for (const ClockPoint& point : sweep.points) json["points"].push_back(point_json(point));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void write_dvfs_files(const DvfsSweep& sweep, const std::filesystem::path& folder) {
  write_file_atomically(folder / "dvfs.csv", dvfs_csv(sweep));
  write_file_atomically(folder / "dvfs.json", dvfs_json(sweep));
  write_file_atomically(folder / "dvfs.gp", dvfs_gnuplot(sweep));
}

}  // namespace deltasim
