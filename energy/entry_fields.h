#pragma once
// What the readers of entries share: fields that say where a figure holds, and what kinds of
// component and action there are.

#include <optional>

#include "arch/config_reader.h"
#include "energy/energy_table.h"
#include "energy/technology_scaling.h"

namespace deltasim {

/// The key `voltage`; nothing where it says "not stated".
std::optional<Volts> read_voltage(const ConfigNode& node);

/// A map such as {node: 22 nm, voltage: 0.8 V} to which energies can be scaled; what lies outside
/// Stillmaker & Baas's equations is a fault of it.
TechnologyPoint read_technology_point(const ConfigNode& node);

/// What is counted are bits.
bool moves_bits(PricedAction action);
/// Whose unit is not a bit: commands, and clocks.
bool is_command(PricedAction action);
bool is_memory(PricedComponent component);

}  // namespace deltasim
