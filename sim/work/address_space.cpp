#include "sim/work/address_space.h"

#include <cstddef>

namespace deltasim {
namespace {

std::int64_t bytes_of(std::int64_t elements, std::int64_t bits) {
  return (elements * bits + 7) / 8;
}

std::int64_t weights_of(const Layer& layer) {
  return std::int64_t{layer.output.channels} * (layer.input.channels / layer.groups) *
         layer.window.kernel_h * layer.window.kernel_w;
}

class Allocator {
 public:
  explicit Allocator(std::int64_t alignment) : alignment_(alignment) {}
  std::int64_t take(std::int64_t bytes) {
    const std::int64_t address = end_;
    end_ += (bytes + alignment_ - 1) / alignment_ * alignment_;
    return address;
  }
  std::int64_t end() const { return end_; }

 private:
  std::int64_t alignment_;
  std::int64_t end_ = 0;
};

/// Moves what a frame keeps for the next into a memory of its own.
void lay_out_memory(const AcceleratorSpec& accelerator, const StreamPlan& plan,
                    bool previous_recomputable, Allocator& memory,
                    StreamLayout::FrameTensors& frame) {
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    StreamLayout::LayerTensors& tensors = frame.layers[i];
    if (state_place_of(accelerator, plan.layers[i]) != StatePlace::kMemory) continue;
    const std::size_t first = first_of_sum(plan, i);
    tensors.state = first < i ? frame.layers[first].state
                              : memory.take(bytes_of(sum_bits(accelerator, plan, i), 1));
    tensors.previous =
        memory.take(bytes_of(previous_bits(accelerator, plan, i, previous_recomputable), 1));
  }
}

/// In DRAM. The first frame brings the weights of all.
StreamLayout::FrameTensors lay_out_frame(const AcceleratorSpec& accelerator, const StreamPlan& plan,
                                         Allocator& memory, std::vector<std::int64_t>& weights) {
  const PeArraySpec& pe = accelerator.pe_array;
  StreamLayout::FrameTensors frame;
  for (const RecordedMap& map : plan.maps) {
    // Run lengths and coordinates of a full map take at most as much again as its values.
    const std::int64_t bytes = bytes_of(map.shape.elements(), 2 * pe.activation_bits.value() + 48);
    frame.maps.push_back(memory.take(bytes));
    frame.old_maps.push_back(memory.take(bytes));
  }
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    const Layer& layer = plan.layers[i].layer;
    if (weights.size() == i) {
      weights.push_back(memory.take(bytes_of(weights_of(layer), pe.weight_bits.value())));
    }
    StreamLayout::LayerTensors tensors;
    tensors.previous = memory.take(bytes_of(layer.output.elements(), pe.activation_bits.value()));
    const std::size_t first = first_of_sum(plan, i);
    if (first < i) {
      tensors.parked = frame.layers[first].parked;
      tensors.state = frame.layers[first].state;
    } else {
      tensors.parked = memory.take(bytes_of(layer.output.elements(), pe.partial_sum_bits.value()));
      tensors.state =
          memory.take(bytes_of(layer.output.elements(), accelerator.state.bits.value()));
    }
    frame.layers.push_back(tensors);
  }
  return frame;
}

}  // namespace

std::size_t first_of_sum(const StreamPlan& plan, std::size_t layer) {
  for (std::size_t i = 0; i < layer; ++i) {
    if (plan.layers[i].sink >= 0 && plan.layers[i].sink == plan.layers[layer].sink) return i;
  }
  return layer;
}

std::int64_t sum_bits(const AcceleratorSpec& accelerator, const StreamPlan& plan,
                      std::size_t layer) {
  const LayerPlan& here = plan.layers[layer];
  return here.keeps_sum ? here.layer.output.elements() * accelerator.state.bits.value() : 0;
}

std::int64_t previous_bits(const AcceleratorSpec& accelerator, const StreamPlan& plan,
                           std::size_t layer, bool previous_recomputable) {
  const LayerPlan& here = plan.layers[layer];
  const bool beside_sums = here.keeps_sum && here.emits && here.sink >= 0 && !previous_recomputable;
  if (!beside_sums && !here.keeps_previous) return 0;
  return here.layer.output.elements() * accelerator.pe_array.activation_bits.value();
}

StreamLayout lay_out(const AcceleratorSpec& accelerator, const StreamPlan& plan,
                     bool previous_recomputable, int batch) {
  Allocator memory(StreamLayout::kPage);
  StreamLayout layout;
  for (int frame = 0; frame < batch; ++frame) {
    layout.frames.push_back(lay_out_frame(accelerator, plan, memory, layout.weights));
  }
  layout.end = memory.end();
  const MemorySpec* spec = accelerator.state_memory();
  if (spec == nullptr) return layout;
  Allocator state_memory(spec->width.value() / 8);
  for (StreamLayout::FrameTensors& frame : layout.frames) {
    lay_out_memory(accelerator, plan, previous_recomputable, state_memory, frame);
  }
  layout.memory_end = state_memory.end();
  return layout;
}

std::int64_t state_footprint(const AcceleratorSpec& accelerator, const StreamPlan& plan,
                             std::size_t layer, bool previous_recomputable) {
  const LayerPlan& here = plan.layers[layer];
  const std::int64_t activation = accelerator.pe_array.activation_bits.value();
  std::int64_t bits = 0;
  if (here.mode == ExecutionMode::kDelta &&
      plan.maps[static_cast<std::size_t>(here.layer.input_map)].kind == RecordedMap::Kind::kInput) {
    bits += here.layer.input.elements() * activation;
  }
  if (here.keeps_sum && here.emits) {
    bits += here.layer.output.elements() * accelerator.state.bits.value();
    if (!previous_recomputable && here.sink >= 0) bits += here.layer.output.elements() * activation;
  }
  if (here.keeps_previous) bits += here.layer.output.elements() * activation;
  for (const OutputMap& output : here.outputs) {
    if (here.mode == ExecutionMode::kDelta && output.average_pool) {
      bits += plan.maps[static_cast<std::size_t>(output.map)].shape.elements() *
              accelerator.state.bits.value();
    }
  }
  return (bits + 7) / 8;
}

std::int64_t glb_state_bytes(const AcceleratorSpec& accelerator, const StreamPlan& plan,
                             bool previous_recomputable) {
  std::int64_t bytes = 0;
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    if (state_place_of(accelerator, plan.layers[i]) != StatePlace::kGlb) continue;
    bytes += state_footprint(accelerator, plan, i, previous_recomputable);
  }
  return bytes;
}

std::int64_t state_footprint(const AcceleratorSpec& accelerator, const StreamPlan& plan,
                             bool previous_recomputable) {
  std::int64_t bytes = 0;
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    bytes += state_footprint(accelerator, plan, i, previous_recomputable);
  }
  return bytes;
}

}  // namespace deltasim
