#include "sim/components/pe_array/event_array.h"

#include <boost/test/unit_test.hpp>

#include "tests/sim/engine_support.h"
#include "traces/counts.h"

namespace deltasim {
namespace {

using namespace test;

/// Runs all tiles of a program one after the other.
struct ArrayRun {
  std::int64_t macs = 0, events = 0, cycles = 0;
  StallCycles stalls{};

  ArrayRun(const AcceleratorSpec& spec, const Layer& layer, const TileProgram& program,
           const Bitmap* operands, int slots = 4) {
    EventArray array(spec.pe_array, program.mapping, layer, slots, Cycles(1));
    for (const Tile& tile : program.tiles) {
      array.begin(tile, operands, cycles);
      for (int i = 0; i < array.sub_trains(); ++i) array.run(i, cycles);
      const TileWork work = array.finish(cycles);
      macs += work.macs;
      events += work.events;
      cycles += work.cycles;
      for (std::size_t s = 0; s < kStalls; ++s) stalls[s] += work.stalls[s];
    }
  }
  std::int64_t stalled() const { return std::accumulate(stalls.begin(), stalls.end(), 0L); }
};

std::int64_t lanes_of(const AcceleratorSpec& spec) {
  return std::int64_t{spec.pe_array.pes()} * spec.pe_array.mac_lanes;
}

BOOST_AUTO_TEST_SUITE(event_array_test)

BOOST_AUTO_TEST_CASE(executes_every_effectual_mac_once_whatever_the_mapping) {
  Dice dice(1);
  std::mt19937_64 random(1);
  int compared = 0;
  while (compared < 400) {
    AcceleratorSpec spec = random_accelerator(dice);
    spec.pe_array.dataflow = Dataflow::kEventDriven;
    const MappingRequest request = random_request(dice);
    const auto mapping = random_mapping(dice, spec, request);
    if (!mapping) continue;
    ++compared;
    const Layer& layer = request.layer;
    const Bitmap bits = random_bitmap(layer.input.elements(), dice.between(0, 10) / 10.0, random);
    const TileProgram program = unroll(spec, request, *mapping);

    const ArrayRun sparse(spec, layer, program, &bits);
    BOOST_TEST(sparse.macs == count_work(layer, bits).effectual_macs);
    BOOST_TEST(sparse.macs + sparse.stalled() == lanes_of(spec) * sparse.cycles);
    for (const std::int64_t stall : sparse.stalls) BOOST_TEST(stall >= 0);

    const ArrayRun dense(spec, layer, program, nullptr);
    BOOST_TEST(dense.macs == valid_macs(layer));
    BOOST_TEST(dense.macs + dense.stalled() == lanes_of(spec) * dense.cycles);
    BOOST_TEST(dense.cycles >= sparse.cycles);
  }
}

BOOST_AUTO_TEST_CASE(a_full_map_is_the_same_as_dense_execution) {
  Dice dice(2);
  for (int i = 0; i < 50; ++i) {
    const AcceleratorSpec spec = accelerator(Dataflow::kEventDriven);
    const MappingRequest request = request_for(random_layer(dice));
    const TileProgram program = map_layer(spec, request);
    Bitmap full(static_cast<std::size_t>(request.layer.input.elements()));
    full.fill();
    const ArrayRun marked(spec, request.layer, program, &full);
    const ArrayRun dense(spec, request.layer, program, nullptr);
    BOOST_TEST(marked.cycles == dense.cycles);
    BOOST_TEST(marked.macs == dense.macs);
    BOOST_TEST(marked.stalls == dense.stalls);
  }
}

BOOST_AUTO_TEST_CASE(gating_counts_the_same_effectual_macs) {
  Dice dice(3);
  std::mt19937_64 random(3);
  for (int i = 0; i < 100; ++i) {
    const AcceleratorSpec spec = accelerator(Dataflow::kEventDriven);
    const MappingRequest request = request_for(random_layer(dice));
    const Bitmap bits = random_bitmap(request.layer.input.elements(), 0.3, random);
    std::int64_t macs = 0;
    for (const Tile& tile : map_layer(spec, request).tiles) {
      macs += EventArray::effectual_macs(request.layer, tile, bits);
    }
    BOOST_TEST(macs == count_work(request.layer, bits).effectual_macs);
  }
}

BOOST_AUTO_TEST_CASE(a_pointwise_layer_runs_at_one_event_a_cycle) {
  // 16 PEs of 2 lanes, 32 output channels: every lane has one, each event takes one cycle.
  AcceleratorSpec spec = accelerator(Dataflow::kEventDriven);
  spec.pe_array.rows = spec.pe_array.columns = 4;
  spec.pe_array.pipeline_depth = Cycles(3);
  const Layer layer = convolution(8, 24, 32, 1, 1);
  Mapping mapping{.tile_k = 32, .tile_y = 8, .tile_c = 24, .groups_k = 16};
  const TileProgram program = unroll(spec, request_for(layer), mapping);
  const ArrayRun run(spec, layer, program, nullptr, 1);
  const std::int64_t events = layer.input.elements();
  BOOST_TEST(run.events == events);
  BOOST_TEST(run.cycles == events + 1 + 3);  // the way into the FIFO, and the pipeline
  BOOST_TEST(run.macs == events * 32);
}

BOOST_AUTO_TEST_CASE(a_border_event_takes_fewer_taps) {
  // 3x3 on a 4x4 map, one PE of one lane: 4 corners x 4 + 8 edges x 6 + 4 inner x 9 taps.
  AcceleratorSpec spec = accelerator(Dataflow::kEventDriven);
  spec.pe_array.rows = spec.pe_array.columns = spec.pe_array.mac_lanes = 1;
  const Layer layer = convolution(4, 1, 1, 3, 1);
  Mapping mapping{.tile_k = 1, .tile_y = 4, .tile_c = 1};
  const ArrayRun run(spec, layer, unroll(spec, request_for(layer), mapping), nullptr);
  BOOST_TEST(run.macs == 4 * 4 + 8 * 6 + 4 * 9);
  BOOST_TEST(run.cycles == run.macs + 1);
}

BOOST_AUTO_TEST_CASE(deeper_fifos_are_no_slower) {
  Dice dice(4);
  std::mt19937_64 random(4);
  for (int i = 0; i < 60; ++i) {
    AcceleratorSpec spec = accelerator(
        Dataflow::kEventDriven, dice.one_of({Partition::kOutputChannel, Partition::kSpatial}));
    const MappingRequest request = request_for(random_layer(dice));
    const Bitmap bits = random_bitmap(request.layer.input.elements(), 0.4, random);
    const TileProgram program = map_layer(spec, request);
    spec.pe_array.fifo_depth = 2;
    const ArrayRun shallow(spec, request.layer, program, &bits);
    spec.pe_array.fifo_depth = 4;
    const ArrayRun deep(spec, request.layer, program, &bits);
    BOOST_TEST(deep.cycles <= shallow.cycles);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
