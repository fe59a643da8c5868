#pragma once
// The middle of a run: every frame of every stream, in one choice of modes a stream, simulated in
// worker processes; what was simulated before is read from the disk.
//
// A batch cuts the recording into as many pieces of equal length: one camera each. Step t simulates
// frame t of every piece side by side.

#include <filesystem>
#include <string>
#include <vector>

#include "arch/progress.h"
#include "sim/pipeline/item_result.h"
#include "sim/work/stream_program.h"

namespace deltasim {

/// One execution mode of the whole trace on one accelerator.
struct ModeSetup {
  std::string name;     ///< "delta", "baseline"
  std::string machine;  ///< all that is known of the accelerator, for the items' keys
  std::vector<StreamProgram> streams;  ///< parallel to the trace's; of one batch
};

/// Whether anything is kept between two frames where the accelerator's state lives.
bool keeps_state(const ModeSetup& setup);

/// The streams take turns on one accelerator, and each keeps its state meanwhile.
/// @throws ConfigError where the state of all of them does not fit where it is to live on chip
void require_state_fits(const ModeSetup& setup);

/// By stream, then by step: a frame, or one of every piece of a batch.
using ModeResults = std::vector<std::vector<FrameResult>>;

struct SimulationOptions {
  std::filesystem::path trace;
  std::string trace_sha256;
  std::string tool_version;     ///< another version simulates anew
  std::filesystem::path items;  ///< folder of the results that are done
  std::int64_t frames = 0;      ///< of every stream; a multiple of the batch
  int batch = 1;                ///< of every setup
  int jobs = 1;
};

/// Frames of the recording that a step of a batch simulates.
std::vector<std::int64_t> frames_of_step(std::int64_t step, std::int64_t frames, int batch);

/// Parallel to `setups`; the same for any number of jobs.
/// @throws ConfigError where items failed for the user's input, InternalError where they crashed
///         (both after all others are done and kept); Interrupted; IoError
std::vector<ModeResults> simulate_modes(const std::vector<ModeSetup>& setups,
                                        const SimulationOptions& options,
                                        ProgressListener& progress);

}  // namespace deltasim
