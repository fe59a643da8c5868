#pragma once
// Voltage and frequency of an accelerator's clock domain, as data: the key `dvfs` of its
// description. What follows for energy is energy/dvfs.h.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "arch/quantities.h"
#include "arch/temperature.h"

namespace deltasim {

struct VoltagePair {
  Hertz clock;
  Volts voltage;
};

/// Measured pairs, by rising clock and voltage; linear between them, refused beyond them.
struct VoltagePairs {
  std::vector<VoltagePair> pairs;  ///< at least two
};

/// f = k (V - Vth)^alpha / V (Sakurai and Newton, IEEE JSSC 25(2), 1990), within two voltages.
struct AlphaPowerLaw {
  VoltagePair reference;  ///< that gives k
  Volts threshold;
  double alpha = 2;  ///< 2 with long channels, down to 1 where velocity saturates
  Volts lowest, highest;
};

using VoltageFrequency = std::variant<VoltagePairs, AlphaPowerLaw>;

/// The largest clock at a voltage. @pre the voltage lies within the relation
Hertz clock_at(const VoltageFrequency& relation, Volts voltage);

struct ClockRange {
  Hertz lowest, highest;
};
/// The clocks that the relation knows a voltage for.
ClockRange clock_range(const VoltageFrequency& relation);

/// A leakage current of the user's own: exp(per_volt (V - V0)) 2^((T - T0) / doubling).
struct ExponentialLeakage {
  double per_volt = 0;
  Kelvins doubling;
};

struct DvfsSpec {
  VoltageFrequency relation;
  Volts nominal_voltage;        ///< that the energy table's figures are taken to be for
  Kelvins nominal_temperature;  ///< the same of its leakage
  Kelvins temperature;          ///< of operation
  std::optional<ExponentialLeakage> leakage;  ///< none: the published law of energy/dvfs.h
  std::string source;                         ///< of the relation
  bool verified = false;  ///< somebody read the relation in its source or a public copy of it
};

}  // namespace deltasim
