#pragma once
// From a row-stationary mapping to the tiles that the simulator runs. A tile is all passes of m
// filters and e output rows of one image: its partial sums are complete when it ends.

#include <vector>

#include "arch/errors.h"
#include "sim/mapping/row_stationary_mapping.h"
#include "sim/mapping/tile_program.h"

namespace deltasim {

/// @throws ConfigError where frames are to be computed side by side on a row-stationary array,
///         which is not modelled
void require_batch_modelled(const AcceleratorSpec& accelerator, int batch);

/// The mapping that RowStationaryModel::best() finds for one image whose map has no zero, so that
/// all execution modes have the same mapping and, since zeros are gated, take the same cycles.
/// @throws ConfigError where there is none
TileProgram map_row_stationary(const AcceleratorSpec& accelerator, const MappingRequest& request,
                               const CostParameters& parameters = {});

/// @throws ConfigError where the mapping is not legal, or has more than one image
TileProgram unroll(const AcceleratorSpec& accelerator, const MappingRequest& request,
                   const RowStationaryMapping& mapping, const CostParameters& parameters = {});

}  // namespace deltasim
