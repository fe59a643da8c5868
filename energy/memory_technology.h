#pragma once
// What a kind of memory costs, how fast it is, and how long it keeps and lasts: a memory technology
// as data (configs/memories/*.yaml; the keys are explained in sram_45nm.yaml).

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arch/accelerator.h"
#include "arch/quantities.h"
#include "energy/energy_table.h"

namespace deltasim {

/// Who says so.
struct Evidence {
  std::string source;     ///< the citation
  bool verified = false;  ///< the figure was read in its source or a public copy of it
  std::string note;
};

/// Energy of one access, as published.
struct AccessEnergy {
  Picojoules energy;
  Bits width;                 ///< bits that the access moves
  std::optional<Bytes> bank;  ///< capacity of the bank; without it, of any
  Evidence evidence;

  /// A figure for one bank holds at its width only; one that is for any bank is linear in the bits.
  bool suits(Bits port) const { return !bank || width == port; }
};

struct AccessTimes {
  Seconds read;         ///< until the data are there
  Seconds read_cycle;   ///< for which a read holds its bank
  Seconds write;        ///< until the data are kept
  Seconds write_cycle;  ///< for which a write holds its bank
  Evidence evidence;
};

/// Power in proportion to the capacity; a figure of zero says why.
struct StandingPower {
  Watts power;
  Bytes capacity;  ///< that it is for
  std::string zero_because;
  Evidence evidence;

  Watts of(Bytes memory) const { return power * (memory / capacity); }
};

struct Retention {
  Seconds time;
  Evidence evidence;
};

struct Endurance {
  double writes = 0;  ///< of one cell, until it fails
  Evidence evidence;
};

struct MemoryTechnology {
  std::string file, name, description;
  double node_nm = 0;
  std::optional<Volts> voltage;
  std::vector<AccessEnergy> read, write;
  AccessTimes times;
  StandingPower leakage;
  std::optional<Retention> retention;    ///< without it, data stay as long as they are wanted
  std::optional<StandingPower> refresh;  ///< what it takes to keep them beyond the retention time
  std::optional<Endurance> endurance;    ///< without it, writes wear nothing out
};

/// @throws ConfigError with every fault: unknown keys, figures that are missing, negative or
///         without a source, times of a cycle below zero
MemoryTechnology read_memory_technology(const std::filesystem::path& file);
/// The same from text; `file` is used in messages only.
MemoryTechnology parse_memory_technology(std::string_view text, const std::string& file);

/// The technology as text for `deltasim show memory`: figures, then sources by number.
std::string describe(const MemoryTechnology& technology);

/// The table with the prices of one memory in place of any that it has for "state_memory": reads
/// and writes, leakage, refresh.
/// @throws ConfigError where the technology has no figures for the width of the memory's ports
EnergyTable with_state_memory(EnergyTable table, const MemoryTechnology& technology,
                              const MemorySpec& memory);

/// The table as it is where the state lives in DRAM or in the global buffer, else with the prices
/// of the memory that the accelerator names, whose technology is looked up in configs/memories.
/// @throws ConfigError for a technology that cannot be read, and as above
EnergyTable with_state_memory(EnergyTable table, const AcceleratorSpec& spec);

/// The technology of the memory where the state lives, where it lives in one.
std::optional<MemoryTechnology> state_technology(const AcceleratorSpec& spec);

}  // namespace deltasim
