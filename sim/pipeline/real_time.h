#pragma once
// Frames that come at a fixed rate: what the machine spends while it waits, and whether it keeps
// up.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "arch/accelerator.h"
#include "arch/dram_part.h"
#include "arch/quantities.h"
#include "arch/run_result.h"
#include "energy/dram_power.h"
#include "energy/energy_prices.h"

namespace deltasim {

/// What goes on being spent between two frames.
struct IdleSpending {
  Watts leakage;        ///< of the chip, whose clock stands still but whose supply is on
  Watts state_refresh;  ///< of a state memory that must be refreshed all the time
  /// Of the DRAM, which keeps weights and state; empty where the energy table does not say.
  std::function<Picojoules(Seconds)> dram;
};

/// @param state of the DRAM while it is idle, priced by its part's currents; none: self-refresh
///        where the prices come from the currents too, and not priced where they do not
/// @throws ConfigError where the part does not state a current that is needed
IdleSpending idle_spending(const DramSpec& memory, const dram::DramPart& part,
                           const EnergyPrices& prices, std::optional<dram::IdleState> state);

/// Frames of equal number make one frame of the video; its streams run one after the other on the
/// one accelerator. The frames of a batch come together. The busy time is the figures', and what is
/// spent in it stays there.
/// @pre the mode has frames
RealTimeFigures real_time(const ModeFigures& mode, Hertz rate, const IdleSpending& idle);

/// Whether the idle energy includes the DRAM's.
bool knows_idle_dram(const RealTimeFigures& figures);

/// What a reader must know of a mode's real time: frames that miss the rate, idle energy that is
/// not in the table. None where the mode has no rate.
std::vector<std::string> real_time_notes(const ModeFigures& mode);

/// Notes that reductions and waterfall compare the busy time only, with each mode's energy per
/// frame at the rate against dense execution's. Nothing where no two modes have a rate.
void note_comparison_at_rate(RunResult& result);

}  // namespace deltasim
