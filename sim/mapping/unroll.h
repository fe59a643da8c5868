#pragma once
// From a mapping that is known to fit to its tiles.

#include "sim/mapping/footprint.h"
#include "sim/mapping/residency.h"
#include "sim/mapping/tile_program.h"

namespace deltasim {

/// Tiles in execution order, with their load flags; estimate and candidates are left alone.
/// @param mapping well-formed and within every capacity
TileProgram tiles_of(const AcceleratorSpec& accelerator, const MappingRequest& request,
                     const LayerExtent& extent, const Mapping& mapping);

/// The blocks that a mapping cuts the layer into, whatever the dataflow.
Blocks mapping_blocks(const PeArraySpec& array, const LayerExtent& extent, const Mapping& mapping);

/// True where the PEs hand their sums over after every tile.
bool sums_leave_pes(Dataflow dataflow);

/// Everything wrong with a mapping for this layer and array; empty where it is legal.
std::vector<Fault> mapping_faults(const AcceleratorSpec& accelerator, const MappingRequest& request,
                                  const LayerExtent& extent, const Mapping& mapping);

}  // namespace deltasim
