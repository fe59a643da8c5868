#pragma once
// Systolic arrays: folds, their cycles and the accesses to the on-chip memories, in closed form.
// The derivations are in docs/systolic.md.

#include <cstdint>

#include "arch/accelerator.h"
#include "sim/mapping/layer_extent.h"
#include "sim/mapping/residency.h"
#include "sim/mapping/tile_program.h"

namespace deltasim {

/// A layer as a product of matrices: [pixels x window] times [window x filters], once for every
/// group of a grouped convolution.
struct MatrixShape {
  std::int64_t window = 0;   ///< K: kernel height x width x input channels of a group
  std::int64_t pixels = 0;   ///< E: output height x width
  std::int64_t filters = 0;  ///< N: output channels of a group
  std::int64_t groups = 1;

  std::int64_t macs() const { return window * pixels * filters * groups; }
};
MatrixShape matrix_shape(const LayerExtent& extent);

struct SystolicFolds {
  std::int64_t row_folds = 0;        ///< of the dimension laid along the array's rows
  std::int64_t column_folds = 0;     ///< of the dimension laid along its columns
  std::int64_t groups = 1;           ///< each has row_folds x column_folds folds
  std::int64_t rows_used = 0;        ///< in a full fold
  std::int64_t columns_used = 0;     ///< in a full fold
  std::int64_t cycles_per_fold = 0;  ///< the same for full folds and those at an edge
  std::int64_t total_cycles = 0;     ///< folds x cycles_per_fold - 1

  // Words that pass between the array and the memories around it.
  std::int64_t input_reads = 0;
  std::int64_t filter_reads = 0;
  std::int64_t output_writes = 0;  ///< partial sums of every fold (OS: finished outputs)

  double mapping_efficiency = 0;  ///< share of the PEs that own work, averaged over the folds
  double utilization = 0;         ///< MACs / (PEs x total_cycles)

  std::int64_t folds() const { return row_folds * column_folds * groups; }
};

/// Folds of a layer whose every memory is large enough.
/// @param dataflow weight, output or input stationary
SystolicFolds systolic_folds(Dataflow dataflow, int rows, int columns, const MatrixShape& shape);

/// Cycles from the first to the last access of one fold that streams `streamed` elements (WS:
/// pixels, IS: filters, OS: window): loading (WS, IS), skew, streaming and draining.
std::int64_t systolic_fold_cycles(Dataflow dataflow, int rows, int columns, std::int64_t streamed);
/// The same for a tile of a program.
std::int64_t systolic_fold_cycles(const PeArraySpec& array, const Tile& tile);

bool is_systolic(Dataflow dataflow);

/// Largest blocks that the folds of this mapping cut the layer into.
Blocks systolic_blocks(const PeArraySpec& array, const LayerExtent& extent, const Mapping& mapping);

}  // namespace deltasim
