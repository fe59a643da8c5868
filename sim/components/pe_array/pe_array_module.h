#pragma once
// The PE array as a SystemC module: fetches what a tile needs through the network, gives the
// dataflow's model time, and counts what its datapaths and memories do.

#include <tlm_utils/simple_initiator_socket.h>

#include <optional>

#include "sim/components/pe_array/event_array.h"
#include "sim/components/pe_array/pe_array_tracks.h"
#include "sim/components/transfer.h"
#include "sim/work/layer_job.h"

namespace deltasim {

/// What the array did in one tile, the time it waited for others not included.
struct TileResult {
  std::int64_t macs = 0;  ///< executed
  std::int64_t cycles = 0;
  StallCycles stalls{};  ///< macs + their sum = PEs x lanes x cycles
};

class PeArrayModule : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<PeArrayModule> to_noc;

  explicit PeArrayModule(sc_core::sc_module_name name);

  void start(const AcceleratorSpec& spec, const ClockDomain& clock);
  /// Draws what the array and its groups do until the next start().
  void observe(TimelineRecorder& recorder);
  /// The tiles of the calls below are of this layer, until another is begun.
  void begin_layer(const LayerJob& job);

  // Call from threads, each from one only.

  /// Fills the PEs' weight memories for a tile; returns when they are full.
  void fill(std::size_t tile);
  /// Computes a tile; returns when its last sum is complete.
  TileResult compute(std::size_t tile);
  /// Moves partial sums of a tile from the buffer to the PEs, or to the buffer.
  /// @return how long after now the last has arrived
  sc_core::sc_time move_sums(const Tile& tile, tlm::tlm_command direction);

  /// Sends complete sums to the delta unit, or to the buffer where no delta unit wants them yet.
  /// @return how long after now the last has arrived
  sc_core::sc_time hand_over(std::int64_t outputs, bool to_delta_unit);

  const Activity& activity() const { return activity_; }

 private:
  TileResult compute_tile(const Tile& tile);
  TileResult compute_events(const Tile& tile);
  TileResult compute_systolic(const Tile& tile);
  TileResult compute_row_stationary(const Tile& tile);
  TileResult finish_fixed(const Tile& tile, std::int64_t begin, std::int64_t cycles);
  void move_words(DataKind kind, std::int64_t words, Bits each, tlm::tlm_command direction);
  sc_core::sc_time request_rows(const Tile& tile, const std::vector<int>& rows, std::int64_t events,
                                std::int64_t& first_cycle);
  void count_macs(std::int64_t macs, std::int64_t gated);
  Destinations all_pes() const { return {.groups = 1, .pes_per_group = spec_->pe_array.pes()}; }

  const AcceleratorSpec* spec_ = nullptr;
  const LayerJob* job_ = nullptr;
  std::optional<EventArray> events_;
  ClockDomain clock_;
  Activity activity_;
  Initiator initiator_;
  std::optional<PeArrayTracks> tracks_;
};

}  // namespace deltasim
