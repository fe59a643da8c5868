#include "energy/dvfs.h"

#include <algorithm>
#include <cmath>

#include "arch/errors.h"

namespace deltasim {
namespace {

/// Clock rises with voltage in both relations, so that halving finds it; 200 halvings leave less
/// than a double resolves.
Volts invert(const VoltageFrequency& relation, Volts low, Volts high, Hertz clock) {
  for (int i = 0; i < 200; ++i) {
    const Volts middle = (low + high) / 2;
    (clock_at(relation, middle) < clock ? low : high) = middle;
  }
  return high;
}

Volts interpolated_voltage(const std::vector<VoltagePair>& pairs, Hertz clock) {
  const auto above = std::find_if(pairs.begin() + 1, pairs.end() - 1,
                                  [&](const VoltagePair& pair) { return !(pair.clock < clock); });
  const VoltagePair &low = *(above - 1), &high = *above;
  const double share = (clock - low.clock) / (high.clock - low.clock);
  return low.voltage + (high.voltage - low.voltage) * share;
}

double relative_leakage_power(const DvfsSpec& dvfs, Volts voltage, Kelvins temperature) {
  if (!dvfs.leakage) return voltage.value() * relative_leakage_current(voltage, temperature);
  const double volts = (voltage - dvfs.nominal_voltage).value();
  const double doublings = (temperature - dvfs.nominal_temperature) / dvfs.leakage->doubling;
  return voltage.value() * std::exp(dvfs.leakage->per_volt * volts) * std::exp2(doublings);
}

}  // namespace

Volts voltage_for(const VoltageFrequency& relation, Hertz clock) {
  const ClockRange range = clock_range(relation);
  if (!(clock >= range.lowest && clock <= range.highest)) {
    throw ConfigError(Fault{.key_path = "clock",
                            .found = print(clock),
                            .expected = "a clock from " + print(range.lowest) + " to " +
                                        print(range.highest) + ", which dvfs has voltages for"});
  }
  if (const auto* law = std::get_if<AlphaPowerLaw>(&relation)) {
    if (clock == law->reference.clock) return law->reference.voltage;  // to the bit
    return invert(relation, law->lowest, law->highest, clock);
  }
  return interpolated_voltage(std::get<VoltagePairs>(relation).pairs, clock);
}

OperatingPoint operating_point(const DvfsSpec& dvfs, Hertz clock) {
  return {clock, voltage_for(dvfs.relation, clock), dvfs.temperature};
}

EnergyScale energy_scale(const DvfsSpec& dvfs, const OperatingPoint& point) {
  const double ratio = point.voltage / dvfs.nominal_voltage;
  return {.dynamic = ratio * ratio,
          .leakage = relative_leakage_power(dvfs, point.voltage, point.temperature) /
                     relative_leakage_power(dvfs, dvfs.nominal_voltage, dvfs.nominal_temperature)};
}

EnergyScale energy_scale(const AcceleratorSpec& spec) {
  if (!spec.dvfs) return {};
  return energy_scale(*spec.dvfs, operating_point(*spec.dvfs, spec.clock));
}

double relative_leakage_current(Volts voltage, Kelvins temperature) {
  constexpr double kA = 1.1432e-12, kB = 1.0126e-14;
  constexpr double kAlpha = 466.4029, kBeta = -1224.74083;
  constexpr double kGamma = 6.28153, kDelta = 6.9094;
  const double v = voltage.value(), t = temperature.value();
  return kA * t * t * std::exp((kAlpha * v + kBeta) / t) + kB * std::exp(kGamma * v + kDelta);
}

}  // namespace deltasim
