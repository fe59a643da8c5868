#pragma once
// The DRAM as a SystemC module: gives its model time, and counts bursts as bits by what they carry.

#include <tlm_utils/simple_target_socket.h>

#include <optional>

#include "sim/components/dram/dram_tracks.h"
#include "sim/components/transfer.h"

namespace deltasim {

class DramModule : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<DramModule> socket;

  explicit DramModule(sc_core::sc_module_name name);

  /// Makes it a copy of `model`, with a clock that starts now.
  void start(const dram::DramModel& model);
  /// Draws the channels until the next start().
  void observe(TimelineRecorder& recorder);
  /// Draws what is on the channels' buses up to now, too.
  void draw_until_now();
  /// Commands count as issued when everything offered so far is served; background states are
  /// counted up to now.
  Activity activity() const;
  dram::Counters counters() const { return model_->counters(); }
  /// When the last data beat of all so far is over, as picoseconds since start().
  std::int64_t finish_ps();
  std::int64_t clock_period_ps() const { return clock_.period_ps(); }

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  void count(const TransferInfo& info, bool write);

  ClockDomain clock_;
  std::optional<dram::DramModel> model_;
  Activity moved_;
  std::optional<DramTracks> tracks_;
};

}  // namespace deltasim
