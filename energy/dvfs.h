#pragma once
// Energy at another voltage: P = eta a C f V^2 + leakage. Counts stand for a C f, so that an
// operation's energy scales with (V / V0)^2; leakage follows voltage and temperature.

#include "arch/accelerator.h"
#include "arch/quantities.h"

namespace deltasim {

struct OperatingPoint {
  Hertz clock;
  Volts voltage;
  Kelvins temperature;
};

/// The lowest voltage at which the relation allows this clock.
/// @throws ConfigError with the allowed range, where the clock lies outside it
Volts voltage_for(const VoltageFrequency& relation, Hertz clock);

/// @throws ConfigError as voltage_for()
OperatingPoint operating_point(const DvfsSpec& dvfs, Hertz clock);

/// What the energy table's figures are multiplied with.
struct EnergyScale {
  double dynamic = 1;
  double leakage = 1;
};

/// Of the chip's own voltage domain, at the description's clock; both are 1 without `dvfs`. DRAM
/// and its interface have supplies of their own.
EnergyScale energy_scale(const AcceleratorSpec& spec);
EnergyScale energy_scale(const DvfsSpec& dvfs, const OperatingPoint& point);

/// The average leakage current of a gate at 65 nm, in units of its reference:
///   A T^2 exp((alpha V + beta) / T) + B exp(gamma V + delta),
/// subthreshold, then gate leakage. Source: Liao, He and Lepak, IEEE TCAD 24(7), 2005, constants as
/// quoted in quantum-philosophy/PAPT (msrc, class Leakage), where six of the paper's currents
/// stand too; fitted there for 0.95 to 1.05 V and 333 to 373 K. For other nodes it is taken as a
/// shape, which nobody verified.
double relative_leakage_current(Volts voltage, Kelvins temperature);

}  // namespace deltasim
