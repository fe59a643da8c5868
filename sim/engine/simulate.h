#pragma once
// One frame of one stream in one choice of modes, or a batch of its frames that share the weights,
// on the described accelerator.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arch/activity.h"
#include "sim/components/pe_array/event_array.h"
#include "sim/timeline/frame_observer.h"
#include "sim/work/frame_job.h"
#include "sim/work/stream_program.h"

namespace deltasim {

/// The resource that was busy for the largest share of a layer's time.
enum class Bottleneck : std::uint8_t { kArray, kNoc, kDram, kDeltaUnit, kStateMemory };
/// "array", "noc", "dram", "delta_unit", "state_memory"
std::string_view to_string(Bottleneck bottleneck);

struct LayerResult {
  std::string name;
  ExecutionMode mode = ExecutionMode::kDense;
  std::string mapping;      ///< as text
  std::int64_t cycles = 0;  ///< of the array's clock
  std::int64_t dense_macs = 0;
  std::int64_t macs = 0;                 ///< executed
  StallCycles stalls{};                  ///< macs + their sum = PEs x lanes x cycles
  double utilization = 0;                ///< macs / (PEs x lanes x cycles)
  std::int64_t array_cycles = 0;         ///< in which the array had a tile to compute
  std::int64_t noc_cycles = 0;           ///< in which the way into the array was in use
  std::int64_t dram_cycles = 0;          ///< in which the DRAM's data buses moved data (their mean)
  std::int64_t delta_unit_cycles = 0;    ///< in which its lanes had work
  std::int64_t state_memory_cycles = 0;  ///< for which its banks were held (their mean)
  Bottleneck bound_by = Bottleneck::kArray;
  std::int64_t state_bytes = 0;  ///< kept between frames
  Activity activity;
};

/// What a frame took, or all frames of a batch together.
struct FrameResult {
  std::vector<LayerResult> layers;  ///< in execution order
  std::int64_t cycles = 0;          ///< sum over the layers: each begins when the last has ended
  double seconds = 0;
};

/// Simulates a batch, layer by layer, from closed DRAM rows and empty pipelines on. May be called
/// any number of times, one call at a time, and gives the same result whatever was simulated
/// before; a process that has begun to must not fork.
/// @param frames as many as the program's batch
/// @param observer writes down what the machine does when; changes nothing of the result
/// @throws InternalError where the simulated machine comes to a halt (and ever after)
FrameResult simulate_batch(const StreamProgram& program, std::span<const BatchFrame> frames,
                           FrameObserver* observer = nullptr);

/// The same for a program whose batch is one frame.
/// @param first frame of the recording: its delta map is the map itself, and there is no state yet
FrameResult simulate_frame(const StreamProgram& program, const FrameRecord& frame, bool first,
                           FrameObserver* observer = nullptr);

}  // namespace deltasim
