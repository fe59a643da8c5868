#pragma once
// A command sequence on one DDR4 device, replayed as DRAMPower replays it: what is counted, and
// what its interface lines do.

#include <cstdint>
#include <vector>

#include "energy/dram_power.h"

namespace deltasim {

/// One command to bank 0. Data are one byte a beat of an x8 device.
struct DramPowerCommand {
  std::int64_t clock = 0;
  dram::Command command = dram::Command::kActivate;
  std::uint32_t column = 0;
  std::vector<std::uint8_t> data{};
};

struct DramPowerSequence {
  std::vector<DramPowerCommand> commands;  ///< in order of their clocks
  std::int64_t end = 0;                    ///< clock at which counting stops
};

/// How often a group of lines rose, and for how long it was low, in line clocks.
struct LineUse {
  double rises = 0;
  double low_clocks = 0;
};

struct DramPowerReplay {
  dram::PowerCounts counts{};  ///< of the core; the interface terms are left zero
  LineUse clock, command, strobe, read, write;
};

/// Every line idles high; a burst that another one follows too early is cut off by it, but its
/// strobe goes on (util/bus.h, util/clock.h, DDR4Interface.cpp of tukl-msd/DRAMPower).
/// @param burst_bits that a read or write is charged for, whatever its data
DramPowerReplay replay(const DramPowerSequence& sequence, std::int64_t burst_bits);

/// Core and interface.
Picojoules sequence_energy(const dram::DramPower& power, const DramPowerReplay& replay);

}  // namespace deltasim
