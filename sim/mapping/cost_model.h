#pragma once
// The analytical cost by which mappings are ranked. Expected values, no simulation; the symbols
// below are those of the formulae in cost_model.cpp.
//
// Traffic (exact; equal to what the tiles say, see traffic_of). With n_k, n_y, n_c tiles along
// each dimension (n_k within one convolution group; n_y of all frames of the batch), W weights,
// I = input rows x width x channels, of all frames:
//   weights to the PEs   W x (n_y unless the weights stay: KCY, or KYC with n_c = 1)
//   weights from DRAM    W where they stay in the global buffer (Keep), else as to the PEs
//   inputs to the PEs    n_k x (rows of all bands, halo included) x width x channels
//   inputs from DRAM     new rows only where they stay, once or n_k times by the order
//   sums parked          outputs x (n_c - 1) where the PEs do not keep them, and back again
//
// Cycles. An event-driven tile of e = density x rows x width x channels events takes
//   max(e x slots, work of the busiest PE group, fill), and a fixed time between tiles, with
//   work = density x valid x (y_pe x width x taps) x c_pe x ceil(k_pe / lanes),
// where x_pe = ceil(x / groups_x) holds the imbalance, `valid` is the share of taps inside the
// map, slots = 1 / events that go side by side on the link (times the copies where nothing is
// multicast; at least the event's bits over the buffer's width), and fill = the tile's weight bits
// over that width, hidden behind the tiles that keep the previous weights. Then come drains
// (outputs x touched / delta lanes, since sums are single buffered) and parked sums over the
// buffer's width. Systolic: the folds' closed form; row stationary has a model of its own. A layer
// takes max(array, DRAM bits / DRAM bandwidth) plus a tenth of the smaller (overlap_loss) and its
// first fill.
//
// Energy. Bits (or MACs) of each memory times CostParameters::energy.

#include <cstdint>
#include <span>

#include "sim/mapping/cost_parameters.h"
#include "sim/mapping/footprint.h"
#include "sim/mapping/residency.h"
#include "sim/mapping/tile_program.h"

namespace deltasim {

/// Elements (not bits) that move for one layer, zeros included.
struct MappingTraffic {
  std::int64_t weights_loaded = 0;  ///< DRAM to global buffer
  std::int64_t weights_filled = 0;  ///< global buffer to the PEs, a multicast counting once
  std::int64_t inputs_loaded = 0;   ///< DRAM to global buffer
  /// Global buffer to the PEs, a multicast counting once. Systolic: words into the array.
  std::int64_t inputs_sent = 0;
  std::int64_t sums_parked = 0;  ///< out of the PEs before they are complete (and back once)
  std::int64_t outputs = 0;
  bool operator==(const MappingTraffic&) const = default;
};

/// What the tiles of a program say, summed.
MappingTraffic traffic_of(const LayerExtent& extent, Dataflow dataflow, const TileProgram& program);

class CostModel {
 public:
  CostModel(const AcceleratorSpec& accelerator, const MappingRequest& request,
            const CostParameters& parameters = {});

  /// @param mapping legal (mapping_faults() is empty)
  MappingCost cost(const Mapping& mapping) const;
  /// No more than cost() in either figure, and quicker: the traffic with an ideally used array.
  MappingCost lower_bound(const Mapping& mapping) const;
  MappingTraffic traffic(const Mapping& mapping) const;
  /// Of the PE array, as if DRAM were infinitely fast.
  double array_cycles(const Mapping& mapping) const;

  const LayerExtent& extent() const { return extent_; }

 private:
  /// `count` equal tiles along one dimension.
  struct Run {
    int size = 0;
    std::int64_t count = 0;
  };
  struct Runs {
    Run full, rest;  ///< rest.count is 0 or the number of smaller tiles at the edges
  };
  struct Rows {
    std::int64_t every_band = 0;  ///< sum over the bands, halo counted again
    std::int64_t once = 0;        ///< each row once
  };

  MappingCost systolic_cost(const Mapping& mapping) const;
  MappingTraffic traffic(const Mapping& mapping, const Blocks& blocks, const Residency& kept) const;
  double array_cycles(const Mapping& mapping, const Blocks& blocks, const Residency& kept) const;
  double tile_cycles(const Mapping& mapping, const TileSize& tile) const;
  double event_cycles(const Mapping& mapping, const TileSize& tile, const PeShare& share) const;
  double drain_cycles(const Mapping& mapping) const;
  MappingCost price(const Mapping& mapping, const MappingTraffic& traffic, SumPlace sums,
                    double array_cycles) const;
  double dram_bits(const MappingTraffic& traffic, SumPlace sums) const;
  double glb_bits(const MappingTraffic& traffic, SumPlace sums) const;
  double noc_bit_hops(const Mapping& mapping, const MappingTraffic& traffic) const;
  double first_fill_cycles(const Mapping& mapping) const;
  double state_bits() const;
  /// The same where it lives there, else none.
  double state_bits_in(StatePlace place) const;
  Rows input_rows(int tile_y) const;
  Runs k_runs(int tile_k) const;
  static Runs runs(int extent, int size);

  const AcceleratorSpec& accelerator_;
  MappingRequest request_;
  CostParameters parameters_;
  LayerExtent extent_;
  double weight_bits_, activation_bits_, sum_bits_;
  double event_bits_;
  double event_slots_;     ///< cycles of the link for one event
  double density_;         ///< of what costs cycles: 1 unless zeros are skipped
  double bus_bits_;        ///< a cycle, into the array
  double glb_bits_cycle_;  ///< a cycle, of all banks and ports
  double dram_bits_cycle_;
  double least_array_cycles_;  ///< all lanes busy, and the drains
  std::vector<Rows> rows_;     ///< by tile_y - 1
};

}  // namespace deltasim
