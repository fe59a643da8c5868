// Frames that are simulated side by side: they share the weights that are fetched, and only these.
#include <boost/test/unit_test.hpp>
#include <vector>

#include "arch/errors.h"
#include "sim/engine/simulate.h"
#include "tests/sim/engine_support.h"
#include "tests/traces/trace_support.h"

namespace deltasim {
namespace {

using namespace test;
using enum Component;
using enum Action;
using enum DataKind;

constexpr std::array kModes{ExecutionMode::kDense, ExecutionMode::kSpatial, ExecutionMode::kDelta};

/// One 1x1 convolution of 8 x 8 pixels.
StreamInfo pointwise(int inputs, int outputs) {
  Graph graph;
  graph.name = "pointwise";
  const NodeId in = graph.add("input", InputOp{Shape{8, 8, inputs}}, {});
  const NodeId conv = graph.add("conv", ConvolutionOp{Window{}, outputs, 1}, {in});
  graph.add("relu", ReluOp{}, {conv});
  assign_stages(graph);
  return stream_of(std::move(graph));
}

StreamProgram batch_program(const AcceleratorSpec& spec, const StreamInfo& stream,
                            ExecutionMode mode, int batch) {
  const ModeChoice modes = all_layers(stream, mode);
  const std::vector<ExpectedDensity> expected(modes.size(), {0.5, 0.5, 1});
  return make_stream_program(spec, stream, modes, expected, true, configs() / "dram", {}, batch);
}

/// The program of a stream of one layer, by a mapping that is given.
StreamProgram mapped(const AcceleratorSpec& spec, const StreamInfo& stream, ExecutionMode mode,
                     int batch, const Mapping& mapping) {
  StreamProgram program = batch_program(spec, stream, mode, batch);
  MappingRequest request = request_for(program.plan.layers[0].layer);
  request.batch = batch;
  program.programs[0] = unroll(spec, request, mapping);
  program.links[0] = links_of(program.programs[0]);
  return program;
}

/// For single frames, by the mappings of a batch: whole bursts are moved, and how many there are
/// hangs on where tiles are cut.
StreamProgram alone_as_in(const StreamProgram& batch, const StreamInfo& stream) {
  const ExecutionMode mode = batch.plan.layers[0].mode;
  StreamProgram program = batch_program(batch.accelerator, stream, mode, 1);
  for (std::size_t i = 0; i < program.programs.size(); ++i) {
    MappingRequest request = request_for(program.plan.layers[i].layer);
    if (mode != ExecutionMode::kDense) request.format = batch.accelerator.activation_format;
    program.programs[i] = unroll(batch.accelerator, request, batch.programs[i].mapping);
    program.links[i] = links_of(program.programs[i]);
  }
  return program;
}

std::vector<FrameRecord> random_frames(const StreamInfo& stream, int count) {
  std::vector<FrameRecord> frames;
  for (int i = 0; i < count; ++i) {
    frames.push_back(random_frame(stream.maps, 0.5, 0.1 + 0.1 * i, 40 + i));
  }
  return frames;
}

FrameResult side_by_side(const StreamProgram& program, const std::vector<FrameRecord>& frames) {
  std::vector<BatchFrame> batch;
  for (const FrameRecord& frame : frames) batch.push_back({&frame, false});
  return simulate_batch(program, batch);
}

Activity total(const FrameResult& result) {
  Activity sum;
  for (const LayerResult& layer : result.layers) sum += layer.activity;
  return sum;
}

Activity one_by_one(const StreamProgram& program, const std::vector<FrameRecord>& frames) {
  Activity sum;
  for (const FrameRecord& frame : frames) sum += total(simulate_frame(program, frame, false));
  return sum;
}

std::int64_t macs(const Activity& activity) { return activity.at(kPe, kMac, kActivation); }

BOOST_AUTO_TEST_SUITE(batch_engine_test)

BOOST_AUTO_TEST_CASE(a_batch_of_one_is_a_frame) {
  const StreamInfo stream = stream_of(small_graph());
  const std::vector<FrameRecord> frames = random_frames(stream, 1);
  for (const ExecutionMode mode : kModes) {
    const AcceleratorSpec spec = shipped_accelerator("delta_event_256");
    const FrameResult batch = side_by_side(batch_program(spec, stream, mode, 1), frames);
    const FrameResult frame =
        simulate_frame(program_for(spec, stream, mode, 0.5), frames.front(), false);
    BOOST_TEST(batch.cycles == frame.cycles);
    BOOST_TEST((total(batch) == total(frame)));
  }
}

// All weights of the small network fit the buffer, so that they are loaded once.
BOOST_AUTO_TEST_CASE(dense_execution_fetches_weights_once_and_all_else_for_every_frame) {
  const StreamInfo stream = stream_of(small_graph());
  for (const std::string name :
       {"delta_event_256", "systolic_32x32_ws", "systolic_32x32_os", "systolic_32x32_is"}) {
    const AcceleratorSpec spec = shipped_accelerator(name);
    const StreamProgram alone = batch_program(spec, stream, ExecutionMode::kDense, 1);
    for (const int batch : {2, 3}) {
      const std::vector<FrameRecord> frames = random_frames(stream, batch);
      const FrameResult result =
          side_by_side(batch_program(spec, stream, ExecutionMode::kDense, batch), frames);
      const Activity together = total(result);
      const Activity single = total(simulate_frame(alone, frames.front(), false));
      BOOST_TEST_CONTEXT(name << " batch " << batch) {
        BOOST_TEST(single.at(kDram, kRead, kWeight) > 0);
        BOOST_TEST(together.at(kDram, kRead, kWeight) == single.at(kDram, kRead, kWeight));
        for (const Action action : {kRead, kWrite}) {
          BOOST_TEST(together.at(kDram, action, kActivation) ==
                     batch * single.at(kDram, action, kActivation));
        }
        BOOST_TEST(macs(together) == batch * macs(single));
        for (std::size_t i = 0; i < result.layers.size(); ++i) {
          BOOST_TEST(result.layers[i].dense_macs ==
                     batch * simulate_frame(alone, frames[0], false).layers[i].dense_macs);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_batch_does_the_work_and_moves_the_state_of_its_frames) {
  const StreamInfo stream = stream_of(small_graph());
  const std::vector<FrameRecord> frames = random_frames(stream, 3);
  for (const std::string name : {"delta_event_256", "delta_spatial_256", "seneca_like_64"}) {
    const AcceleratorSpec spec = shipped_accelerator(name);
    for (const ExecutionMode mode : kModes) {
      const StreamProgram program = batch_program(spec, stream, mode, 3);
      const FrameResult result = side_by_side(program, frames);
      const Activity together = total(result);
      const Activity apart = one_by_one(alone_as_in(program, stream), frames);
      BOOST_TEST_CONTEXT(name << " " << to_string(mode)) {
        BOOST_TEST(macs(together) == macs(apart));
        BOOST_TEST(together.at(kDram, kRead, kState) == apart.at(kDram, kRead, kState));
        BOOST_TEST(together.at(kDram, kWrite, kState) == apart.at(kDram, kWrite, kState));
        BOOST_TEST(together.at(kDram, kWrite, kActivation) == apart.at(kDram, kWrite, kActivation));
        BOOST_TEST(together.at(kDram, kRead, kWeight) < apart.at(kDram, kRead, kWeight));
        const std::int64_t lanes = std::int64_t{spec.pe_array.pes()} * spec.pe_array.mac_lanes;
        for (const LayerResult& layer : result.layers) {
          std::int64_t stalled = 0;
          for (const std::int64_t stall : layer.stalls) stalled += stall;
          BOOST_TEST(layer.macs + stalled == lanes * layer.cycles);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(weights_come_for_the_channels_that_have_an_event_in_any_frame) {
  const StreamInfo stream = pointwise(64, 16);
  const auto with_events = [&](std::initializer_list<std::size_t> channels) {
    FrameRecord frame = random_frame(stream.maps, 0, 0, 1);
    for (const std::size_t channel : channels) frame.maps[0].delta.set(5 * 64 + channel);
    return frame;
  };
  const AcceleratorSpec spec = shipped_accelerator("delta_event_256");
  const std::vector<FrameRecord> frames{with_events({0, 2}), with_events({1, 2, 63})};
  const StreamProgram alone = batch_program(spec, stream, ExecutionMode::kDelta, 1);
  const auto weights = [&](const Activity& activity, Component from) {
    return activity.at(from, kRead, kWeight) / (16 * 8);
  };
  const Activity together =
      total(side_by_side(batch_program(spec, stream, ExecutionMode::kDelta, 2), frames));
  // DRAM moves whole bursts: what is counted exactly is what the PEs are given.
  BOOST_TEST(weights(total(simulate_frame(alone, frames[0], false)), kGlb) == 2);
  BOOST_TEST(weights(total(simulate_frame(alone, frames[1], false)), kGlb) == 3);
  BOOST_TEST(weights(together, kGlb) == 4);
}

BOOST_AUTO_TEST_CASE(weights_that_are_fetched_for_every_tile_are_so_for_every_frame) {
  AcceleratorSpec spec = shipped_accelerator("delta_event_256");
  spec.glb.partition.weights = Bytes(64 * 16 * 2);
  const StreamInfo stream = pointwise(64, 64);
  const std::vector<FrameRecord> frames = random_frames(stream, 4);
  for (const auto& [order, fetches] :
       {std::pair{LoopOrder::kYKC, 4}, std::pair{LoopOrder::kKYC, 1}}) {
    const Mapping mapping{order, 16, 8, 64, 16, 1, 1};
    const auto fetched = [&](int batch) {
      const StreamProgram program = mapped(spec, stream, ExecutionMode::kDense, batch, mapping);
      const std::vector<FrameRecord> some(frames.begin(), frames.begin() + batch);
      return total(side_by_side(program, some)).at(kDram, kRead, kWeight);
    };
    BOOST_TEST(fetched(1) == 64 * 64 * 8);
    BOOST_TEST(fetched(4) == fetches * 64 * 64 * 8);
  }
}

BOOST_AUTO_TEST_CASE(parked_sums_and_inputs_are_each_frames_own) {
  const StreamInfo stream = pointwise(64, 64);
  const Mapping mapping{LoopOrder::kKCY, 64, 4, 32, 64, 1, 1};
  for (const Bytes room : {Bytes(128 * 1024), Bytes(1024)}) {
    AcceleratorSpec spec = shipped_accelerator("delta_event_256");
    spec.glb.partition.partial_sums = room;
    const StreamProgram program = mapped(spec, stream, ExecutionMode::kDense, 3, mapping);
    const bool spills = room == Bytes(1024);
    BOOST_CHECK(program.programs[0].partial_sums == (spills ? SumPlace::kDram : SumPlace::kGlb));
    for (std::size_t i = 0; i < program.links[0].size(); ++i) {
      const int from = program.links[0][i].sums_from;
      const std::vector<Tile>& tiles = program.programs[0].tiles;
      BOOST_TEST((from >= 0) == !tiles[i].first_c);
      if (from >= 0) BOOST_TEST(tiles[static_cast<std::size_t>(from)].frame == tiles[i].frame);
    }
    const Activity all = total(side_by_side(program, random_frames(stream, 3)));
    const std::int64_t sums = 3 * 64 * 64 * 32;
    BOOST_TEST(all.at(kDram, kRead, kPartialSum) == (spills ? sums : 0));
    BOOST_TEST(all.at(kDram, kWrite, kPartialSum) == (spills ? sums : 0));
    BOOST_TEST(all.at(kDram, kRead, kActivation) == 3 * 64 * 64 * 8);
  }
}

BOOST_AUTO_TEST_CASE(only_the_recordings_first_frame_has_no_state) {
  const StreamInfo stream = stream_of(small_graph());
  const std::vector<FrameRecord> frames = random_frames(stream, 2);
  const AcceleratorSpec spec = shipped_accelerator("delta_event_256");
  const StreamProgram program = batch_program(spec, stream, ExecutionMode::kDelta, 2);
  const StreamProgram alone = alone_as_in(program, stream);
  const std::vector<BatchFrame> batch{{&frames[0], true}, {&frames[1], false}};
  const Activity together = total(simulate_batch(program, batch));
  const Activity later = total(simulate_frame(alone, frames[1], false));
  BOOST_TEST(later.at(kDram, kRead, kState) > 0);
  BOOST_TEST(together.at(kDram, kRead, kState) == later.at(kDram, kRead, kState));
}

BOOST_AUTO_TEST_CASE(state_grows_with_the_batch_and_must_fit) {
  const StreamInfo stream = stream_of(small_graph());
  AcceleratorSpec spec = shipped_accelerator("delta_event_256");
  const auto bytes = [](const FrameResult& result) {
    std::int64_t sum = 0;
    for (const LayerResult& layer : result.layers) sum += layer.state_bytes;
    return sum;
  };
  const std::vector<FrameRecord> frames = random_frames(stream, 3);
  const StreamProgram alone = batch_program(spec, stream, ExecutionMode::kDelta, 1);
  const std::int64_t one = bytes(simulate_frame(alone, frames[0], false));
  const StreamProgram three = batch_program(spec, stream, ExecutionMode::kDelta, 3);
  BOOST_TEST(bytes(side_by_side(three, frames)) == 3 * one);

  spec.state.place = StatePlace::kGlb;
  spec.glb.partition.state = Bytes(3 * one - 1);
  BOOST_CHECK_NO_THROW(batch_program(spec, stream, ExecutionMode::kDelta, 2));
  BOOST_CHECK_THROW(batch_program(spec, stream, ExecutionMode::kDelta, 3), ConfigError);
  spec.glb.partition.state = Bytes(3 * one);
  BOOST_CHECK_NO_THROW(batch_program(spec, stream, ExecutionMode::kDelta, 3));
}

BOOST_AUTO_TEST_CASE(maps_stay_on_chip_where_those_of_all_frames_fit) {
  Graph graph;
  graph.name = "pair";
  NodeId node = graph.add("input", InputOp{Shape{8, 8, 64}}, {});
  for (const char* name : {"a", "b"}) {
    node = graph.add(name, ConvolutionOp{Window{}, 64, 1}, {node});
    node = graph.add(std::string("relu_") + name, ReluOp{}, {node});
  }
  assign_stages(graph);
  const StreamInfo stream = stream_of(std::move(graph));
  AcceleratorSpec spec = shipped_accelerator("delta_event_256");
  // Half of the share is for outputs that stay: two maps of 4 KiB, not three.
  spec.glb.partition.activations = Bytes(2 * 3 * 4096 - 1);
  const auto read = [&](int batch) {
    const StreamProgram program = batch_program(spec, stream, ExecutionMode::kDense, batch);
    return total(side_by_side(program, random_frames(stream, batch))).at(kDram, kRead, kActivation);
  };
  const std::int64_t map = 8 * 8 * 64 * 8;
  BOOST_TEST(read(2) == 2 * map);
  BOOST_TEST(read(3) >= 2 * 3 * map);
}

BOOST_AUTO_TEST_CASE(a_row_stationary_array_refuses_a_batch_by_name) {
  const StreamInfo stream = stream_of(small_graph());
  const AcceleratorSpec spec = shipped_accelerator("eyeriss_168");
  const auto names_it = [](const ConfigError& error) {
    const std::string text = error.what();
    return text.find("batch") != std::string::npos &&
           text.find("row_stationary") != std::string::npos;
  };
  BOOST_CHECK_EXCEPTION(batch_program(spec, stream, ExecutionMode::kDense, 2), ConfigError,
                        names_it);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
