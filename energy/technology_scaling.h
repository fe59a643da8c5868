#pragma once
// From one technology node and supply voltage to another, after A. Stillmaker and B. Baas, "Scaling
// equations for the accurate prediction of CMOS device performance from 180 nm to 7 nm",
// Integration, the VLSI Journal 58 (2017), pp. 74-81: switching energy of a logic gate as a
// polynomial E(V) = a V^2 + b V + c for each node, and a table of area factors. It says nothing of
// leakage, nor of DRAM or I/O, which must not be scaled by it.
//
// Between two of its nodes (22, 28, 40 nm) the paper has no figure; the logarithm of the factor is
// interpolated in the logarithm of the feature size, which scaling_note() says.

#include <span>
#include <string>

#include "arch/quantities.h"

namespace deltasim {

struct TechnologyPoint {
  double node_nm = 0;
  Volts voltage;
};

/// The paper's nodes that are covered here, largest first: 130 to 7 nm.
std::span<const double> scaling_nodes();

/// The supply voltages at which E(V) of a node may be used: from its lowest point on, below which
/// the polynomial would have energy rise as the voltage falls, to 1.3 V, the highest voltage at
/// which the authors themselves evaluate one (their correction to section 4.2.1).
/// @throws ConfigError where the node lies outside 130 to 7 nm.
Volts lowest_scaling_voltage(double node_nm);
Volts highest_scaling_voltage();

/// What would have to hold for the point to be scaled from or to ("a node from 7 to 130 nm (...)",
/// "a voltage from ..."), or nothing where it can be. For readers that know file and line.
std::string scaling_expectation(const TechnologyPoint& point);

/// Energy per operation at `to` over that at `from`.
/// @throws ConfigError naming the nodes or voltages allowed, where one of them is none.
double energy_scale(const TechnologyPoint& from, const TechnologyPoint& to);

/// Area at `to_nm` over that at `from_nm`. The paper gives two digits.
/// @throws ConfigError where a node lies outside 130 to 7 nm.
double area_scale(double from_nm, double to_nm);

/// How a figure came from one node to the other, for reports: "scaled from 45 nm, 0.9 V to 22 nm,
/// 0.8 V by Stillmaker & Baas (22 nm is interpolated between 32 and 20 nm)".
std::string scaling_note(const TechnologyPoint& from, const TechnologyPoint& to);

}  // namespace deltasim
