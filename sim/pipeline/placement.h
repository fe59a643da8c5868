#pragma once
// The experiment's key `placement`: how single layers run and where their state lives.
//
//   placement:                      # or the path of a file that has this key
//     default: {mode: spatial}      # of layers that nothing below names; delta where it is left
//     spatial:                      # a stream
//       conv1: {mode: delta, state: glb}
//       "layer1.*": delta           # a shell pattern; names go before patterns, and of several
//                                   # patterns the last one wins

#include <optional>
#include <string>
#include <vector>

#include "arch/accelerator.h"
#include "arch/config_reader.h"
#include "sim/work/frame_plan.h"
#include "traces/trace.h"

namespace deltasim {

/// How a layer runs, and where its state lives.
struct PlacedLayer {
  ExecutionMode mode = ExecutionMode::kDelta;
  std::optional<std::string> state;  ///< "dram", "glb" or a memory; none: the accelerator's place
};

struct PlacementRule {
  std::string stream, layer;  ///< `layer` is a name or a shell pattern
  PlacedLayer placed;
};

struct PlacementSpec {
  std::string file;  ///< where it stands, for messages
  PlacedLayer otherwise;
  std::vector<PlacementRule> rules;  ///< in the file's order
};

/// The value of the key, a map; what is wrong is collected in its document.
/// @param file where it stands, for messages
PlacementSpec read_placement(const ConfigNode& node, const std::string& file);
/// A file with the key `placement`. @throws ConfigError, IoError
PlacementSpec load_placement(const std::string& file);

/// One stream, layer by layer in execution order.
struct StreamChoice {
  ModeChoice modes;
  PlaceChoice places;
};

/// What "glb", "dram" and the names of memories mean on an accelerator.
/// @throws ConfigError where it has no such place, with the nearest
StatePlace place_named(const std::string& name, const AcceleratorSpec& accelerator,
                       const std::string& file, const std::string& key_path);
/// "glb", "dram", or the name of the accelerator's memory.
std::string place_name(StatePlace place, const AcceleratorSpec& accelerator);

/// Parallel to the streams.
/// @throws ConfigError with every stream, layer and place that there is not, and every sum whose
///         layers would not agree
std::vector<StreamChoice> place_layers(const PlacementSpec& placement,
                                       const std::vector<StreamInfo>& streams,
                                       const AcceleratorSpec& accelerator);

/// As a file that load_placement() reads; every layer of every stream.
std::string placement_yaml(const std::vector<StreamChoice>& choices,
                           const std::vector<StreamInfo>& streams,
                           const AcceleratorSpec& accelerator);

}  // namespace deltasim
