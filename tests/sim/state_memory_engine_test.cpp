// The engine with state in a memory of its own, and what its decoders count.

#include <boost/test/unit_test.hpp>

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

AcceleratorSpec with_memory(const std::string& technology, Bits width, int banks = 64) {
  AcceleratorSpec spec = shipped_accelerator("delta_event_256");
  spec.memories = {{.name = "own",
                    .technology = technology,
                    .capacity = Bytes(1 << 24),
                    .banks = banks,
                    .width = width,
                    .ports = 1}};
  spec.state.place = StatePlace::kMemory;
  spec.state.memory = "own";
  return spec;
}

Activity total(const FrameResult& result) {
  Activity sum;
  for (const LayerResult& layer : result.layers) sum += layer.activity;
  return sum;
}

/// The same mappings on both, so that only the place of the state differs.
StreamProgram like(const StreamProgram& other, const AcceleratorSpec& spec,
                   const StreamInfo& stream) {
  StreamProgram program = program_for(spec, stream, ExecutionMode::kDelta);
  program.programs = other.programs;
  program.links = other.links;
  return program;
}

std::int64_t state(const Activity& activity, Component component) {
  return activity.at(component, kRead, kState) + activity.at(component, kWrite, kState);
}

BOOST_AUTO_TEST_SUITE(state_memory_engine_test)

BOOST_AUTO_TEST_CASE(words_as_wide_as_a_burst_move_the_bits_that_dram_would) {
  const StreamInfo stream = stream_of(small_graph());
  const StreamProgram in_dram =
      program_for(shipped_accelerator("delta_event_256"), stream, ExecutionMode::kDelta);
  const Bits burst(in_dram.dram.part().organisation.burst_bytes() * 8);
  const StreamProgram in_memory = like(in_dram, with_memory("rram", burst), stream);
  for (const bool first : {true, false}) {
    const FrameRecord frame = random_frame(stream.maps, 0.5, 0.2, 1);
    const Activity a = total(simulate_frame(in_dram, frame, first));
    const Activity b = total(simulate_frame(in_memory, frame, first));
    BOOST_TEST(state(a, kStateMemory) == 0);
    BOOST_TEST(state(b, kStateMemory) > 0);
    for (const Action action : {kRead, kWrite}) {
      // The frame before stays where the camera has put it.
      BOOST_TEST(b.at(kDram, action, kState) + b.at(kStateMemory, action, kState) ==
                 a.at(kDram, action, kState));
      for (const DataKind kind : {kWeight, kActivation, kPartialSum, kIndex}) {
        BOOST_TEST(a.at(kDram, action, kind) == b.at(kDram, action, kind));
        BOOST_TEST(a.at(kGlb, action, kind) == b.at(kGlb, action, kind));
      }
    }
    BOOST_TEST(b.at(kDram, kWrite, kState) == 0);
    BOOST_TEST(a.at(kPe, kMac, kActivation) == b.at(kPe, kMac, kActivation));
    BOOST_TEST(a.at(kDeltaUnit, kAccumulate, kState) == b.at(kDeltaUnit, kAccumulate, kState));
  }
}

BOOST_AUTO_TEST_CASE(narrow_words_move_what_the_delta_unit_takes_from_the_buffer) {
  const StreamInfo stream = stream_of(small_graph());
  const StreamProgram in_dram =
      program_for(shipped_accelerator("delta_event_256"), stream, ExecutionMode::kDelta);
  const StreamProgram in_memory = like(in_dram, with_memory("rram", Bits(8)), stream);
  const FrameRecord frame = random_frame(stream.maps, 0.5, 0.2, 2);
  const Activity a = total(simulate_frame(in_dram, frame, false));
  const Activity b = total(simulate_frame(in_memory, frame, false));
  // What pooling keeps stays in the buffer. State in DRAM passes the buffer twice each way, once
  // for the delta unit and once for DRAM.
  const std::int64_t moved = state(b, kStateMemory);
  BOOST_TEST(state(a, kGlb) - state(b, kGlb) == 2 * moved);
}

BOOST_AUTO_TEST_CASE(slow_writes_limit_the_throughput) {
  const StreamInfo stream = stream_of(small_graph());
  const FrameRecord frame = random_frame(stream.maps, 0.5, 0.2, 3);
  const StreamProgram program =
      program_for(with_memory("rram", Bits(64), 2), stream, ExecutionMode::kDelta);
  BOOST_TEST(program.state_memory.write == 25);  // 50 ns at 500 MHz
  BOOST_TEST(program.state_memory.read == 5);
  const FrameResult slow = simulate_frame(program, frame, false);
  const Activity all = total(slow);
  const std::int64_t words = all.at(kStateMemory, kWrite, kState) / 64;
  BOOST_TEST(slow.cycles >= words * 25 / 2);
  const auto with = [&](auto change) {
    StreamProgram faster = program;
    change(faster);
    const FrameResult result = simulate_frame(faster, frame, false);
    BOOST_CHECK(total(result).at(kStateMemory, kWrite, kState) ==
                all.at(kStateMemory, kWrite, kState));
    return result.cycles;
  };
  BOOST_TEST(with([](StreamProgram& p) { p.accelerator.memories[0].banks *= 8; }) < slow.cycles);
  BOOST_TEST(with([](StreamProgram& p) { p.accelerator.memories[0].ports *= 2; }) < slow.cycles);
  BOOST_TEST(with([](StreamProgram& p) { p.state_memory.write_cycle = 5; }) < slow.cycles);
  bool names_it = false;
  for (const LayerResult& layer : slow.layers) {
    names_it = names_it || layer.bound_by == Bottleneck::kStateMemory;
    BOOST_TEST(layer.state_memory_cycles >= 0);
  }
  BOOST_TEST(names_it);
}

BOOST_AUTO_TEST_CASE(macs_and_stalls_fill_every_lane_cycle_with_state_in_a_memory) {
  const StreamInfo stream = stream_of(small_graph());
  const FrameRecord frame = random_frame(stream.maps, 0.5, 0.2, 4);
  const AcceleratorSpec spec = with_memory("mram_14nm", Bits(128), 4);
  for (const LayerResult& layer :
       simulate_frame(program_for(spec, stream, ExecutionMode::kDelta), frame, false).layers) {
    std::int64_t lane_cycles = layer.macs;
    for (const std::int64_t stall : layer.stalls) {
      BOOST_TEST(stall >= 0);
      lane_cycles += stall;
    }
    BOOST_TEST(lane_cycles == layer.cycles * spec.pe_array.pes() * spec.pe_array.mac_lanes);
  }
}

BOOST_AUTO_TEST_CASE(the_first_frame_reads_no_state_from_its_memory) {
  const StreamInfo stream = stream_of(small_graph());
  const FrameRecord frame = random_frame(stream.maps, 0.5, 0.2, 5);
  const StreamProgram program =
      program_for(with_memory("edram_32nm", Bits(256)), stream, ExecutionMode::kDelta);
  const Activity first = total(simulate_frame(program, frame, true));
  const Activity later = total(simulate_frame(program, frame, false));
  BOOST_TEST(first.at(kStateMemory, kRead, kState) == 0);
  BOOST_TEST(later.at(kStateMemory, kRead, kState) > 0);
  BOOST_TEST(first.at(kStateMemory, kWrite, kState) == later.at(kStateMemory, kWrite, kState));
}

BOOST_AUTO_TEST_CASE(state_that_does_not_fit_is_refused_with_both_sizes) {
  const StreamInfo stream = stream_of(small_graph());
  AcceleratorSpec spec = with_memory("rram", Bits(64), 1);
  const std::int64_t needed = program_for(spec, stream, ExecutionMode::kDelta).layout.memory_end;
  BOOST_TEST(needed > 0);
  spec.memories[0].capacity = Bytes(needed);
  BOOST_CHECK_NO_THROW(program_for(spec, stream, ExecutionMode::kDelta));
  spec.memories[0].capacity = Bytes(needed - 8);
  const auto says_both = [&](const ConfigError& error) {
    const std::string text = error.what();
    return text.find(print(Bytes(needed))) != std::string::npos &&
           text.find(print(Bytes(needed - 8))) != std::string::npos;
  };
  BOOST_CHECK_EXCEPTION(program_for(spec, stream, ExecutionMode::kDelta), ConfigError, says_both);
  // Without state there is nothing that had to fit.
  BOOST_CHECK_NO_THROW(program_for(spec, stream, ExecutionMode::kSpatial));
}

BOOST_AUTO_TEST_CASE(a_decoder_gives_every_event_that_the_array_reads) {
  Graph graph;
  const NodeId in = graph.add("input", InputOp{{8, 8, 16}}, {});
  const NodeId conv = graph.add("conv", ConvolutionOp{Window{}, 16, 1}, {in});
  graph.add("relu", ReluOp{}, {conv});
  assign_stages(graph);
  const StreamInfo stream = stream_of(std::move(graph));
  const FrameRecord frame = random_frame(stream.maps, 0.5, 0.25, 6);
  const auto decoded = [&](const AcceleratorSpec& spec, ExecutionMode mode) {
    return total(simulate_frame(program_for(spec, stream, mode), frame, false))
        .at(kDeltaUnit, kDecode, kActivation);
  };
  AcceleratorSpec spec = shipped_accelerator("delta_event_256");
  const auto count = [](const Bitmap& map) { return static_cast<std::int64_t>(map.count()); };
  BOOST_TEST(decoded(spec, ExecutionMode::kDense) == 0);
  BOOST_TEST(decoded(spec, ExecutionMode::kSpatial) == count(frame.maps[0].active));
  BOOST_TEST(decoded(spec, ExecutionMode::kDelta) == count(frame.maps[0].delta));
  spec.activation_format = ActivationFormat::kDense;
  BOOST_TEST(decoded(spec, ExecutionMode::kDelta) == 0);
}

BOOST_AUTO_TEST_CASE(an_array_that_reads_dense_maps_gets_coded_ones_decoded_on_their_way) {
  const StreamInfo stream = stream_of(small_graph());
  const FrameRecord frame = random_frame(stream.maps, 0.5, 0.25, 7);
  AcceleratorSpec spec = shipped_accelerator("eyeriss_168");
  const auto decoded = [&] {
    return total(simulate_frame(program_for(spec, stream, ExecutionMode::kSpatial), frame, false))
        .at(kDeltaUnit, kDecode, kActivation);
  };
  BOOST_TEST(decoded() > 0);
  spec.activation_format = ActivationFormat::kDense;
  BOOST_TEST(decoded() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
