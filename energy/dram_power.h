#pragma once
// DRAM energy from command counts, background states and the part's currents, after DRAMPower
// (K. Chandrasekar et al.; L. Steiner et al., "DRAMPower 5", github tukl-msd/DRAMPower,
// standards/ddr4/core_calculation_DDR4.cpp and standards/lpddr4/core_calculation_LPDDR4.cpp).
// Every command is charged what it draws above the standby current that goes on beneath it, so
// that commands and background states simply add up.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "arch/activity.h"
#include "arch/dram_controller.h"
#include "arch/dram_part.h"
#include "arch/quantities.h"

namespace deltasim::dram {

/// The named terms of a DRAM's energy. What is counted: commands to one bank (activate, precharge,
/// refresh_bank) or to a rank (refresh), bits (read, write, io_read, io_write), clocks of a rank
/// (the states and io_clock), clocks of an open bank (active_banks), commands (io_command).
enum class PowerTerm : std::uint8_t {
  kActivate,
  kPrecharge,
  kRead,
  kWrite,
  kRefresh,
  kRefreshBank,
  kActiveStandby,
  kActiveBanks,  ///< what rho below 1 charges every open bank
  kPrechargedStandby,
  kActivePowerDown,
  kPrechargedPowerDown,
  kSelfRefresh,
  kIoRead,   ///< I/O and termination of the data and their strobes
  kIoWrite,  ///< I/O and termination of the data and their strobes
  kIoCommand,
  kIoClock,
};
inline constexpr std::size_t kPowerTerms = 16;
/// "activate", "precharge", ..., "io_clock": the keys of result.json
std::string_view to_string(PowerTerm term);

/// What the simulation counts of a DRAM.
inline constexpr std::array kDramActions{Action::kActivate,
                                         Action::kRead,
                                         Action::kWrite,
                                         Action::kRefresh,
                                         Action::kRefreshBank,
                                         Action::kActiveStandby,
                                         Action::kPrechargedStandby,
                                         Action::kActivePowerDown,
                                         Action::kPrechargedPowerDown,
                                         Action::kSelfRefresh};

using PowerCounts = std::array<std::int64_t, kPowerTerms>;

/// Energies by term.
struct PowerTerms {
  std::array<Picojoules, kPowerTerms> terms{};

  Picojoules at(PowerTerm term) const { return terms[static_cast<std::size_t>(term)]; }
  Picojoules total() const;
};

/// What one unit of a term costs, in all devices of a rank together; `missing` says which current
/// the part does not state, or is empty.
struct UnitEnergy {
  Picojoules energy;
  std::string missing;

  bool known() const { return missing.empty(); }
};

class DramPower {
 public:
  /// @throws ConfigError where the part says nothing of its currents
  explicit DramPower(const DramPart& part);

  const UnitEnergy& unit(PowerTerm term) const { return units_[static_cast<std::size_t>(term)]; }

  /// One unit of a DRAM action of Activity: a bit, a command or a rank clock. An activate pays
  /// for its precharge, and commands for their way over the command bus.
  UnitEnergy unit(Action action) const;

  /// @throws ConfigError where a count that is not zero needs a current that the part does not
  /// state
  PowerTerms energy(const PowerCounts& counts) const;

  /// What the DRAM's counts of an activity are in terms.
  PowerCounts counts(const Activity& activity) const;

  const DramPart& part() const { return part_; }

 private:
  DramPart part_;
  std::array<UnitEnergy, kPowerTerms> units_;
};

/// A line that rose `rises` times and was low for `low_clocks`: C V^2 / 2 a rise, and V^2 / R while
/// low (pull-up termination; interface_calculation_DDR4.cpp).
Picojoules line_energy(const BusLine& line, Volts voltage, double rises, double low_clocks,
                       Seconds clock);

/// Share of the time in which a rank can do nothing but refresh, while `refreshes` of all banks
/// and `bank_refreshes` of one bank (of which the others go on) take place in `time` on so many
/// ranks. tRFC / tREFI at the standard rate.
double refresh_busy_fraction(const DramPart& part, std::int64_t refreshes,
                             std::int64_t bank_refreshes, int ranks, Seconds time);

/// What a DRAM does that nobody uses until the next frame.
enum class IdleState : std::uint8_t {
  kPrechargedStandby,    ///< ready, refreshed by the controller
  kPrechargedPowerDown,  ///< clock enable low, refreshed by the controller
  kSelfRefresh,          ///< refreshes itself
};

struct IdlePower {
  Watts background, refresh;
};
/// Of one rank, which costs in a state what it costs in a simulation. The controller refreshes it
/// as often as it always does, a rank or a bank at a time; self-refresh has its refreshes in IDD6,
/// whatever the controller does. The time to enter and leave a state is not counted.
/// @throws ConfigError where the part does not state a current that is needed
IdlePower idle_power(const DramPart& part, const ControllerSpec& controller, IdleState state);

/// The energy of all ranks of all channels while nothing is asked of them.
/// @throws ConfigError where the part does not state a current that is needed
Picojoules idle_energy(const DramPart& part, const ControllerSpec& controller, int ranks,
                       int channels, Seconds idle, IdleState state);

}  // namespace deltasim::dram
