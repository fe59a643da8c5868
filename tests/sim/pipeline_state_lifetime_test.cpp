#include <boost/test/unit_test.hpp>

#include "arch/errors.h"
#include "sim/pipeline/state_lifetime.h"
#include "tests/sim/engine_support.h"
#include "tests/traces/trace_support.h"

BOOST_AUTO_TEST_SUITE(pipeline_state_lifetime_test)

using namespace deltasim;
using boost::test_tools::tolerance;

constexpr std::int64_t kCapacity = 1 << 20;

MemoryTechnology technology(double writes) {
  MemoryTechnology memory;
  memory.name = "made_up";
  memory.file = "made_up.yaml";
  memory.endurance = {writes, {.source = "nobody", .verified = false, .note = {}}};
  return memory;
}

/// One stream whose layer `busy` writes twice its cells every frame but the first, which writes
/// more; the others write nothing.
struct Run {
  Run() {
    AcceleratorSpec spec = test::shipped_accelerator("delta_event_256");
    spec.memories = {{.name = "own",
                      .technology = "rram",
                      .capacity = Bytes(kCapacity),
                      .banks = 4,
                      .width = Bits(64),
                      .ports = 1}};
    spec.state.place = StatePlace::kMemory;
    spec.state.memory = "own";
    setup.streams.push_back(
        test::program_for(spec, test::small_stream("only"), ExecutionMode::kDelta, 0.3));
    const StreamProgram& program = setup.streams.front();
    cells = sum_bits(spec, program.plan, kBusy);
    FrameResult frame;
    frame.layers.resize(program.plan.layers.size());
    results.emplace_back(3, frame);
    for (std::size_t f = 0; f < 3; ++f) {
      results[0][f].layers[kBusy].activity.at(Component::kStateMemory, Action::kWrite,
                                              DataKind::kState) = (f == 0 ? 100 : 2) * cells;
    }
  }

  static constexpr std::size_t kBusy = 1;
  ModeSetup setup{.name = "delta", .machine = {}, .streams = {}};
  ModeResults results;
  std::int64_t cells = 0;
};

BOOST_AUTO_TEST_CASE(hours_by_hand) {
  const Run run;
  BOOST_REQUIRE(run.cells > 0);
  const auto lifetime = state_lifetime(run.setup, run.results, technology(1e6), 30);
  BOOST_REQUIRE(lifetime.has_value());
  // 2 writes a frame, 30 frames a second: a million writes in 16667 s.
  BOOST_TEST(lifetime->hours_unlevelled == 1e6 / 60 / 3600, tolerance(1e-12));
  BOOST_TEST(lifetime->hottest_layer == run.setup.streams[0].plan.layers[Run::kBusy].layer.name);
  const double share = static_cast<double>(run.cells) / (8.0 * kCapacity);
  BOOST_TEST(lifetime->writes_per_cell_per_s == 60 * share, tolerance(1e-12));
  BOOST_TEST(lifetime->hours == 1e6 / (60 * share) / 3600, tolerance(1e-12));
  const std::string text = describe(*lifetime, technology(1e6), "delta");
  for (const char* part : {"levelled perfectly", "30 frames/s", "not verified", "hours"}) {
    BOOST_TEST(text.find(part) != std::string::npos, text);
  }
}

/// The video's rate, where the machine keeps up with it.
BOOST_AUTO_TEST_CASE(the_frame_rate_sets_the_wear) {
  const Run run;
  ModeFigures mode;
  mode.steady.frames = 2;
  mode.steady.time_s = 0.02;
  const auto hours = [&](std::optional<Hertz> frame_rate) {
    weigh_state_memory(run.setup, run.results, technology(1e6), frame_rate, mode);
    return *mode.figures.state.hours_to_wear_out_unlevelled;
  };
  const double busy = hours({});
  BOOST_TEST(busy == 1e6 / 200 / 3600, tolerance(1e-12));
  BOOST_TEST(hours(Hertz(1)) == 100 * busy, tolerance(1e-12));
  BOOST_TEST(hours(Hertz(1000)) == busy, tolerance(1e-12));  // missed
}

BOOST_AUTO_TEST_CASE(state_between_slow_frames_is_lost) {
  const Run run;
  MemoryTechnology memory = technology(1e6);
  memory.retention = {Seconds(60e-3), {}};
  ModeFigures mode;
  mode.steady.frames = 2;
  mode.steady.time_s = 0.02;
  mode.figures.state.footprint_bytes = 1;
  BOOST_CHECK_NO_THROW(weigh_state_memory(run.setup, run.results, memory, {}, mode));
  BOOST_CHECK_THROW(weigh_state_memory(run.setup, run.results, memory, Hertz(1), mode),
                    ConfigError);
}

BOOST_AUTO_TEST_CASE(what_does_not_wear_out_lasts) {
  const Run run;
  BOOST_TEST(!state_lifetime(run.setup, run.results, MemoryTechnology{}, 30).has_value());
  ModeResults idle = run.results;
  for (FrameResult& frame : idle[0]) frame.layers[Run::kBusy].activity = {};
  BOOST_TEST(!state_lifetime(run.setup, idle, technology(1e6), 30).has_value());
}

BOOST_AUTO_TEST_CASE(what_forgets_before_the_next_frame_must_be_refreshed) {
  MemoryTechnology memory = technology(1e6);
  BOOST_CHECK_NO_THROW(require_retention(memory, 30));
  memory.retention = {Seconds(1e-3), {}};
  BOOST_CHECK_THROW(require_retention(memory, 30), ConfigError);
  BOOST_CHECK_NO_THROW(require_retention(memory, 2000));
  memory.refresh.emplace();
  BOOST_CHECK_NO_THROW(require_retention(memory, 30));
}

BOOST_AUTO_TEST_SUITE_END()
