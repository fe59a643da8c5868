#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <vector>

#include "sim/mapping/systolic.h"
#include "tests/sim/mapping_support.h"

using namespace deltasim;
using namespace deltasim::test;

namespace {

using Matrix = std::vector<std::vector<int>>;

Matrix random_matrix(Dice& dice, int rows, int columns) {
  Matrix m(rows, std::vector<int>(columns));
  for (auto& row : m) {
    for (int& value : row) value = dice.between(-9, 9);
  }
  return m;
}

/// A register-by-register array that holds one operand: inputs enter a row later at every row
/// and move right, sums move down. Returns the sums [streamed][column] and the cycles.
struct Stepped {
  Matrix sums;
  int cycles = 0;
};

Stepped step_stationary(const Matrix& held, const Matrix& streamed) {
  const int rows = static_cast<int>(held.size());
  const int columns = static_cast<int>(held[0].size());
  const int length = static_cast<int>(streamed.size());
  Stepped result{Matrix(length, std::vector<int>(columns)), rows};  // a row is loaded each cycle
  Matrix operand(rows, std::vector<int>(columns));
  Matrix sum = operand;
  int left = length * columns;
  for (int t = 0; left > 0; ++t, ++result.cycles) {
    for (int r = rows - 1; r >= 0; --r) {
      for (int c = columns - 1; c >= 0; --c) {
        const bool enters = t - r >= 0 && t - r < length;
        operand[r][c] = c > 0 ? operand[r][c - 1] : enters ? streamed[t - r][r] : 0;
        sum[r][c] = (r > 0 ? sum[r - 1][c] : 0) + operand[r][c] * held[r][c];
      }
    }
    for (int c = 0; c < columns; ++c) {
      const int which = t - (rows - 1) - c;
      if (which < 0 || which >= length) continue;
      result.sums[which][c] = sum[rows - 1][c];
      --left;
    }
  }
  return result;
}

/// Both operands move, sums stay: a [rows][length] from the left, b [length][columns] from above.
Stepped step_output_stationary(const Matrix& a, const Matrix& b) {
  const int rows = static_cast<int>(a.size());
  const int columns = static_cast<int>(b[0].size());
  const int length = static_cast<int>(b.size());
  Stepped result{Matrix(rows, std::vector<int>(columns)), 0};
  std::int64_t left = std::int64_t{rows} * columns * length;
  for (int t = 0; left > 0; ++t, ++result.cycles) {
    for (int r = 0; r < rows; ++r) {
      for (int c = 0; c < columns; ++c) {
        const int which = t - r - c;
        if (which < 0 || which >= length) continue;
        result.sums[r][c] += a[r][which] * b[which][c];
        --left;
      }
    }
  }
  return result;
}

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix p(a.size(), std::vector<int>(b[0].size()));
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < b[0].size(); ++j) {
      for (std::size_t n = 0; n < b.size(); ++n) p[i][j] += a[i][n] * b[n][j];
    }
  }
  return p;
}

struct Golden {
  const char* name;
  std::int64_t pixels, window, filters;
  std::int64_t cycles, input_reads, filter_reads, output_writes;
};

// SCALE-Sim v3 (1d62b68a), 32 x 32, ResNet-50 without padding; "Total Cycles" and the SRAM
// columns. The number of pixels is SCALE-Sim's ceil((H - kernel + stride) / stride) squared.
const Golden kWeightStationary[] = {
    {"Conv1", 110 * 110, 147, 64, 121939, 3557400, 9408, 3872000},
    {"CB2a_1", 56 * 56, 64, 64, 12919, 401408, 4096, 401408},
    {"CB2a_2", 54 * 54, 576, 64, 108359, 3359232, 36864, 3359232},
    {"CB2a_3", 56 * 56, 64, 256, 51679, 1605632, 16384, 1605632},
    {"CB3a_1", 29 * 29, 256, 128, 29919, 861184, 32768, 861184},
    {"CB3a_2", 26 * 26, 1152, 128, 110879, 3115008, 147456, 3115008},
    {"CB4a_2", 12 * 12, 2304, 256, 137087, 2654208, 589824, 2654208},
    {"CB5s", 8 * 8, 1024, 2048, 323583, 4194304, 2097152, 4194304},
    {"FC6", 1, 2048, 1000, 194559, 65536, 2048000, 64000},
};
const Golden kOutputStationary[] = {
    {"Conv1", 110 * 110, 147, 64, 158421, 3557400, 3565632, 822912},
    {"CB2a_2", 54 * 54, 576, 64, 117391, 3359232, 3391488, 198400},
    {"CB3a_1", 29 * 29, 256, 128, 34343, 861184, 884736, 114560},
    {"CB3a_2", 26 * 26, 1152, 128, 106831, 3115008, 3244032, 92160},
    {"CB5a_3", 7 * 7, 512, 2048, 73471, 1605632, 2097152, 108544},
    {"FC6", 1, 2048, 1000, 67519, 65536, 2048000, 3048},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(mapping_systolic_test)

BOOST_AUTO_TEST_CASE(weight_stationary_layers_take_the_published_cycles_and_accesses) {
  for (const Golden& g : kWeightStationary) {
    BOOST_TEST_CONTEXT(g.name) {
      const SystolicFolds folds =
          systolic_folds(Dataflow::kWeightStationary, 32, 32, {g.window, g.pixels, g.filters, 1});
      BOOST_TEST(folds.total_cycles == g.cycles);
      BOOST_TEST(folds.input_reads == g.input_reads);
      BOOST_TEST(folds.filter_reads == g.filter_reads);
      BOOST_TEST(folds.output_writes == g.output_writes);
    }
  }
}

BOOST_AUTO_TEST_CASE(output_stationary_layers_take_the_published_cycles_and_accesses) {
  for (const Golden& g : kOutputStationary) {
    BOOST_TEST_CONTEXT(g.name) {
      const SystolicFolds folds =
          systolic_folds(Dataflow::kOutputStationary, 32, 32, {g.window, g.pixels, g.filters, 1});
      BOOST_TEST(folds.total_cycles == g.cycles);
      BOOST_TEST(folds.input_reads == g.input_reads);
      BOOST_TEST(folds.filter_reads == g.filter_reads);
      // SCALE-Sim counts 64 more in every fold: docs/systolic.md.
      BOOST_TEST(folds.output_writes + 64 * folds.folds() == g.output_writes);
    }
  }
}

// Conv1's "Overall Util %" and "Mapping Efficiency %", both dataflows.
BOOST_AUTO_TEST_CASE(utilization_is_macs_over_pe_cycles) {
  const auto near = boost::test_tools::tolerance(1e-9);
  const MatrixShape conv1{147, 110 * 110, 64, 1};
  const auto ws = systolic_folds(Dataflow::kWeightStationary, 32, 32, conv1);
  BOOST_TEST(ws.utilization == 0.9116750998450044, near);
  BOOST_TEST(ws.mapping_efficiency == 0.91875, near);
  const auto os = systolic_folds(Dataflow::kOutputStationary, 32, 32, conv1);
  BOOST_TEST(os.utilization == 0.7017298842956426, near);
  BOOST_TEST(os.mapping_efficiency == 0.9976912928759894, near);
}

BOOST_AUTO_TEST_CASE(a_fold_takes_as_long_as_its_registers) {
  BOOST_TEST(rc::check("stepped", [] {
    Dice dice(*rc::gen::arbitrary<std::uint32_t>());
    const int rows = dice.between(1, 7);
    const int columns = dice.between(1, 7);
    const int length = dice.between(1, 12);
    const Matrix held = random_matrix(dice, rows, columns);
    const Matrix streamed = random_matrix(dice, length, rows);
    const Stepped stationary = step_stationary(held, streamed);
    RC_ASSERT(stationary.sums == product(streamed, held));
    for (const auto dataflow : {Dataflow::kWeightStationary, Dataflow::kInputStationary}) {
      RC_ASSERT(stationary.cycles == systolic_fold_cycles(dataflow, rows, columns, length));
    }
    const Matrix a = random_matrix(dice, rows, length);
    const Matrix b = random_matrix(dice, length, columns);
    const Stepped output = step_output_stationary(a, b);
    RC_ASSERT(output.sums == product(a, b));
    RC_ASSERT(output.cycles ==
              systolic_fold_cycles(Dataflow::kOutputStationary, rows, columns, length));
  }));
}

// The product's transpose exchanges pixels and filters.
BOOST_AUTO_TEST_CASE(input_stationary_is_weight_stationary_with_the_roles_exchanged) {
  const MatrixShape shape{576, 2916, 64, 1};
  const MatrixShape exchanged{576, 64, 2916, 1};
  const auto is = systolic_folds(Dataflow::kInputStationary, 32, 16, shape);
  const auto ws = systolic_folds(Dataflow::kWeightStationary, 32, 16, exchanged);
  BOOST_TEST(is.total_cycles == ws.total_cycles);
  BOOST_TEST(is.input_reads == ws.filter_reads);
  BOOST_TEST(is.filter_reads == ws.input_reads);
  BOOST_TEST(is.output_writes == ws.output_writes);
  // By hand: ceil(576/32) = 18, ceil(2916/16) = 183 folds of 2 x 32 + 16 + 64 - 2 cycles.
  BOOST_TEST(is.total_cycles == 18 * 183 * 142 - 1);
  BOOST_TEST(is.rows_used == 32);
  BOOST_TEST(is.columns_used == 16);
}

BOOST_AUTO_TEST_CASE(convolution_groups_are_separate_products) {
  const LayerExtent e(convolution(14, 64, 96, 3, 1, 4));
  const MatrixShape shape = matrix_shape(e);
  BOOST_TEST(shape.window == 144);
  BOOST_TEST(shape.filters == 24);
  BOOST_TEST(shape.macs() == e.macs());
  const auto folds = systolic_folds(Dataflow::kWeightStationary, 32, 32, shape);
  BOOST_TEST(folds.folds() == 4 * 5);
  BOOST_TEST(folds.total_cycles == 20 * (94 + 196) - 1);
}

// With room for only some of the rows' partial sums, either they spill or bands are cut, at the
// price of 2R + C - 2 cycles for each further fold.
BOOST_AUTO_TEST_CASE(bands_replace_spilling_partial_sums) {
  AcceleratorSpec spec = accelerator(Dataflow::kWeightStationary);
  spec.glb.partition.partial_sums = Bytes(32 * 56 * 16 * 4);
  const MappingRequest request = request_for(convolution(56, 64, 64, 3, 1));
  const TileProgram program = map_layer(spec, request);
  BOOST_TEST((program.partial_sums == SumPlace::kGlb));
  BOOST_TEST(program.mapping.tile_y == 28);
  std::int64_t cycles = -1;
  for (const Tile& tile : program.tiles) cycles += systolic_fold_cycles(spec.pe_array, tile);
  const auto whole =
      systolic_folds(Dataflow::kWeightStationary, 16, 16, matrix_shape(LayerExtent(request.layer)));
  BOOST_TEST(cycles == whole.total_cycles + whole.folds() * (2 * 16 + 16 - 2));

  Mapping spilling = program.mapping;
  spilling.tile_y = 56;
  BOOST_TEST((unroll(spec, request, spilling).partial_sums == SumPlace::kDram));
}

BOOST_AUTO_TEST_SUITE_END()
