// The engine with every layer's state in a place of its own.

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

StreamProgram placed(const AcceleratorSpec& spec, const StreamInfo& stream,
                     const PlaceChoice& places, bool must_fit = true) {
  const ModeChoice modes = all_layers(stream, ExecutionMode::kDelta);
  const std::vector<ExpectedDensity> expected(modes.size(), {0.2, 0.2, 1});
  return make_stream_program(spec, stream, modes, expected, true, configs() / "dram",
                             {.places = places, .must_fit = must_fit});
}

AcceleratorSpec with_state_in(StatePlace place) {
  AcceleratorSpec spec = shipped_accelerator("delta_event_256_edram");
  spec.state.place = place;
  if (place != StatePlace::kMemory) spec.memories.clear();
  return spec;
}

/// All but what depends on which DRAM rows the layer before has left open.
bool alike(const Activity& a, const Activity& b) {
  for (const Component component :
       {kDram, kGlb, kNoc, kPe, kRegisterFile, kDeltaUnit, kStateMemory}) {
    for (const Action action : {kRead, kWrite, kTransfer, kMac, kAccumulate, kQuantize, kEncode}) {
      for (const DataKind kind : {kWeight, kActivation, kPartialSum, kState, kIndex}) {
        if (a.at(component, action, kind) != b.at(component, action, kind)) return false;
      }
    }
  }
  return true;
}

BOOST_AUTO_TEST_SUITE(placed_state_engine_test)

/// A layer counts what it counts where all state is in its place, whatever the others do.
BOOST_AUTO_TEST_CASE(a_layer_costs_what_it_costs_where_all_state_is_in_its_place) {
  const StreamInfo stream = stream_of(small_graph());
  const AcceleratorSpec spec = with_state_in(StatePlace::kMemory);
  const std::size_t layers = layers_of(stream.graph, stream.maps).size();
  const FrameRecord frame = random_frame(stream.maps, 0.5, 0.2, 11);
  const std::vector<StatePlace> all{StatePlace::kGlb, StatePlace::kDram, StatePlace::kMemory};
  std::vector<FrameResult> uniform;
  for (const StatePlace place : all) {
    uniform.push_back(
        simulate_frame(placed(spec, stream, PlaceChoice(layers, place)), frame, false));
  }
  BOOST_TEST(!alike(uniform[0].layers[0].activity, uniform[1].layers[0].activity));
  for (std::size_t first = 0; first < all.size(); ++first) {
    PlaceChoice places;
    // Layers of one sum have one place.
    const StreamProgram plain = placed(spec, stream, {});
    for (std::size_t i = 0; i < layers; ++i) {
      places.push_back(all[(first + first_of_sum(plain.plan, i)) % all.size()]);
    }
    const FrameResult mixed = simulate_frame(placed(spec, stream, places), frame, false);
    for (std::size_t i = 0; i < layers; ++i) {
      const auto place = static_cast<std::size_t>(std::ranges::find(all, places[i]) - all.begin());
      BOOST_TEST(alike(mixed.layers[i].activity, uniform[place].layers[i].activity),
                 mixed.layers[i].name << " in place " << place);
    }
  }
}

/// What is uniformly placed is what the accelerator's own place gives, to the cycle.
BOOST_AUTO_TEST_CASE(placing_all_state_is_placing_the_accelerators) {
  const StreamInfo stream = stream_of(small_graph());
  const std::size_t layers = layers_of(stream.graph, stream.maps).size();
  const FrameRecord frame = random_frame(stream.maps, 0.5, 0.2, 12);
  for (const StatePlace place : {StatePlace::kGlb, StatePlace::kDram}) {
    const FrameResult own = simulate_frame(placed(with_state_in(place), stream, {}), frame, false);
    const FrameResult given = simulate_frame(
        placed(with_state_in(StatePlace::kMemory), stream, PlaceChoice(layers, place)), frame,
        false);
    BOOST_TEST(own.cycles == given.cycles);
    for (std::size_t i = 0; i < layers; ++i) {
      BOOST_TEST(alike(own.layers[i].activity, given.layers[i].activity));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_buffer_holds_what_is_placed_there_and_no_more) {
  const StreamInfo stream = stream_of(small_graph());
  AcceleratorSpec spec = with_state_in(StatePlace::kDram);
  const StreamProgram all = placed(spec, stream, {});
  const std::size_t layers = all.plan.layers.size();
  std::size_t largest = 0;
  for (std::size_t i = 1; i < layers; ++i) {
    if (first_of_sum(all.plan, i) != i) continue;
    if (state_footprint(spec, all.plan, i, true) > state_footprint(spec, all.plan, largest, true)) {
      largest = i;
    }
  }
  PlaceChoice places(layers, StatePlace::kDram);
  std::int64_t bytes = 0;
  for (std::size_t i = 0; i < layers; ++i) {
    if (first_of_sum(all.plan, i) != first_of_sum(all.plan, largest)) continue;
    places[i] = StatePlace::kGlb;
    bytes += state_footprint(spec, all.plan, i, true);
  }
  BOOST_REQUIRE(bytes > 0);
  BOOST_TEST(glb_state_bytes(spec, placed(spec, stream, places, false).plan, true) == bytes);
  spec.glb.partition.state = Bytes(bytes);
  BOOST_CHECK_NO_THROW(placed(spec, stream, places));
  spec.glb.partition.state = Bytes(bytes - 1);
  BOOST_CHECK_THROW(placed(spec, stream, places), ConfigError);
  BOOST_CHECK_NO_THROW(placed(spec, stream, places, false));
  BOOST_CHECK_NO_THROW(placed(spec, stream, {}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
