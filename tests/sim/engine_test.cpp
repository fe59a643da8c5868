#include <boost/test/unit_test.hpp>
#include <numeric>

#include "arch/errors.h"
#include "sim/engine/simulate.h"
#include "sim/mapping/row_stationary.h"
#include "sim/mapping/row_stationary_program.h"
#include "tests/sim/engine_support.h"
#include "tests/traces/trace_support.h"
#include "traces/counts.h"

namespace deltasim {
namespace {

using namespace test;
using enum Component;
using enum Action;
using enum DataKind;

constexpr std::array kModes{ExecutionMode::kDense, ExecutionMode::kSpatial, ExecutionMode::kDelta};

const std::vector<std::string> kAccelerators{
    "delta_event_256",   "delta_spatial_256", "seneca_like_64",   "eyeriss_168",
    "systolic_32x32_ws", "systolic_32x32_os", "systolic_32x32_is"};

/// One convolution on its own; the map behind it is what is sent on.
StreamInfo single_convolution(const Shape& input, int outputs, const Window& window) {
  Graph graph;
  graph.name = "single";
  const NodeId in = graph.add("input", InputOp{input}, {});
  const NodeId conv = graph.add("conv", ConvolutionOp{window, outputs, 1}, {in});
  graph.add("relu", ReluOp{}, {conv});
  assign_stages(graph);
  return stream_of(std::move(graph));
}

FrameRecord full_frame(const StreamInfo& stream) { return random_frame(stream.maps, 1, 1, 0); }

std::int64_t lanes_of(const AcceleratorSpec& spec) {
  return std::int64_t{spec.pe_array.pes()} * spec.pe_array.mac_lanes;
}

Activity total(const FrameResult& result) {
  Activity sum;
  for (const LayerResult& layer : result.layers) sum += layer.activity;
  return sum;
}

std::int64_t count(const Activity& activity, Component component, Action action) {
  std::int64_t sum = 0;
  for (std::size_t k = 0; k < kDataKinds; ++k) {
    sum += activity.at(component, action, static_cast<DataKind>(k));
  }
  return sum;
}

BOOST_AUTO_TEST_SUITE(engine_test)

BOOST_AUTO_TEST_CASE(macs_and_stalls_fill_every_lane_cycle) {
  const StreamInfo stream = stream_of(small_graph());
  const FrameRecord frame = random_frame(stream.maps, 0.5, 0.2, 1);
  for (const std::string& name : kAccelerators) {
    const AcceleratorSpec spec = shipped_accelerator(name);
    for (const ExecutionMode mode : kModes) {
      const StreamProgram program = program_for(spec, stream, mode);
      std::int64_t cycles = 0;
      std::int64_t dram_cycles = 0;
      const FrameResult result = simulate_frame(program, frame, false);
      for (const LayerResult& layer : result.layers) {
        BOOST_TEST_CONTEXT(name << " " << to_string(mode) << " " << layer.name) {
          BOOST_TEST(layer.cycles > 0);
          const std::int64_t stalled =
              std::accumulate(layer.stalls.begin(), layer.stalls.end(), std::int64_t{0});
          BOOST_TEST(layer.macs + stalled == lanes_of(spec) * layer.cycles);
          for (const std::int64_t stall : layer.stalls) BOOST_TEST(stall >= 0);
          BOOST_TEST(layer.utilization <= 1);
          cycles += layer.cycles;
          dram_cycles += layer.dram_cycles;
        }
      }
      BOOST_TEST(result.cycles == cycles);
      BOOST_TEST(dram_cycles <= cycles);
    }
  }
}

BOOST_AUTO_TEST_CASE(executes_the_effectual_macs_where_zeros_are_skipped_or_gated) {
  const StreamInfo stream = stream_of(small_graph());
  const FrameRecord frame = random_frame(stream.maps, 0.5, 0.2, 2);
  const auto layers = layers_of(stream.graph, stream.maps);
  for (const std::string name : {"delta_event_256", "delta_spatial_256", "eyeriss_168"}) {
    for (const ExecutionMode mode : {ExecutionMode::kSpatial, ExecutionMode::kDelta}) {
      const auto result =
          simulate_frame(program_for(shipped_accelerator(name), stream, mode), frame, false);
      for (std::size_t i = 0; i < layers.size(); ++i) {
        const MapBits& bits = frame.maps[static_cast<std::size_t>(layers[i].input_map)];
        const Bitmap& input = mode == ExecutionMode::kSpatial ? bits.active : bits.delta;
        const LayerResult& layer = result.layers[i];
        BOOST_TEST(layer.macs == count_work(layers[i], input).effectual_macs);
        BOOST_TEST(layer.macs == layer.activity.at(kPe, kMac, kActivation));
        BOOST_TEST(layer.dense_macs == dense_macs(layers[i]));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(systolic_arrays_compute_everything) {
  const StreamInfo stream = stream_of(small_graph());
  const FrameRecord frame = random_frame(stream.maps, 0.5, 0.2, 3);
  for (const std::string name : {"systolic_32x32_ws", "systolic_32x32_os", "systolic_32x32_is"}) {
    const auto result = simulate_frame(
        program_for(shipped_accelerator(name), stream, ExecutionMode::kDense), frame, false);
    for (const LayerResult& layer : result.layers) BOOST_TEST(layer.macs == layer.dense_macs);
  }
}

BOOST_AUTO_TEST_CASE(a_row_stationary_array_takes_the_cycles_of_its_model) {
  Window window;
  window.kernel_h = window.kernel_w = 3;
  const StreamInfo stream = single_convolution({58, 58, 32}, 64, window);
  const AcceleratorSpec spec = shipped_accelerator("eyeriss_168");
  for (const ExecutionMode mode : kModes) {
    StreamProgram program = program_for(spec, stream, mode, 0.1);
    const LayerExtent extent(program.plan.layers[0].layer);
    const RowStationaryModel model(row_stationary_array(spec), extent, 1);
    const RowStationaryMapping given{32, 1, 10, 56, 8, 2, 1, 4};
    MappingRequest request;
    request.layer = program.plan.layers[0].layer;
    for (const bool search : {true, false}) {
      if (!search) {
        program.programs[0] = unroll(spec, request, given);
        program.links[0] = links_of(program.programs[0]);
      }
      const RowStationaryMapping mapping = *program.programs[0].row_stationary;
      const RowStationaryWork work = model.work(mapping);
      const LayerResult layer = simulate_frame(program, full_frame(stream), false).layers.front();
      BOOST_TEST(layer.array_cycles == work.cycles);
      if (search) BOOST_TEST((mapping == *model.best(1)));
      BOOST_TEST(layer.cycles >= work.cycles);
      BOOST_TEST(layer.mapping == to_string(mapping));
      BOOST_TEST(layer.stalls[static_cast<std::size_t>(Stall::kUnmapped)] >= 0);
      const std::int64_t bits = spec.pe_array.partial_sum_bits.value();
      BOOST_TEST(layer.activity.at(kGlb, kRead, kPartialSum) >= work.sums_read * bits);
      BOOST_TEST(layer.activity.at(kGlb, kRead, kWeight) == work.filters_read * 16);
      BOOST_TEST(layer.activity.at(kRegisterFile, kRead, kActivation) == extent.macs() * 16);
    }
  }
}

BOOST_AUTO_TEST_CASE(convolution_groups_on_different_pes_hand_over_one_sum_an_output) {
  // Depthwise: 70 groups shared out among the PEs along the input channels.
  const StreamInfo stream = stream_of(small_graph());
  const AcceleratorSpec spec = shipped_accelerator("delta_event_256");
  const StreamProgram program = program_for(spec, stream, ExecutionMode::kDense);
  const auto result = simulate_frame(program, full_frame(stream), false);
  const LayerPlan& depthwise = program.plan.layers[1];
  BOOST_REQUIRE(depthwise.layer.groups == 70);
  BOOST_TEST(program.programs[1].mapping.groups_c > 1);
  const Activity& activity = result.layers[1].activity;
  const std::int64_t sums = depthwise.layer.output.elements() * 32;
  BOOST_TEST(activity.at(kRegisterFile, kRead, kPartialSum) == result.layers[1].macs * 32 + sums);
}

BOOST_AUTO_TEST_CASE(the_same_frame_gives_the_same_result_whatever_ran_before) {
  const StreamInfo stream = stream_of(small_graph());
  const FrameRecord frame = random_frame(stream.maps, 0.5, 0.2, 4);
  const auto event =
      program_for(shipped_accelerator("delta_event_256"), stream, ExecutionMode::kDelta);
  const auto other =
      program_for(shipped_accelerator("eyeriss_168"), stream, ExecutionMode::kSpatial);
  const FrameResult first = simulate_frame(event, frame, false);
  simulate_frame(other, frame, true);
  const FrameResult again = simulate_frame(event, frame, false);
  BOOST_TEST(first.cycles == again.cycles);
  for (std::size_t i = 0; i < first.layers.size(); ++i) {
    BOOST_TEST(first.layers[i].cycles == again.layers[i].cycles);
    BOOST_TEST(first.layers[i].stalls == again.layers[i].stalls);
    BOOST_CHECK(first.layers[i].activity == again.layers[i].activity);
  }
}

BOOST_AUTO_TEST_CASE(a_compute_bound_layer_reaches_the_peak_rate) {
  AcceleratorSpec spec = shipped_accelerator("delta_event_256");
  spec.pe_array.rows = spec.pe_array.columns = 4;
  spec.pe_array.mac_lanes = 1;
  Window window;
  window.kernel_h = window.kernel_w = 3;
  const StreamInfo stream = single_convolution({30, 30, 64}, 16, window);
  const auto result =
      simulate_frame(program_for(spec, stream, ExecutionMode::kDense), full_frame(stream), false);
  const LayerResult& layer = result.layers.front();
  const std::int64_t least = layer.dense_macs / lanes_of(spec);
  BOOST_TEST(layer.cycles >= least);
  BOOST_TEST(layer.cycles <= least + least / 50);
  BOOST_CHECK(layer.bound_by == Bottleneck::kArray);
}

BOOST_AUTO_TEST_CASE(a_bandwidth_bound_layer_takes_the_time_of_its_bytes) {
  AcceleratorSpec spec = shipped_accelerator("delta_event_256");
  spec.noc.link_width = Bits(2048);
  Graph graph;
  const NodeId in = graph.add("input", InputOp{{1, 1, 2048}}, {});
  graph.add("fc", FullyConnectedOp{4096}, {in});
  const StreamInfo stream = stream_of(std::move(graph));
  const StreamProgram program = program_for(spec, stream, ExecutionMode::kDense);
  const auto result = simulate_frame(program, full_frame(stream), false);

  const std::int64_t bytes = 2048 * 4096;
  dram::DramModel dram = program.dram;
  dram.serve({program.layout.weights[0], bytes}, false, 0);
  const double alone = static_cast<double>(dram.finish() * dram.part().clock_period_ps) * 1e-12;
  BOOST_TEST(result.seconds > alone * 0.98);
  BOOST_TEST(result.seconds < alone * 1.02);
  BOOST_CHECK(result.layers[0].bound_by == Bottleneck::kDram);
}

BOOST_AUTO_TEST_CASE(more_of_a_resource_is_never_slower) {
  const StreamInfo stream = stream_of(small_graph());
  const FrameRecord frame = random_frame(stream.maps, 0.5, 0.3, 5);
  const AcceleratorSpec spec = shipped_accelerator("delta_event_256");
  for (const ExecutionMode mode : kModes) {
    const StreamProgram program = program_for(spec, stream, mode);
    const std::int64_t cycles = simulate_frame(program, frame, false).cycles;
    const auto with = [&](auto change) {
      StreamProgram richer = program;
      change(richer.accelerator);
      return simulate_frame(richer, frame, false).cycles;
    };
    BOOST_TEST(with([](AcceleratorSpec& s) { s.pe_array.fifo_depth *= 2; }) <= cycles);
    BOOST_TEST(with([](AcceleratorSpec& s) { s.glb.width = s.glb.width * 2; }) <= cycles);
    BOOST_TEST(with([](AcceleratorSpec& s) { s.noc.link_width = s.noc.link_width * 2; }) <= cycles);
    BOOST_TEST(with([](AcceleratorSpec& s) { s.delta_unit.lanes *= 2; }) <= cycles);
  }
}

BOOST_AUTO_TEST_CASE(every_buffer_gets_the_compulsory_bits) {
  const StreamInfo stream = stream_of(small_graph());
  const FrameRecord frame = random_frame(stream.maps, 0.5, 0.2, 6);
  const AcceleratorSpec spec = shipped_accelerator("delta_event_256");
  const StreamProgram program = program_for(spec, stream, ExecutionMode::kDelta);
  const FrameResult result = simulate_frame(program, frame, false);
  const Layer& first = program.plan.layers[0].layer;
  const Activity& activity = result.layers[0].activity;
  // The new frame and the one before, every sum that is touched in and out, all 13x11x70 of them.
  const std::int64_t input_bits = first.input.elements() * 8;
  const std::int64_t touched = count_work(first, frame.maps[0].delta).touched_outputs;
  BOOST_TEST(activity.at(kDram, kRead, kActivation) >= input_bits);
  BOOST_TEST(activity.at(kDram, kRead, kState) >= input_bits + touched * 16);
  BOOST_TEST(activity.at(kDram, kWrite, kState) >= touched * 16);
  BOOST_TEST(activity.at(kDram, kRead, kWeight) >= 27 * 70 * 8);
  BOOST_TEST(activity.at(kGlb, kWrite, kWeight) == 27 * 70 * 8);
  BOOST_TEST(activity.at(kDeltaUnit, kAccumulate, kState) == touched);
  const Activity all = total(result);
  BOOST_TEST(count(all, kDram, kRead) % 512 == 0);
  BOOST_TEST(count(all, kGlb, kWrite) > 0);
  // Rows are opened for the data that move; indices ride on the rows of others.
  for (const DataKind kind : {kWeight, kActivation, kState}) {
    BOOST_TEST(all.at(kDram, kActivate, kind) > 0);
  }
  BOOST_TEST(all.at(kDram, kActivate, kPartialSum) == 0);
  BOOST_TEST(all.at(kDram, kActivate, kIndex) == 0);
}

BOOST_AUTO_TEST_CASE(the_first_frame_reads_no_state) {
  const StreamInfo stream = stream_of(small_graph());
  const FrameRecord frame = random_frame(stream.maps, 0.5, 0.2, 7);
  const StreamProgram program =
      program_for(shipped_accelerator("delta_event_256"), stream, ExecutionMode::kDelta);
  const Activity first = total(simulate_frame(program, frame, true));
  const Activity later = total(simulate_frame(program, frame, false));
  BOOST_TEST(first.at(kDram, kRead, kState) == 0);
  BOOST_TEST(later.at(kDram, kRead, kState) > 0);
  BOOST_TEST(first.at(kDram, kWrite, kState) == later.at(kDram, kWrite, kState));
}

BOOST_AUTO_TEST_CASE(a_frame_without_changes_costs_the_look_at_its_input) {
  const StreamInfo stream = stream_of(small_graph());
  const FrameRecord frame = random_frame(stream.maps, 0.5, 0, 8);
  const StreamProgram program =
      program_for(shipped_accelerator("delta_event_256"), stream, ExecutionMode::kDelta);
  const FrameResult result = simulate_frame(program, frame, false);
  const Activity all = total(result);
  BOOST_TEST(count(all, kPe, kMac) == 0);
  BOOST_TEST(all.at(kDram, kRead, kWeight) == 0);
  BOOST_TEST(all.at(kDram, kWrite, kState) == 0);
  const std::int64_t image = 13 * 11 * 3 * 8;
  BOOST_TEST(all.at(kDram, kRead, kState) >= image);
  BOOST_TEST(all.at(kDram, kRead, kState) < image + 512 * 8);
}

BOOST_AUTO_TEST_CASE(delta_execution_of_a_full_map_is_dense_but_for_state_and_indices) {
  const StreamInfo stream = stream_of(small_graph());
  const FrameRecord frame = full_frame(stream);
  const AcceleratorSpec spec = shipped_accelerator("delta_event_256");
  const StreamProgram dense = program_for(spec, stream, ExecutionMode::kDense);
  StreamProgram delta = program_for(spec, stream, ExecutionMode::kDelta);
  delta.programs = dense.programs;
  delta.links = dense.links;
  const FrameResult a = simulate_frame(dense, frame, false);
  const FrameResult b = simulate_frame(delta, frame, false);
  for (std::size_t i = 0; i < a.layers.size(); ++i) {
    const Activity& x = a.layers[i].activity;
    const Activity& y = b.layers[i].activity;
    BOOST_TEST(a.layers[i].macs == b.layers[i].macs);
    for (const Component component : {kGlb, kNoc, kPe, kRegisterFile}) {
      for (const Action action : {kRead, kWrite, kTransfer, kMac}) {
        for (const DataKind kind : {kWeight, kActivation, kPartialSum}) {
          BOOST_TEST_CONTEXT(a.layers[i].name << " " << to_string(component) << " "
                                              << to_string(action) << " " << to_string(kind)) {
            BOOST_TEST(x.at(component, action, kind) == y.at(component, action, kind));
          }
        }
        BOOST_TEST(x.at(component, action, kIndex) == 0);
        BOOST_TEST(x.at(component, action, kState) == 0);
      }
    }
    BOOST_TEST(x.at(kDram, kRead, kWeight) == y.at(kDram, kRead, kWeight));
  }
  BOOST_TEST(b.cycles >= a.cycles);
}

BOOST_AUTO_TEST_CASE(state_in_the_buffer_must_fit_and_spares_the_dram) {
  const StreamInfo stream = stream_of(small_graph());
  AcceleratorSpec spec = shipped_accelerator("delta_event_256");
  spec.state.place = StatePlace::kGlb;
  const FrameRecord frame = random_frame(stream.maps, 0.5, 0.2, 9);
  const StreamProgram program = program_for(spec, stream, ExecutionMode::kDelta);
  const Activity all = total(simulate_frame(program, frame, false));
  BOOST_TEST(all.at(kDram, kWrite, kState) == 0);
  BOOST_TEST(all.at(kGlb, kWrite, kState) > 0);
  spec.glb.partition.state = Bytes(100);
  BOOST_CHECK_THROW(program_for(spec, stream, ExecutionMode::kDelta), ConfigError);
}

BOOST_AUTO_TEST_CASE(a_pipeline_that_stands_still_is_an_error) {
  const StreamInfo stream = stream_of(small_graph());
  const FrameRecord frame = random_frame(stream.maps, 0.5, 0.2, 10);
  StreamProgram program =
      program_for(shipped_accelerator("delta_event_256"), stream, ExecutionMode::kDense);
  // The first tile waits for sums of a tile that comes after it.
  program.programs[0].partial_sums = SumPlace::kDram;
  program.links[0][0].sums_from = static_cast<int>(program.programs[0].tiles.size());
  const auto names_stages = [](const InternalError& error) {
    return std::string(error.what()).find("0 loaded") != std::string::npos;
  };
  BOOST_CHECK_EXCEPTION(simulate_frame(program, frame, false), InternalError, names_stages);
  BOOST_CHECK_THROW(simulate_frame(program, frame, false), InternalError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
