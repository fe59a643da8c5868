#pragma once
// How long a memory lasts that is written whenever an event touches the state, and how long the
// state lasts in it.

#include <optional>
#include <string>

#include "arch/run_result.h"
#include "energy/memory_technology.h"
#include "sim/pipeline/simulation.h"

namespace deltasim {

struct StateLifetime {
  double frames_per_second = 0;
  double writes_per_cell_per_s = 0;  ///< where wear is levelled over the whole memory
  double hours = 0;                  ///< until the cells have taken all the writes that they can
  std::string hottest_layer;         ///< whose cells are written the most
  double hours_unlevelled = 0;       ///< until its cells have, where every layer keeps its own
};

/// From the writes of all frames but the first, which happens once (of the first, where there is
/// no other), spread evenly over the cells: over all of the memory, or over those of one layer.
/// Nothing where the technology does not wear out or nothing was written.
std::optional<StateLifetime> state_lifetime(const ModeSetup& setup, const ModeResults& results,
                                            const MemoryTechnology& technology,
                                            double frames_per_second);

/// "at 30 frames/s ..." with what the figures take for granted.
std::string describe(const StateLifetime& lifetime, const MemoryTechnology& technology,
                     const std::string& mode);

/// Puts the hours into a mode's figures.
/// @param frame_rate of the video, where one is given; else, and where frames take longer, they
///        follow each other
/// @return the note that its reader needs; empty where the memory outlasts ten years
/// @throws ConfigError as require_retention()
std::string weigh_state_memory(const ModeSetup& setup, const ModeResults& results,
                               const MemoryTechnology& technology, std::optional<Hertz> frame_rate,
                               ModeFigures& mode);

/// @throws ConfigError where the memory forgets before the next frame and nothing refreshes it
void require_retention(const MemoryTechnology& technology, double frames_per_second);

}  // namespace deltasim
