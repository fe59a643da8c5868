#pragma once
// A table's entries at one node and voltage.

#include <optional>

#include "arch/quantities.h"
#include "energy/energy_table.h"
#include "energy/technology_scaling.h"

namespace deltasim {

/// Whether Stillmaker & Baas's equations, which are of switching logic, hold for an entry: not for
/// DRAM, nor for the cells of a named state memory, nor for leakage.
bool is_scalable(const EnergyEntry& entry);

/// The supply voltage at which a node is run: of the Predictive Technology Model's cards for high
/// performance (130 to 22 nm: bulk; 20 to 7 nm: multi-gate), quoted from memory, not verified;
/// between nodes, of the nearest. For sources that do not state theirs.
Volts nominal_voltage(double node_nm);

/// Where a figure was measured or estimated; the node's nominal voltage where none is stated.
TechnologyPoint origin(double node_nm, const std::optional<Volts>& voltage);

/// Brings a scalable entry from `from` to `to`, which it then says. It is no longer verified where
/// its own voltage is not stated.
/// @throws ConfigError where one of them lies outside the equations (see scaling_expectation)
void scale_entry(EnergyEntry& entry, const TechnologyPoint& from, const TechnologyPoint& to);

}  // namespace deltasim
