#pragma once
// The delta unit as a SystemC module: adds complete sums to their state, makes outputs of them and
// encodes these. Without state (dense, spatial execution) it is the activation unit.

#include <tlm_utils/simple_initiator_socket.h>

#include <functional>
#include <optional>

#include "sim/components/module_tracks.h"
#include "sim/components/transfer.h"
#include "sim/work/layer_job.h"

namespace deltasim {

class DeltaUnitModule : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<DeltaUnitModule> to_buffer;
  tlm_utils::simple_initiator_socket<DeltaUnitModule> to_state_memory;

  explicit DeltaUnitModule(sc_core::sc_module_name name);

  void start(const AcceleratorSpec& spec, const ClockDomain& clock);
  /// Draws what its lanes do until the next start().
  void observe(TimelineRecorder& recorder);

  /// Takes so many sums from the PEs; returns how long after now they have come.
  using SumSource = std::function<sc_core::sc_time(std::int64_t)>;
  /// Makes a tile's sums into outputs. Call from a thread; returns when the last sum has left the
  /// PEs and been worked on.
  void process(const LayerJob& job, const Tile& tile, const SumSource& sums);

  const Activity& activity() const { return activity_; }
  /// Cycles in which the lanes had work.
  std::int64_t busy_cycles() const { return busy_; }

 private:
  struct DrainWork;
  struct Chunk {
    std::int64_t index, of;
  };
  /// Each returns the cycle in which the last of a chunk's data have come (or are kept).
  std::int64_t pass_buffer(const DrainWork& work, const Tile& tile, const Chunk& chunk,
                           tlm::tlm_command direction);
  std::int64_t pass_state_memory(DrainWork& work, const Chunk& chunk, tlm::tlm_command direction);
  void count(const LayerJob& job, const Tile& tile, const LayerJob::Pooling& pooling);

  const AcceleratorSpec* spec_ = nullptr;
  ClockDomain clock_;
  Activity activity_;
  std::int64_t busy_ = 0;
  std::int64_t writes_accepted_ = 0;  ///< cycle in which the state's memory has begun the last
  Initiator initiator_;
  std::optional<ModuleTracks> lanes_;
};

}  // namespace deltasim
