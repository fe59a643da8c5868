#pragma once
// The row-stationary dataflow of Eyeriss (Chen, Emer, Sze, ISCA 2016; Chen, Krishna, Emer, Sze,
// JSSC 52(1), 2017): logical sets on the array, passes, their cycles and their traffic, in closed
// form. The names m, n, e, p, q, r, t, N, M, C, R, S, E, F, U are the papers'.
//
// A logical set convolves one row of filters with one row of inputs in each PE: R rows by e
// columns give e output rows of one 2-D convolution. Sets wider than the array are cut into
// segments that lie above one another; what is left of the array holds more sets, r of other
// input channels and t of other filters. Every PE interleaves p filters and q channels. One pass
// therefore does p t filters, q r channels, e output rows and n images; the partial sums of m
// filters wait in the global buffer until all channels have passed.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arch/accelerator.h"
#include "arch/errors.h"
#include "sim/mapping/layer_extent.h"
#include "sim/mapping/row_stationary_mapping.h"

namespace deltasim {

/// What the dataflow sees of an accelerator.
struct RowStationaryArray {
  int rows = 0, columns = 0;
  int lanes = 1;                                         ///< products of a PE in a cycle
  int filter_words = 0, input_words = 0, sum_words = 0;  ///< of a PE's scratch pads
  int filter_bits = 0, input_bits = 0, sum_bits = 0;     ///< of a word
  std::int64_t bank_bits = 0;                            ///< of the global buffer
  int banks = 0;     ///< of the global buffer, shared by inputs and partial sums
  int bus_bits = 0;  ///< of each of the buses for filters, for sums read and for sums written
  int pipeline = 0;  ///< cycles from a scratch pad's read to the sum
};
/// Shares and widths of a row-stationary accelerator. Inputs have a bus of one word a cycle of
/// their own. Inputs and partial sums share their two parts of the buffer, in whole banks.
RowStationaryArray row_stationary_array(const AcceleratorSpec& accelerator);

/// Cycles of one pass.
struct PassCycles {
  std::int64_t filters = 0;       ///< p t q r R S words into the scratch pads, before all else
  std::int64_t first_inputs = 0;  ///< the first S columns of every row, on the input bus
  std::int64_t compute = 0;       ///< p q S f n in every PE, by its lanes
  std::int64_t sums = 0;          ///< on the bus that brings them, and on that which takes them
  std::int64_t inputs = 0;        ///< the other columns, on the input bus
  std::int64_t drain = 0;         ///< pipeline, way up the sets, the last sums on their bus

  /// Compute and the three buses work side by side, after the start and before the end.
  std::int64_t total() const;
};

/// What a layer takes, for all its images.
struct RowStationaryWork {
  std::int64_t passes = 0;
  std::int64_t cycles = 0;
  std::int64_t compute_cycles = 0;  ///< in which PEs multiply
  std::int64_t start_cycles = 0;    ///< in which they wait for filters and first inputs
  int active_pes = 0;               ///< of the replicated sets
  // Words, one way each.
  std::int64_t sums_read = 0, sums_written = 0;  ///< between global buffer and array
  std::int64_t inputs_read = 0;                  ///< from the global buffer, border included
  std::int64_t filters_read = 0;                 ///< into the scratch pads, before multicast
  std::int64_t input_fills = 0;                  ///< scratch-pad writes, after multicast
  std::int64_t filter_fills = 0;                 ///< scratch-pad writes, after multicast
  std::int64_t sum_hops = 0;                     ///< from a PE to the one above it
  std::int64_t dram_weights = 0;
  std::int64_t dram_inputs = 0;   ///< border included, before coding
  std::int64_t dram_outputs = 0;  ///< before coding
  /// Between global buffer and array, filters not included: what the chip's papers count.
  std::int64_t glb_words() const { return sums_read + sums_written + inputs_read; }

  /// Adds so many times as much; PEs at work are the most of both.
  void add(const RowStationaryWork& other, std::int64_t times = 1);
};

/// A layer on an array: which mappings are legal, what they cost, which is best.
class RowStationaryModel {
 public:
  /// @param images that are done one after the other with the same weights, N
  RowStationaryModel(const RowStationaryArray& array, const LayerExtent& extent, int images);

  /// Sets that the array holds of so many output rows; 0 where not one fits.
  int sets(int e) const;
  /// Pieces that a set wider than the array is cut into.
  int segments(int e) const;
  /// Passes that one kernel needs because it has more rows than the array: 1, but for such.
  int kernel_folds() const { return ceil_div(extent_.window.kernel_h, array_.rows); }
  int active_pes(const RowStationaryMapping& mapping) const;

  /// Within scratch pads, array and banks, and m a multiple of p t that divides the filters.
  bool legal(const RowStationaryMapping& mapping) const;
  /// Every limit that the mapping breaks; empty where it is legal.
  std::vector<Fault> faults(const RowStationaryMapping& mapping, const std::string& layer) const;
  RowStationaryWork work(const RowStationaryMapping& mapping) const;
  /// The passes of m filters and so many output rows, e at most, of all channels of their
  /// convolution group and all columns. DRAM words are not counted.
  RowStationaryWork block(const RowStationaryMapping& mapping, int rows, int images) const;
  /// A pass on so many output rows and columns, channels and images.
  PassCycles pass(const RowStationaryMapping& mapping, int rows, int columns, int channels,
                  int images) const;

  /// Of the mappings that keep at least 90 % of the PEs at work which the best one keeps, that
  /// with the least DRAM traffic; of these the fastest; of these the one with the least traffic
  /// of the global buffer; of these the first enumerated.
  /// @param input_density expected share of non-zero inputs: run-length coded maps cost that
  /// @return nothing where no mapping is legal
  std::optional<RowStationaryMapping> best(double input_density) const;
  /// Those among which best() chooses.
  std::vector<RowStationaryMapping> legal_mappings() const;

 private:
  int input_rows(int output_rows) const;
  int input_columns(int output_columns) const;
  bool inputs_fit_a_bank(int e, int f, int channels) const;
  std::int64_t banks_for(std::int64_t words, int bits) const;
  int array_rows() const;  ///< that one fold of a set takes
  std::int64_t strips(const RowStationaryMapping& mapping) const;
  std::int64_t input_words(const RowStationaryMapping& mapping) const;
  double dram_words(const RowStationaryMapping& mapping, double input_density) const;
  RowStationaryWork pass_work(const RowStationaryMapping& mapping, int rows, int columns,
                              int channels, int images) const;
  /// "What is needed <= what is there".
  struct Limit {
    const char* key;      ///< of the accelerator file, or of the mapping
    const char* subject;  ///< what is needed
    std::int64_t needed;
    std::int64_t there;
  };
  std::array<Limit, 9> limits(const RowStationaryMapping& mapping) const;
  template <typename Visit>
  void for_each_outer(Visit visit) const;
  template <typename Visit>
  void for_each_inner(const RowStationaryMapping& outer, Visit visit) const;

  RowStationaryArray array_;
  LayerExtent extent_;
  int images_;
};

}  // namespace deltasim
