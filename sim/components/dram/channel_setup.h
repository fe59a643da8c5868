#pragma once
// What a DRAM channel is built from, and what it counts.

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "arch/activity.h"
#include "arch/dram_controller.h"
#include "arch/dram_part.h"
#include "sim/components/dram/address_mapping.h"
#include "sim/components/dram/background_states.h"
#include "sim/components/dram/timing_state.h"

namespace deltasim::dram {

struct IssuedCommand {
  Clock clock;
  Command command;
  int bank;  ///< any of the rank, for commands to a whole rank
};

struct ChannelOptions : ControllerSpec {
  bool closed_form = true;
  std::vector<IssuedCommand>* log = nullptr;  ///< an observer's: gets every command
};

struct Counters {
  std::int64_t reads = 0;   ///< bursts
  std::int64_t writes = 0;  ///< bursts
  /// Rows opened, by the kind of data of the burst that each was opened for.
  std::array<std::int64_t, kDataKinds> activates_for{};
  std::int64_t precharges = 0;      ///< banks closed, whatever command did it
  std::int64_t row_hits = 0;        ///< bursts whose row was open already
  std::int64_t row_misses = 0;      ///< bursts whose bank was closed
  std::int64_t row_conflicts = 0;   ///< bursts for which another row was closed
  std::int64_t refreshes = 0;       ///< refresh commands, each of one rank
  std::int64_t bank_refreshes = 0;  ///< refresh commands of one bank
  Clock busy = 0;                   ///< clocks in which the data bus moved data
  StateClocks states;               ///< rank clocks; their sum is ranks x channels x clocks

  /// Rows opened.
  std::int64_t activates() const;
  Counters& operator+=(const Counters& other);
  bool operator==(const Counters&) const = default;
};

/// What a channel is built from; shared by all channels and their copies, never changed.
struct ChannelSetup {
  ChannelSetup(DramPart part, AddressMapping mapping, ChannelOptions options);

  DramPart part;
  AddressMapping mapping;
  ChannelOptions options;
  std::shared_ptr<const TimingTable> table;
  /// Clocks from burst to burst in a run, for reads and for writes; 0 where the part and the
  /// mapping give no even pace.
  std::array<Clock, 2> pace;
  /// For which a refresh command keeps its rank or bank busy.
  Clock refresh_clocks;
  /// Between two refreshes of the same banks; 0 where there are none.
  Clock refresh_interval;

  /// What one refresh command refreshes: a rank or a bank. Units are numbered as those are.
  int refresh_units() const;
  Command refresh_command() const;
  BankSet refreshed_banks(int unit) const;
  /// When the first refresh of each unit is due: they take turns, so that not all are away at
  /// once. Empty where there are none.
  std::vector<Clock> first_refreshes() const;
  /// When the precharge starts that a column command with auto-precharge at `clock` brings.
  Clock auto_precharge_start(const TimingState& timing, int bank, bool write, Clock clock) const;

 private:
  Clock pace_of(Command column) const;
};

}  // namespace deltasim::dram
