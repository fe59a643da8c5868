#pragma once
// The global buffer's banks and ports as calendars. No SystemC.

#include <cstdint>
#include <vector>

#include "arch/accelerator.h"
#include "sim/timeline/timeline_recorder.h"

namespace deltasim {

/// When a request was served, in cycles.
struct Service {
  std::int64_t begin = 0;  ///< its first access
  std::int64_t end = 0;    ///< the cycle after its last access
};

/// Words of the buffer's width lie in the banks in turn. A bank serves `ports` words a cycle, so a
/// contiguous range runs at the buffer's full rate and two requests that meet in a bank wait for
/// each other. Requests come in the order of their time.
class GlbModel {
 public:
  explicit GlbModel(const GlbSpec& spec);

  /// Reads or writes `bits` from byte `address` on, offered at cycle `time`.
  Service access(std::int64_t time, std::int64_t address, std::int64_t bits);
  /// Bits that all ports move in one cycle.
  std::int64_t bits_per_cycle() const;
  int banks() const { return static_cast<int>(free_.size()); }
  void reset();
  /// Tells of the words that banks serve from here on; nullptr: nobody wants to know.
  void tell(CalendarTracks* listener) { listener_ = listener; }

 private:
  std::int64_t width_;
  std::int64_t ports_;
  std::vector<std::int64_t> free_;  ///< per bank, in port slots (cycles x ports)
  CalendarTracks* listener_ = nullptr;
};

}  // namespace deltasim
