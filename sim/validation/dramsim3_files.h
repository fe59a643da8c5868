#pragma once
// What DRAMsim3 reads and writes: a part and controller as an .ini file, counts as JSON.

#include <cstdint>
#include <filesystem>
#include <string>

#include "arch/dram_controller.h"
#include "arch/dram_part.h"

namespace deltasim {

/// An .ini file as DRAMsim3 understands it.
struct Dramsim3Setup {
  dram::DramPart part;
  dram::ControllerSpec controller;
  std::string address_mapping;  ///< in the words of dram::AddressMapping
  int ranks = 1;                ///< as many as channel_size holds
};

/// Reads sections dram_structure, timing and system; the rules between commands are those of
/// src/timing.cc (umd-memsys/DRAMsim3).
/// @throws ConfigError where the file cannot be read, lacks a key, or asks for what is not modelled
Dramsim3Setup read_dramsim3_ini(const std::filesystem::path& file);

/// The counts of channel 0 in its statistics.
struct Dramsim3Counts {
  std::int64_t cycles, reads, writes, activates, precharges, refreshes;
  std::int64_t idle_cycles;  ///< all banks closed, of all ranks
};

/// @throws ConfigError where the file cannot be read or lacks a count
Dramsim3Counts read_dramsim3_counts(const std::filesystem::path& file);

}  // namespace deltasim
