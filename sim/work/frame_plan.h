#pragma once
// What a stream's network means for the hardware, layer by layer, for one choice of execution
// modes: who reads which map in which form, who keeps which state. The same for every frame.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "arch/accelerator.h"
#include "sim/mapping/tile_program.h"
#include "workloads/graph.h"

namespace deltasim {

enum class ExecutionMode : std::uint8_t { kDense, kSpatial, kDelta };
/// "dense", "spatial", "delta"
std::string_view to_string(ExecutionMode mode);

/// In what form a map is passed on.
enum class MapForm : std::uint8_t {
  kDense,   ///< every element
  kActive,  ///< the non-zero elements
  kDelta,   ///< the elements that changed
};
/// The form that a layer in this mode reads.
MapForm form_read_by(ExecutionMode mode);

/// A map that a layer's outputs become, and what the readers want of it.
struct OutputMap {
  int map = 0;                     ///< index into the recorded maps
  std::vector<MapForm> forms;      ///< each once, in the order of MapForm
  bool on_chip = false;            ///< read by the next layer in execution order
  bool to_dram = false;            ///< read by a later one
  std::optional<Window> max_pool;  ///< windows between the layer's site and this map
  bool average_pool = false;
};

struct LayerPlan {
  Layer layer;
  ExecutionMode mode = ExecutionMode::kDense;
  bool input_on_chip = false;  ///< written by the layer just before (where it fits)
  /// Map behind this layer's sum: its site, or a linear sum that a layer reads; -1: the logits.
  int sink = -1;
  /// Last layer of its sum: adds what joins, and sends the result on. The others accumulate only.
  bool emits = true;
  bool accumulates = false;        ///< an earlier layer has already contributed to this sum
  std::vector<int> shortcuts;      ///< maps whose elements are added at the join
  std::vector<OutputMap> outputs;  ///< empty where emits is false
  bool keeps_sum = false;          ///< the pre-activation sum is state between frames
  /// A dense or spatial layer with a delta reader: the previous quantized map is state.
  bool keeps_previous = false;
  /// A delta layer with a dense or spatial reader: the whole map is made again from its sums.
  bool regenerates = false;
  /// Where what it keeps lives; none: where the accelerator's state lives.
  std::optional<StatePlace> state_place{};
};

/// Where what the layer keeps between frames lives.
StatePlace state_place_of(const AcceleratorSpec& accelerator, const LayerPlan& layer);

struct StreamPlan {
  std::vector<RecordedMap> maps;
  std::vector<LayerPlan> layers;  ///< in execution order
};

/// The mode of every layer, in execution order.
using ModeChoice = std::vector<ExecutionMode>;
/// Where every layer's state lives, in execution order; none: where the accelerator's does.
using PlaceChoice = std::vector<StatePlace>;

/// @param modes one a layer of layers_of(graph, maps)
StreamPlan plan_stream(const Graph& graph, const std::vector<RecordedMap>& maps,
                       const ModeChoice& modes);

}  // namespace deltasim
