#pragma once
// All that is decided about a stream before its frames are seen.

#include <cstdint>
#include <filesystem>
#include <vector>

#include "arch/accelerator.h"
#include "sim/components/dram/dram_model.h"
#include "sim/components/state_memory/state_memory_model.h"
#include "sim/mapping/tile_program.h"
#include "sim/work/address_space.h"
#include "sim/work/frame_plan.h"
#include "traces/trace.h"

namespace deltasim {

/// Input rows of one frame of a batch.
struct FrameRows {
  int frame = 0;
  Range rows;
  bool operator==(const FrameRows&) const = default;
};

/// How a tile depends on others of its layer.
struct TileLinks {
  /// By frame: input rows of all tiles that use the weights which this one loads.
  std::vector<FrameRows> loaded_for;
  std::vector<FrameRows> filled_for;  ///< the same for the weights that it moves into the PEs
  int sums_from = -1;                 ///< tile that left this one's partial sums outside the PEs
};
/// Of every tile of a program.
std::vector<TileLinks> links_of(const TileProgram& program);

/// What does not change from frame to frame.
struct StreamProgram {
  AcceleratorSpec accelerator;
  StreamPlan plan;
  std::vector<TileProgram> programs;          ///< parallel to plan.layers
  std::vector<std::vector<TileLinks>> links;  ///< parallel to programs
  StreamLayout layout;
  dram::DramModel dram;               ///< as it is when a frame starts
  StateMemoryTimes state_memory{};    ///< where the state has a memory of its own
  bool previous_recomputable = true;  ///< X[t-1] follows from Y[t-1] (not so with a threshold)
  int batch = 1;                      ///< frames that share the weights, layer by layer
};

/// What the mapping may expect of one layer. The densities of a few frames will do: they choose
/// the mapping and nothing else.
struct ExpectedDensity {
  double input = 1;    ///< of the form of its input that the layer's mode reads
  double output = 1;   ///< of what it sends on
  double touched = 1;  ///< share of the outputs that get an event
};

/// Where state lives, where that is not the same for all layers.
struct StatePlacement {
  PlaceChoice places{};  ///< one a layer, the same for all layers of a sum; none: the accelerator's
  /// Costs are measured layer by layer, before it is known which layers share the room: they do
  /// not depend on what else lives there, so that more may be there than fits.
  bool must_fit = true;
};

/// Plans, maps and lays out a stream.
/// @param modes one a layer
/// @param expected one a layer, or none: all dense
/// @param dram_folder holds the DRAM parts' files
/// @param batch frames that share the weights; each has maps and state of its own
/// @throws ConfigError where a layer has no legal mapping, the DRAM is too small, or state that is
///         to stay in the global buffer or in a memory of its own does not fit there; what
///         state_technology() throws
StreamProgram make_stream_program(const AcceleratorSpec& accelerator, const StreamInfo& stream,
                                  const ModeChoice& modes,
                                  const std::vector<ExpectedDensity>& expected,
                                  bool previous_recomputable,
                                  const std::filesystem::path& dram_folder,
                                  const StatePlacement& placement = {}, int batch = 1);

/// The mean over frames (at least one), for these modes.
std::vector<ExpectedDensity> expect_densities(const StreamInfo& stream, const ModeChoice& modes,
                                              std::span<const FrameRecord> frames);

}  // namespace deltasim
