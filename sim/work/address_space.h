#pragma once
// Where the tensors of a stream lie: in DRAM, where every tensor starts at a page of its own, and
// in the state's own memory, where it starts at a word.

#include <cstdint>
#include <vector>

#include "arch/accelerator.h"
#include "sim/work/frame_plan.h"

namespace deltasim {

/// Addresses in bytes. Every map has room for its dense form and a mask, whatever its format.
struct StreamLayout {
  struct LayerTensors {
    /// Pre-activation sums, one set a sum: shared by its layers. In the state's own memory where
    /// it has one, as the next.
    std::int64_t state = 0;
    std::int64_t previous = 0;  ///< the last frame's quantized outputs, where they are kept
    std::int64_t parked = 0;    ///< partial sums between tiles, or layers of a sum: shared, too
  };
  /// What every frame of a batch has of its own.
  struct FrameTensors {
    std::vector<LayerTensors> layers;
    std::vector<std::int64_t> maps;      ///< by recorded map
    std::vector<std::int64_t> old_maps;  ///< of the frame before, where it is read again
  };
  std::vector<std::int64_t> weights;  ///< by layer; all frames of a batch use the same
  std::vector<FrameTensors> frames;   ///< of the batch
  std::int64_t end = 0;               ///< bytes in all, in DRAM
  std::int64_t memory_end = 0;        ///< bytes in the state's own memory, if it has one

  static constexpr std::int64_t kPage = 4096;
};

/// @param previous_recomputable the last frame's outputs follow from the sums
StreamLayout lay_out(const AcceleratorSpec& accelerator, const StreamPlan& plan,
                     bool previous_recomputable, int batch = 1);

/// Bits of a layer's sums and previous outputs, as a memory of their own holds them for one frame
/// of a batch. Layers of one sum share theirs, which are the first one's.
std::int64_t sum_bits(const AcceleratorSpec& accelerator, const StreamPlan& plan,
                      std::size_t layer);
std::int64_t previous_bits(const AcceleratorSpec& accelerator, const StreamPlan& plan,
                           std::size_t layer, bool previous_recomputable);
/// The first of the layers that add to the same sum as this one.
std::size_t first_of_sum(const StreamPlan& plan, std::size_t layer);

/// Bytes of what one frame of a batch keeps in the global buffer for the next. What pooling and the
/// network's input keep counts where the layer's state lives.
std::int64_t glb_state_bytes(const AcceleratorSpec& accelerator, const StreamPlan& plan,
                             bool previous_recomputable);

/// Bytes of all state that one frame of a batch keeps for the next.
std::int64_t state_footprint(const AcceleratorSpec& accelerator, const StreamPlan& plan,
                             bool previous_recomputable);
/// The share of one layer (its own sums, or what it keeps of its input or outputs).
std::int64_t state_footprint(const AcceleratorSpec& accelerator, const StreamPlan& plan,
                             std::size_t layer, bool previous_recomputable);

}  // namespace deltasim
