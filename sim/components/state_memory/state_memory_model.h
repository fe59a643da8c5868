#pragma once
// A memory of its own for the state: its banks and ports as calendars. No SystemC.

#include <cstdint>
#include <span>
#include <vector>

#include "arch/accelerator.h"
#include "energy/memory_technology.h"
#include "sim/components/dram/dram_model.h"
#include "sim/timeline/timeline_recorder.h"

namespace deltasim {

/// Times of a technology in whole cycles of the accelerator's clock, at least one each.
struct StateMemoryTimes {
  std::int64_t read = 1;         ///< until the data are there
  std::int64_t read_cycle = 1;   ///< for which a read holds a port of its bank
  std::int64_t write = 1;        ///< until the data are kept
  std::int64_t write_cycle = 1;  ///< for which a write holds a port of its bank
};
/// Rounds up, as a synchronous design must.
StateMemoryTimes cycles_of(const AccessTimes& times, Hertz clock);

/// When a request was served, in cycles.
struct StateMemoryService {
  std::int64_t words = 0;     ///< that were moved: whole ones
  std::int64_t accepted = 0;  ///< its last access has begun
  std::int64_t end = 0;       ///< its last data are there, or kept
};

/// Words of a port's width lie in the banks in turn. A bank begins `ports` accesses every time that
/// an access holds it, so that slow writes limit how many banks' worth of data pass, and two
/// requests that meet in a bank wait for each other. Requests come in the order of their time.
class StateMemoryModel {
 public:
  StateMemoryModel(const MemorySpec& spec, const StateMemoryTimes& times);

  /// Reads or writes byte ranges, offered at cycle `time`.
  StateMemoryService access(std::int64_t time, std::span<const dram::ByteRange> ranges, bool write);

  int banks() const { return static_cast<int>(free_.size()); }
  /// Tells of the accesses that hold a bank from here on; nullptr: nobody wants to know.
  void tell(CalendarTracks* listener) { listener_ = listener; }
  std::int64_t word_bits() const { return width_; }
  /// Cycles for which the banks were held, on average over banks and ports.
  std::int64_t busy_cycles() const;
  /// When everything that was offered so far is done.
  std::int64_t finish() const { return finish_; }

 private:
  void access(std::int64_t time, const dram::ByteRange& range, bool write,
              StateMemoryService& service);

  std::int64_t width_;
  std::int64_t ports_;
  StateMemoryTimes times_;
  std::vector<std::int64_t> free_;  ///< per bank, in port slots (cycles x ports)
  std::int64_t held_ = 0;           ///< port slots in all
  std::int64_t finish_ = 0;
  CalendarTracks* listener_ = nullptr;
};

}  // namespace deltasim
