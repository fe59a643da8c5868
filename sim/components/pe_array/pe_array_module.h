#pragma once
// The PE array as a SystemC module: fetches what a tile needs through the NoC, gives the
// dataflow's model time, and counts what its datapaths and memories do.

#include <tlm_utils/simple_initiator_socket.h>

#include "sim/components/pe_array/event_array.h"
#include "sim/components/transfer.h"
#include "sim/engine/layer_work.h"

namespace deltasim {

/// What the array did in one tile, the time it waited for others not included.
struct TileResult {
  std::int64_t macs = 0;  ///< executed
  std::int64_t cycles = 0;
  StallCycles stalls{};
};

class PeArrayModule : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<PeArrayModule> to_noc;

  PeArrayModule(sc_core::sc_module_name name, const AcceleratorSpec& spec,
                const ClockDomain& clock);

  /// Fills the PEs' weight memories for a tile. Call from a thread; returns when they are full.
  void fill(const LayerWork& work, const Tile& tile);
  /// Computes a tile. Call from one thread only; returns when its last sum is complete.
  TileResult compute(const LayerWork& work, const Tile& tile);
  /// Moves partial sums of a tile between PEs and buffer. Call from a thread.
  void move_sums(const LayerWork& work, const Tile& tile, tlm::tlm_command direction);

  const Activity& activity() const { return activity_; }

 private:
  TileResult compute_events(const LayerWork& work, const Tile& tile);
  TileResult compute_systolic(const LayerWork& work, const Tile& tile);
  TileResult compute_row_stationary(const LayerWork& work, const Tile& tile);
  TileResult finish_fixed(const LayerWork& work, const Tile& tile, std::int64_t cycles);
  sc_core::sc_time read_rows(const LayerWork& work, const Tile& tile, const std::vector<int>& rows,
                             std::int64_t& first_cycle);
  void read_operand(DataKind kind, std::int64_t bits, const Destinations& to);
  void count_macs(std::int64_t macs, std::int64_t gated);

  const AcceleratorSpec& spec_;
  ClockDomain clock_;
  Activity activity_;
};

}  // namespace deltasim
