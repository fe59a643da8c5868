#pragma once
// An estimate of a chip's area by component, so that designs can be compared at equal area: SRAM
// macros by the CACTI sweep, registers and arithmetic by Aladdin's 40 nm figures, routers by
// ISAAC's, each brought to one node by area_scale(). Control, clock tree, I/O, wires and the unused
// area between macros are not counted, so the estimate is a lower bound.

#include <string>
#include <vector>

#include "arch/accelerator.h"
#include "arch/run_result.h"
#include "arch/square_millimetres.h"
#include "energy/energy_table.h"

namespace deltasim {

struct AreaPart {
  std::string component;  ///< "pe", "rf", "glb", "noc", "delta_unit", as in by_component of energy
  std::string what;       ///< "weight memory of 4 KiB, 32 bit, 256 times"
  SquareMillimetres area;
  std::string source;
  bool verified = true;  ///< its figures were read in their source, and nothing was extrapolated
};

struct AreaEstimate {
  double node_nm = 0;
  std::vector<AreaPart> parts;

  SquareMillimetres total() const;
  SquareMillimetres of(std::string_view component) const;
  double unverified_share() const;  ///< of the total
};

/// The node that a table is for: that it was scaled to, that of its SRAM model, else of its
/// arithmetic (the first entry of a MAC or a multiplication); 0 where it has neither.
double area_node(const EnergyTable& table);
/// Whether areas can be scaled to it.
bool scales_area(double node_nm);

/// Of the accelerator at one node; memories are of `cell` of an SRAM model, beyond its sweep too
/// (then not verified, as is a global buffer of several ports, for the sweep has one). A PE's
/// memory below the smallest swept capacity counts as registers.
/// @throws ConfigError where the node cannot be scaled to, or the model has no such cell.
AreaEstimate estimate_area(const AcceleratorSpec& spec, const SramModel& sram,
                           const std::string& cell, double node_nm);
/// The same for the table's node and model (cacti7 with itrs-lstp where it names none).
AreaEstimate estimate_area(const AcceleratorSpec& spec, const EnergyTable& table);

/// For result.json and the summary.
AreaFigures area_figures(const AreaEstimate& estimate);

/// Parts with their sources, as text for `deltasim show accelerator NAME --energy TABLE`.
std::string describe(const AreaEstimate& estimate);

}  // namespace deltasim
