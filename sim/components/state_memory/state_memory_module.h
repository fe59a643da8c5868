#pragma once
// The state's own memory as a SystemC module: gives its model time, and counts.

#include <tlm_utils/simple_target_socket.h>

#include <optional>

#include "sim/components/state_memory/state_memory_model.h"
#include "sim/components/transfer.h"

namespace deltasim {

class StateMemoryModule : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<StateMemoryModule> socket;

  explicit StateMemoryModule(sc_core::sc_module_name name);

  /// Makes it the memory of `spec`, idle, with a clock that starts now; none where that is null.
  void start(const MemorySpec* spec, const StateMemoryTimes& times, const ClockDomain& clock);
  /// Draws what the banks do until the next start(); nothing where there is no memory.
  void observe(TimelineRecorder& recorder);
  const Activity& activity() const { return activity_; }
  std::int64_t busy_cycles() const { return model_ ? model_->busy_cycles() : 0; }
  /// The cycle in which the last write so far is done.
  std::int64_t finish() const { return model_ ? model_->finish() : 0; }

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);

  ClockDomain clock_;
  std::optional<StateMemoryModel> model_;
  Activity activity_;
  std::optional<CalendarTracks> tracks_;
};

}  // namespace deltasim
