#pragma once
// What a DRAM channel tells of itself to whoever draws it. Off by default.

#include <utility>
#include <vector>

#include "sim/components/dram/timing_state.h"

namespace deltasim::dram {

/// Bursts that were offered at `clock`, or whose data were on the bus: burst k from
/// clock + k * pace on.
struct BusRecord {
  enum class What : std::uint8_t { kOffered, kRead, kWrite };
  What what = What::kOffered;
  Clock clock = 0;
  Clock pace = 0;
  std::int64_t bursts = 0;
};

/// Goes with its channel when that is copied, so that a copy that runs ahead tells nothing in the
/// name of the channel that it was copied from.
class BusLog {
 public:
  void turn_on() { on_ = true; }
  bool is_on() const { return on_; }
  void add(const BusRecord& record) {
    if (on_) records_.push_back(record);
  }
  /// What was added since the last call.
  std::vector<BusRecord> take() { return std::exchange(records_, {}); }

 private:
  bool on_ = false;
  std::vector<BusRecord> records_;
};

}  // namespace deltasim::dram
