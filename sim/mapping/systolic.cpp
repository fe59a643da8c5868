#include "sim/mapping/systolic.h"

#include <algorithm>

#include "arch/errors.h"

namespace deltasim {
namespace {

/// Which matrix dimension lies along the rows, along the columns, and is streamed.
struct Roles {
  std::int64_t rows, columns, streamed;
};

Roles roles(Dataflow dataflow, const MatrixShape& s) {
  switch (dataflow) {
    case Dataflow::kWeightStationary:
      return {s.window, s.filters, s.pixels};
    case Dataflow::kInputStationary:
      return {s.window, s.pixels, s.filters};
    default:
      DELTASIM_INVARIANT(dataflow == Dataflow::kOutputStationary, "a systolic dataflow");
      return {s.pixels, s.filters, s.window};
  }
}

/// What streams past the columns is read once for each column fold; what is loaded or streams
/// past the rows, accordingly; sums leave once for each fold of the summed dimension.
void count_accesses(Dataflow dataflow, const MatrixShape& s, SystolicFolds& folds) {
  const std::int64_t inputs = s.pixels * s.window * s.groups;
  const std::int64_t filters = s.window * s.filters * s.groups;
  const std::int64_t outputs = s.pixels * s.filters * s.groups;
  switch (dataflow) {
    case Dataflow::kWeightStationary:
      folds.input_reads = inputs * folds.column_folds;
      folds.filter_reads = filters;
      folds.output_writes = outputs * folds.row_folds;
      break;
    case Dataflow::kInputStationary:
      folds.input_reads = inputs;
      folds.filter_reads = filters * folds.column_folds;
      folds.output_writes = outputs * folds.row_folds;
      break;
    default:
      folds.input_reads = inputs * folds.column_folds;
      folds.filter_reads = filters * folds.row_folds;
      folds.output_writes = outputs;
  }
}

/// Channels that `length` consecutive window elements can touch.
int channels_touched(const LayerExtent& e, std::int64_t length) {
  return static_cast<int>(
      std::min<std::int64_t>(e.c_per_group, (length + e.taps - 2) / e.taps + 1));
}

}  // namespace

bool is_systolic(Dataflow dataflow) {
  return dataflow == Dataflow::kWeightStationary || dataflow == Dataflow::kOutputStationary ||
         dataflow == Dataflow::kInputStationary;
}

MatrixShape matrix_shape(const LayerExtent& e) {
  return {e.window_size(), e.pixels(), e.k_per_group, e.groups};
}

std::int64_t systolic_fold_cycles(Dataflow dataflow, int rows, int columns, std::int64_t streamed) {
  const std::int64_t loading = dataflow == Dataflow::kOutputStationary ? 0 : rows;
  return loading + rows + columns + streamed - 2;
}

std::int64_t systolic_fold_cycles(const PeArraySpec& array, const Tile& tile) {
  const std::int64_t streamed = array.dataflow == Dataflow::kWeightStationary  ? tile.pixels.size()
                                : array.dataflow == Dataflow::kInputStationary ? tile.k.size()
                                                                               : tile.window.size();
  return systolic_fold_cycles(array.dataflow, array.rows, array.columns, streamed);
}

SystolicFolds systolic_folds(Dataflow dataflow, int rows, int columns, const MatrixShape& shape) {
  const Roles role = roles(dataflow, shape);
  SystolicFolds folds;
  folds.row_folds = ceil_div(role.rows, std::int64_t{rows});
  folds.column_folds = ceil_div(role.columns, std::int64_t{columns});
  folds.groups = shape.groups;
  folds.rows_used = std::min<std::int64_t>(rows, role.rows);
  folds.columns_used = std::min<std::int64_t>(columns, role.columns);
  folds.cycles_per_fold = systolic_fold_cycles(dataflow, rows, columns, role.streamed);
  folds.total_cycles = folds.folds() * folds.cycles_per_fold - 1;
  count_accesses(dataflow, shape, folds);
  const double pes = static_cast<double>(rows) * columns;
  folds.mapping_efficiency = static_cast<double>(role.rows * role.columns) /
                             (static_cast<double>(folds.row_folds * folds.column_folds) * pes);
  folds.utilization =
      static_cast<double>(shape.macs()) / (pes * static_cast<double>(folds.total_cycles));
  return folds;
}

Blocks systolic_blocks(const PeArraySpec& array, const LayerExtent& e, const Mapping& m) {
  const auto fold = [](std::int64_t size, int bound) {
    return std::min<std::int64_t>(size, bound);
  };
  const std::int64_t band = std::int64_t{m.tile_y} * e.width;
  const bool whole_window = array.dataflow == Dataflow::kOutputStationary;
  Blocks b;
  b.k = m.tile_k;
  b.pixels = array.dataflow == Dataflow::kWeightStationary  ? band
             : array.dataflow == Dataflow::kInputStationary ? fold(band, array.columns)
                                                            : fold(band, array.rows);
  b.rows = static_cast<int>(
      b.pixels == band ? m.tile_y
                       : std::min<std::int64_t>(m.tile_y, (b.pixels + e.width - 2) / e.width + 1));
  b.window = whole_window ? e.window_size() : fold(e.window_size(), array.rows);
  b.c = channels_touched(e, b.window);
  b.count_k = std::int64_t{e.groups} * ceil_div(e.k_per_group, b.k);
  b.count_y = e.batch * ((e.height / m.tile_y) * ceil_div(band, b.pixels) +
                         ceil_div(std::int64_t{e.height % m.tile_y} * e.width, b.pixels));
  b.count_c = ceil_div(std::int64_t{e.window_size()}, b.window);
  return b;
}

}  // namespace deltasim
