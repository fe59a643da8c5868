#pragma once
// The network between global buffer and PEs as a SystemC module: what the PEs ask for is read
// from the buffer and carried to them.

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <memory>

#include "sim/components/transfer.h"

namespace deltasim {

class NocModule : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<NocModule> from_array;
  tlm_utils::simple_initiator_socket<NocModule> to_buffer;

  NocModule(sc_core::sc_module_name name, const NocSpec& spec, int rows, int columns,
            const ClockDomain& clock);

  const Activity& activity() const { return activity_; }
  std::int64_t link_bits() const { return inward_->link_bits(); }
  std::int64_t latency(const Destinations& to) const { return inward_->latency(to); }

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  Service carry(NocModel& network, std::int64_t cycle, const TransferInfo& info);

  ClockDomain clock_;
  std::unique_ptr<NocModel> inward_;   ///< buffer to PEs
  std::unique_ptr<NocModel> outward_;  ///< PEs to buffer
  Activity activity_;
};

}  // namespace deltasim
