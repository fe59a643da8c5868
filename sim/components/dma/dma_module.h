#pragma once
// Moves data between DRAM and global buffer.

#include <tlm_utils/simple_initiator_socket.h>

#include <optional>

#include "sim/components/module_tracks.h"
#include "sim/components/transfer.h"
#include "sim/work/layer_job.h"

namespace deltasim {

class DmaModule : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<DmaModule> to_dram;
  tlm_utils::simple_initiator_socket<DmaModule> to_buffer;

  explicit DmaModule(sc_core::sc_module_name name);

  void start(const AcceleratorSpec& spec, std::int64_t burst_bytes);
  /// Draws transfers until the next start(). Call it in the moment of that.
  void observe(TimelineRecorder& recorder);

  // Call from a thread. Several may be under way at a time: they take turns chunk by chunk.

  /// From DRAM into the buffer, decoded on the way where it holds the other form; returns when the
  /// DRAM's controller has taken the last burst, so that the next load may follow without a gap.
  /// @return when the last bit has come; now where `traffic` has no ranges
  sc_core::sc_time load(const Traffic& traffic);
  /// From the buffer to DRAM; returns when the DRAM's controller has taken the last burst.
  void store(const Traffic& traffic);

  const Activity& activity() const { return activity_; }

 private:
  sc_core::sc_time copy(const Traffic& traffic, bool load);

  const AcceleratorSpec* spec_ = nullptr;
  std::int64_t burst_bytes_ = 64;
  Activity activity_;
  std::optional<ModuleTracks> loads_, stores_;
  Initiator initiator_;
};

}  // namespace deltasim
