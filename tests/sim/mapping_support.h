#pragma once
// Layers and accelerators for the tests of the mapper.

#include <algorithm>
#include <optional>
#include <random>
#include <string>

#include "arch/accelerator.h"
#include "sim/mapping/candidates.h"
#include "sim/mapping/layer_extent.h"
#include "sim/mapping/tile_program.h"
#include "sim/mapping/unroll.h"

namespace deltasim::test {

/// 256 PEs of two lanes, 8-bit operands, 1 MiB of global buffer.
inline AcceleratorSpec accelerator(Dataflow dataflow,
                                   Partition partition = Partition::kOutputChannel) {
  AcceleratorSpec spec;
  spec.name = "test";
  spec.clock = Hertz(500e6);
  spec.glb.capacity = Bytes(1024 * 1024);
  spec.glb.banks = 8;
  spec.glb.width = Bits(64);
  spec.glb.partition = {Bytes(256 * 1024), Bytes(512 * 1024), Bytes(128 * 1024), Bytes(65536)};
  spec.noc.link_width = Bits(128);
  PeArraySpec& array = spec.pe_array;
  array.rows = 16;
  array.columns = 16;
  array.dataflow = dataflow;
  array.partition = partition;
  array.mac_lanes = 2;
  array.weight_bits = Bits(8);
  array.activation_bits = Bits(8);
  array.partial_sum_bits = Bits(32);
  array.weight_memory = Bytes(4096);
  array.partial_sum_memory = Bytes(4096);
  spec.state.bits = Bits(16);
  return spec;
}

/// Square map and kernel; "same" padding.
inline Layer convolution(int size, int c, int k, int kernel, int stride, int groups = 1) {
  const int pad = (kernel - 1) / 2;
  const int out = (size + 2 * pad - kernel) / stride + 1;
  Layer layer;
  layer.name = "conv";
  layer.input = {size, size, c};
  layer.output = {out, out, k};
  layer.window = {kernel, kernel, stride, stride, pad, pad, pad, pad, 1, 1};
  layer.groups = groups;
  return layer;
}

/// The window covers the whole input.
inline Layer fully_connected(int height, int width, int c, int k) {
  Layer layer;
  layer.name = "fc";
  layer.input = {height, width, c};
  layer.output = {1, 1, k};
  layer.window.kernel_h = height;
  layer.window.kernel_w = width;
  return layer;
}

inline MappingRequest request_for(Layer layer) {
  MappingRequest request;
  request.layer = std::move(layer);
  return request;
}

/// Random numbers of one test case.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  int between(int low, int high) { return std::uniform_int_distribution(low, high)(engine_); }
  template <typename T>
  T one_of(std::initializer_list<T> values) {
    return values.begin()[between(0, static_cast<int>(values.size()) - 1)];
  }

 private:
  std::mt19937 engine_;
};

/// Small, but with every feature: strides, dilation, uneven padding, groups, depthwise, fc.
inline Layer random_layer(Dice& dice) {
  if (dice.between(0, 6) == 0) {
    return fully_connected(dice.between(1, 4), dice.between(1, 4), dice.between(1, 7),
                           dice.between(1, 9));
  }
  Layer layer;
  layer.name = "random";
  layer.groups = dice.one_of({1, 1, 1, 2, 3, 5});
  layer.input = {dice.between(1, 9), dice.between(1, 7), layer.groups * dice.between(1, 5)};
  Window& w = layer.window;
  w.kernel_h = dice.between(1, 4);
  w.kernel_w = dice.between(1, 4);
  w.stride_h = dice.between(1, 3);
  w.stride_w = dice.between(1, 3);
  w.dilation_h = dice.between(1, 2);
  w.dilation_w = dice.between(1, 2);
  const int reach_h = (w.kernel_h - 1) * w.dilation_h + 1;
  const int reach_w = (w.kernel_w - 1) * w.dilation_w + 1;
  w.pad_top = dice.between(0, reach_h);
  w.pad_left = dice.between(0, reach_w);
  w.pad_bottom = std::max(dice.between(0, 2), reach_h - w.pad_top - layer.input.height);
  w.pad_right = std::max(dice.between(0, 2), reach_w - w.pad_left - layer.input.width);
  layer.output = {(layer.input.height + w.pad_top + w.pad_bottom - reach_h) / w.stride_h + 1,
                  (layer.input.width + w.pad_left + w.pad_right - reach_w) / w.stride_w + 1,
                  layer.groups * dice.between(1, 5)};
  return layer;
}

/// From ample to hardly enough for the layers above.
inline AcceleratorSpec random_accelerator(Dice& dice) {
  AcceleratorSpec spec = accelerator(
      dice.one_of({Dataflow::kEventDriven, Dataflow::kEventDriven, Dataflow::kWeightStationary,
                   Dataflow::kOutputStationary, Dataflow::kInputStationary}),
      dice.one_of({Partition::kOutputChannel, Partition::kSpatial, Partition::kInputChannel}));
  PeArraySpec& array = spec.pe_array;
  array.rows = dice.between(1, 6);
  array.columns = dice.between(1, 6);
  array.mac_lanes = dice.between(1, 3);
  array.weight_memory = Bytes(dice.one_of({64, 200, 4000}));
  array.partial_sum_memory = Bytes(dice.one_of({64, 200, 4000}));
  spec.noc.multicast = dice.between(0, 1) == 1;
  spec.glb.partition = {Bytes(dice.one_of({70, 300, 9000})), Bytes(dice.one_of({100, 300, 9000})),
                        Bytes(dice.one_of({40, 300, 9000})), Bytes(1000)};
  return spec;
}

inline MappingRequest random_request(Dice& dice) {
  MappingRequest request = request_for(random_layer(dice));
  request.input_density = dice.between(1, 10) / 10.0;
  request.keeps_state = dice.between(0, 1) == 1;
  request.format = dice.one_of({ActivationFormat::kDense, ActivationFormat::kBitmask,
                                ActivationFormat::kRunLength, ActivationFormat::kCoordinate});
  return request;
}

/// Any sizes and groups, not only those that the search tries; none where no try was legal.
inline std::optional<Mapping> random_mapping(Dice& dice, const AcceleratorSpec& spec,
                                             const MappingRequest& request) {
  const LayerExtent e(request);
  for (int attempt = 0; attempt < 60; ++attempt) {
    Mapping m;
    m.order = dice.one_of({LoopOrder::kKYC, LoopOrder::kYKC, LoopOrder::kKCY});
    m.tile_k = dice.between(1, e.k_per_group);
    m.tile_y = dice.between(1, e.height);
    m.tile_c = dice.between(1, e.c_per_group);
    if (spec.pe_array.dataflow < Dataflow::kRowStationary) {
      m.tile_c = e.c_per_group;
      m.tile_k = std::min(m.tile_k, spec.pe_array.columns);
    } else {
      if (e.groups > 1 && dice.between(0, 1) == 1) {
        m.tile_k = e.k_per_group * dice.between(1, e.groups);
        m.tile_c = e.c_per_group;
      }
      m.groups_k = dice.between(1, 4);
      m.groups_y = dice.between(1, 4);
      m.groups_c = dice.between(1, 4);
    }
    if (mapping_faults(spec, request, e, m).empty()) return m;
  }
  return std::nullopt;
}

}  // namespace deltasim::test
