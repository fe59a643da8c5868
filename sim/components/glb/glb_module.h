#pragma once
// The global buffer as a SystemC module: gives its model time, and counts.

#include <tlm_utils/multi_passthrough_target_socket.h>

#include <optional>

#include "sim/components/glb/glb_model.h"
#include "sim/components/transfer.h"

namespace deltasim {

class GlbModule : public sc_core::sc_module {
 public:
  /// Any number of initiators.
  tlm_utils::multi_passthrough_target_socket<GlbModule> socket;

  explicit GlbModule(sc_core::sc_module_name name);

  /// Makes it the buffer of `spec`, empty, with a clock that starts now.
  void start(const GlbSpec& spec, const ClockDomain& clock);
  /// Draws what the banks do until the next start().
  void observe(TimelineRecorder& recorder);
  const Activity& activity() const { return activity_; }

 private:
  void b_transport(int initiator, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);

  ClockDomain clock_;
  std::optional<GlbModel> model_;
  Activity activity_;
  std::optional<CalendarTracks> tracks_;
};

}  // namespace deltasim
