#include "sim/pipeline/real_time.h"

#include <fmt/format.h>

#include <algorithm>

namespace deltasim {
namespace {

/// Seconds of every step, all streams together.
std::vector<double> step_times(const ModeFigures& mode) {
  std::vector<double> times;
  for (const FrameFigures& frame : mode.frames) {
    const auto index = static_cast<std::size_t>(frame.frame);
    if (times.size() <= index) times.resize(index + 1);
    times[index] += frame.figures.time_s;
  }
  return times;
}

}  // namespace

IdleSpending idle_spending(const DramSpec& memory, const dram::DramPart& part,
                           const EnergyPrices& prices, std::optional<dram::IdleState> state) {
  IdleSpending idle{prices.leakage(), prices.state_refresh(), {}};
  if (!state && prices.table().dram == DramEnergyModel::kCurrents) {
    state = dram::IdleState::kSelfRefresh;
  }
  if (!state) return idle;
  dram::idle_power(part, memory.controller, *state);  // says now what the part does not state
  idle.dram = [part, memory, state = *state](Seconds gap) {
    return dram::idle_energy(part, memory.controller, memory.ranks, memory.channels, gap, state);
  };
  return idle;
}

RealTimeFigures real_time(const ModeFigures& mode, Hertz rate, const IdleSpending& idle) {
  RealTimeFigures figures{.frame_rate_hz = rate.value(), .frame_time_s = 1 / rate.value()};
  const std::vector<double> times = step_times(mode);
  const auto steps = static_cast<double>(times.size());
  const auto frames = static_cast<double>(mode.figures.frames);
  double now = 0, waited = 0, dram = 0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    now += times[i];
    const double next = static_cast<double>(i + 1) * figures.frame_time_s;
    figures.worst_frame_s = std::max(figures.worst_frame_s, times[i]);
    if (now > next) {
      figures.missed_frames += mode.figures.frames / std::ssize(times);
      continue;
    }
    const double gap = next - now;
    waited += gap;
    if (idle.dram) dram += idle.dram(Seconds(gap)).value();
    now = next;
  }
  figures.busy_s = mode.figures.time_s / steps;
  figures.idle_s = waited / steps;
  figures.idle_energy_pJ = {{"leakage", (idle.leakage * Seconds(waited)).value() / frames}};
  if (idle.state_refresh > Watts(0)) {
    figures.idle_energy_pJ.emplace_back("state_memory",
                                        (idle.state_refresh * Seconds(waited)).value() / frames);
  }
  if (idle.dram) figures.idle_energy_pJ.emplace_back("dram", dram / frames);
  figures.energy_per_frame_pJ =
      mode.figures.energy.total / frames + figures.idle_energy_per_frame_pJ();
  figures.average_power_W =
      (Picojoules(figures.energy_per_frame_pJ) * frames / Seconds(now)).value();
  return figures;
}

bool knows_idle_dram(const RealTimeFigures& figures) {
  return std::any_of(figures.idle_energy_pJ.begin(), figures.idle_energy_pJ.end(),
                     [](const auto& part) { return part.first == "dram"; });
}

std::vector<std::string> real_time_notes(const ModeFigures& mode) {
  if (!mode.real_time) return {};
  const RealTimeFigures& figures = *mode.real_time;
  std::vector<std::string> notes;
  if (!figures.met()) {
    notes.push_back(fmt::format(
        "{} execution misses {}: {} of {} frames are not done when the next comes; the longest "
        "takes {:.3g} ms of {:.3g} ms",
        mode.name, print(Hertz(figures.frame_rate_hz)), figures.missed_frames, mode.figures.frames,
        figures.worst_frame_s * 1e3, figures.frame_time_s * 1e3));
  }
  if (!knows_idle_dram(figures)) {
    notes.push_back(fmt::format(
        "{} execution: the energy table says nothing of an idle DRAM, so that its standby and "
        "refresh between frames are not in the energy per frame (dram_idle or dram_energy: "
        "currents takes them from the DRAM part)",
        mode.name));
  }
  return notes;
}

void note_comparison_at_rate(RunResult& result) {
  const auto at_rate = [](const ModeFigures& mode) { return mode.real_time.has_value(); };
  if (std::ranges::count_if(result.modes, at_rate) < 2) return;
  const ModeFigures* dense = result.mode("dense");
  std::string ratios;
  for (const ModeFigures& mode : result.modes) {
    if (dense == nullptr || &mode == dense || !at_rate(mode) || !at_rate(*dense)) continue;
    ratios +=
        fmt::format("{} {} {:.3g}x", ratios.empty() ? "" : ",", mode.name,
                    dense->real_time->energy_per_frame_pJ / mode.real_time->energy_per_frame_pJ);
  }
  std::string note =
      "the reductions and the waterfall compare the energy of the busy time only, without waiting";
  if (!ratios.empty()) {
    note += fmt::format("; energy per frame at {}, against dense execution:{}",
                        print(Hertz(dense->real_time->frame_rate_hz)), ratios);
  }
  result.notes.push_back(std::move(note));
}

}  // namespace deltasim
