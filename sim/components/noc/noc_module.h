#pragma once
// The network between global buffer and PEs as a SystemC module: what the PEs ask for is read
// from the buffer and carried to them.

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <memory>
#include <optional>

#include "sim/components/transfer.h"

namespace deltasim {

class NocModule : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<NocModule> from_array;
  tlm_utils::simple_initiator_socket<NocModule> to_buffer;

  explicit NocModule(sc_core::sc_module_name name);

  /// Makes it the idle network of `spec` for an array of rows x columns.
  void start(const NocSpec& spec, int rows, int columns, const ClockDomain& clock);
  /// Draws what its ways carry until the next start().
  void observe(TimelineRecorder& recorder);
  const Activity& activity() const { return activity_; }
  std::int64_t busy_cycles() const { return model_->busy_cycles(); }

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  void read(tlm::tlm_generic_payload& payload, TransferInfo& info, sc_core::sc_time& delay);
  void write(tlm::tlm_generic_payload& payload, TransferInfo& info, sc_core::sc_time& delay);
  Service carry_in(std::int64_t cycle, const TransferInfo& info);
  void count(const TransferInfo& info, std::int64_t bit_hops);

  ClockDomain clock_;
  std::unique_ptr<NocModel> model_;
  Activity activity_;
  std::optional<CalendarTracks> tracks_;
};

}  // namespace deltasim
