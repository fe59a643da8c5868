#pragma once
// DRAM energy against DRAMPower and DRAMsim3.

#include <filesystem>
#include <vector>

#include "sim/validation/suite.h"

namespace deltasim {

/// The totals of `folder`/summary.csv for the device of `folder`/ddr4.json, each within 1 %.
///
/// `ddr4` is the trace that DRAMPower ships (tests/tests_drampower/resources/ddr4.csv). Of the
/// others only the totals are on record. These sequences give them, and were found by them:
/// idle6720: 6740 clocks; act_pre_1000: activate every 60 clocks, precharge 45 later; rd1024 and
/// wr1024: 8 times 840 clocks of activate, 128 bursts every 6 clocks from clock 16 on, precharge at
/// 807, 64 bytes handed over a burst, which a device of 8 bits cannot move in its 4 clocks: the
/// next burst cuts the data off while the strobe goes on.
/// @throws ConfigError where a file is missing or broken, or a trace is not known
std::vector<ValidationRow> drampower_rows(const std::filesystem::path& folder);

/// Energy a command by DRAMsim3's statistics `folder`/DDR4_8Gb_x8_2400_*.json beside ours; told, as
/// it shares the currents and only its clock (0.83 ns) differs.
/// @throws ConfigError where a file is missing or broken
std::vector<ValidationRow> dramsim3_energy_rows(const std::filesystem::path& folder);

}  // namespace deltasim
