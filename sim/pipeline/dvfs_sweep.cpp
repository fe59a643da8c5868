#include "sim/pipeline/dvfs_sweep.h"

#include <fmt/format.h>

#include <algorithm>

#include "arch/accelerator_reader.h"
#include "arch/errors.h"
#include "energy/dvfs.h"
#include "energy/energy_table.h"
#include "sim/pipeline/operating_notes.h"
#include "sim/pipeline/output_folder.h"
#include "sim/pipeline/priced_machine.h"
#include "sim/pipeline/real_time.h"

namespace deltasim {
namespace {

AcceleratorSpec swept_accelerator(const RunSpec& spec) {
  for (const auto& [key, value] : spec.accelerator_overrides) {
    if (key != "clock") continue;
    throw ConfigError(Fault{.key_path = "--set",
                            .found = "'clock=" + value + "'",
                            .expected = "no clock: the sweep sets it"});
  }
  AcceleratorSpec accelerator = read_accelerator(spec.accelerator, spec.accelerator_overrides);
  if (!accelerator.dvfs) {
    throw ConfigError(Fault{.file = spec.accelerator.string(),
                            .key_path = "dvfs",
                            .found = "nothing",
                            .expected = "clocks and voltages to sweep: pairs, or alpha_power"});
  }
  return accelerator;
}

/// From end to end of the range, both included to the bit.
std::vector<Hertz> clocks_of(const ClockRange& range, int points) {
  std::vector<Hertz> clocks;
  for (int i = 0; i < points; ++i) {
    clocks.push_back(range.lowest + (range.highest - range.lowest) * i / (points - 1));
  }
  clocks.back() = range.highest;
  return clocks;
}

double part(const EnergyParts& parts, std::string_view name) {
  for (const auto& [key, picojoules] : parts) {
    if (key == name) return picojoules;
  }
  return 0;
}

ClockPoint point_of(const ModeFigures& mode, const OperatingPoint& at) {
  const Figures& all = mode.figures;
  const auto frames = static_cast<double>(all.frames);
  ClockPoint point{.clock_hz = at.clock.value(),
                   .voltage_V = at.voltage.value(),
                   .time_per_frame_s = all.time_s / frames,
                   .leakage_pJ = part(all.energy.by_component, "leakage") / frames,
                   .dram_pJ = part(all.energy.by_component, "dram") / frames};
  point.dynamic_pJ = all.energy.total / frames - point.leakage_pJ - point.dram_pJ;
  point.average_power_W = (Picojoules(all.energy.total) / Seconds(all.time_s)).value();
  if (mode.real_time) {
    point.idle_pJ = mode.real_time->idle_energy_per_frame_pJ();
    point.average_power_W = mode.real_time->average_power_W;
    point.missed_frames = mode.real_time->missed_frames;
  }
  return point;
}

class Sweep {
 public:
  Sweep(const RunSpec& spec, const std::string& mode, const RunOptions& options,
        ProgressListener& progress)
      : spec_(spec), options_(options), progress_(progress), accelerator_(swept_accelerator(spec)) {
    spec_.modes = {mode};
    spec_.baseline.reset();
  }

  DvfsSweep run(int points) {
    const std::vector<Hertz> clocks = clocks_of(clock_range(accelerator_.dvfs->relation), points);
    describe();
    // The first point may have to record, and shows itself how far it is; the others count points.
    simulate(clocks.front(), progress_);
    progress_.begin("sweeping the clock", points - 1, "points");
    for (std::size_t i = 1; i < clocks.size(); ++i) {
      ProgressListener silent;
      simulate(clocks[i], silent);
      progress_.advance();
    }
    progress_.end();
    sweep_.minimum = find_minimum(sweep_.points);
    sweep_.minimum.voltage_V =
        voltage_for(accelerator_.dvfs->relation, Hertz(sweep_.minimum.clock_hz)).value();
    note();
    return std::move(sweep_);
  }

 private:
  void describe() {
    const DvfsSpec& dvfs = *accelerator_.dvfs;
    sweep_.experiment = spec_.name;
    sweep_.accelerator = accelerator_.name;
    sweep_.mode = spec_.modes.front();
    sweep_.relation_source = dvfs.source;
    sweep_.relation_verified = dvfs.verified;
    sweep_.nominal_voltage_V = dvfs.nominal_voltage.value();
    sweep_.temperature_K = dvfs.temperature.value();
    if (spec_.frame_rate) sweep_.frame_rate_hz = spec_.frame_rate->value();
  }

  void simulate(Hertz clock, ProgressListener& progress) {
    RunSpec at_clock = spec_;
    at_clock.accelerator_overrides.emplace_back("clock", print(clock));
    const RunResult result = run_experiment(at_clock, options_, progress);
    const ModeFigures& mode = *result.mode(sweep_.mode);
    sweep_.points.push_back(point_of(mode, operating_point(*accelerator_.dvfs, clock)));
    sweep_.frames = mode.figures.frames;
    unverified_share_ = std::max(unverified_share_, result.energy_table.unverified_share);
    knows_idle_dram_ = mode.real_time && knows_idle_dram(*mode.real_time);
  }

  void note() {
    const PricedMachine machine =
        price(load_machine(spec_.accelerator, spec_.accelerator_overrides), pricing_of(spec_));
    const EnergyTable& table = machine.prices.table();
    sweep_.energy_table = table.name;
    const bool leaks = std::any_of(sweep_.points.begin(), sweep_.points.end(),
                                   [](const ClockPoint& point) { return point.leakage_pJ > 0; });
    sweep_.notes = dvfs_caveats(accelerator_, table, leaks);
    // Where the minimum lies inside, something else than leakage makes slow clocks dear.
    if (!leaks && sweep_.minimum.clock_hz <= sweep_.points.front().clock_hz) {
      sweep_.notes.push_back(
          "the energy table has no leakage: on-chip energy only falls with the voltage, so that "
          "the lowest clock is the cheapest and the curve has no minimum of its own");
    }
    if (spec_.frame_rate && !knows_idle_dram_) {
      sweep_.notes.push_back(
          "the energy table says nothing of an idle DRAM: waiting for the next frame costs leakage "
          "only (dram_idle: self_refresh adds it from the currents of the DRAM part)");
    }
    if (unverified_share_ > 0) {
      sweep_.notes.push_back(
          fmt::format("up to {:.1f} % of the energy rests on table entries that are not verified",
                      100 * unverified_share_));
    }
  }

  RunSpec spec_;
  const RunOptions& options_;
  ProgressListener& progress_;
  AcceleratorSpec accelerator_;
  DvfsSweep sweep_;
  double unverified_share_ = 0;
  bool knows_idle_dram_ = false;
};

}  // namespace

DvfsSweep sweep_clock(const RunSpec& spec, const std::string& mode, int points,
                      const RunOptions& options, ProgressListener& progress) {
  DELTASIM_INVARIANT(points >= kFewestSweepPoints, "a sweep has two ends and something between");
  const OutputFolder folder(options.output);
  return Sweep(spec, mode, options, progress).run(points);
}

}  // namespace deltasim
