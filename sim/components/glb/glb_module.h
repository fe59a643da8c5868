#pragma once
// The global buffer as a SystemC module: gives its model time, and counts.

#include <tlm_utils/multi_passthrough_target_socket.h>

#include "sim/components/glb/glb_model.h"
#include "sim/components/transfer.h"

namespace deltasim {

class GlbModule : public sc_core::sc_module {
 public:
  /// Any number of initiators.
  tlm_utils::multi_passthrough_target_socket<GlbModule> socket;

  GlbModule(sc_core::sc_module_name name, const GlbSpec& spec, const ClockDomain& clock);

  const Activity& activity() const { return activity_; }

 private:
  void b_transport(int initiator, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);

  ClockDomain clock_;
  GlbModel model_;
  Activity activity_;
};

}  // namespace deltasim
