// Frames at a fixed rate, against sums by hand.

#include "sim/pipeline/real_time.h"

#include <boost/test/unit_test.hpp>

#include "tests/sim/engine_support.h"

BOOST_AUTO_TEST_SUITE(pipeline_real_time_test)

using namespace deltasim;
using boost::test_tools::tolerance;

/// Two streams; a frame takes what is given, a third of it in the second stream, and 1 J a second.
ModeFigures mode_of(const std::vector<double>& milliseconds) {
  ModeFigures mode{.name = "delta"};
  mode.figures.frames = static_cast<std::int64_t>(milliseconds.size());
  for (const char* stream : {"spatial", "temporal"}) {
    for (std::size_t i = 0; i < milliseconds.size(); ++i) {
      FrameFigures frame{.stream = stream, .frame = static_cast<std::int64_t>(i), .figures = {}};
      const double share = std::string(stream) == "spatial" ? 2.0 / 3 : 1.0 / 3;
      frame.figures.time_s = milliseconds[i] * 1e-3 * share;
      mode.figures.time_s += frame.figures.time_s;
      mode.frames.push_back(frame);
    }
  }
  mode.figures.energy.total = mode.figures.time_s * 1e12;
  return mode;
}

double part(const RealTimeFigures& figures, const std::string& name) {
  for (const auto& [key, value] : figures.idle_energy_pJ) {
    if (key == name) return value;
  }
  return -1;
}

BOOST_AUTO_TEST_CASE(a_machine_that_keeps_up_waits) {
  const RealTimeFigures figures =
      real_time(mode_of({30, 10, 20}), Hertz(25),
                {Watts(0.5), Watts(0), [](Seconds idle) { return Watts(0.1) * idle; }});
  BOOST_TEST(figures.frame_time_s == 0.04);
  BOOST_TEST(figures.met());
  BOOST_TEST(figures.busy_s == 0.02, tolerance(1e-12));
  BOOST_TEST(figures.idle_s == 0.02, tolerance(1e-12));
  BOOST_TEST(figures.worst_frame_s == 0.03, tolerance(1e-12));
  BOOST_TEST(part(figures, "leakage") == 0.01e12, tolerance(1e-12));
  BOOST_TEST(part(figures, "dram") == 0.002e12, tolerance(1e-12));
  BOOST_TEST(figures.energy_per_frame_pJ == 0.032e12, tolerance(1e-12));
  BOOST_TEST(figures.average_power_W == 0.8, tolerance(1e-12));
}

/// The second frame comes at 40 ms and begins at 60; the third begins in time again.
BOOST_AUTO_TEST_CASE(a_late_frame_delays_the_next) {
  const RealTimeFigures figures =
      real_time(mode_of({60, 30, 10}), Hertz(25), {Watts(0.5), Watts(0), {}});
  BOOST_TEST(figures.missed_frames == 2);
  BOOST_TEST(!figures.met());
  BOOST_TEST(figures.idle_s * 3 == 0.12 - 0.1, tolerance(1e-12));
  BOOST_TEST(part(figures, "dram") == -1);
}

BOOST_AUTO_TEST_CASE(a_machine_that_never_keeps_up_never_waits) {
  const RealTimeFigures figures =
      real_time(mode_of({50, 50}), Hertz(25), {Watts(0.5), Watts(0), {}});
  BOOST_TEST(figures.missed_frames == 2);
  BOOST_TEST(figures.idle_s == 0);
  BOOST_TEST(figures.average_power_W == 1, tolerance(1e-12));
}

/// Busy and idle time fill the frames exactly, whatever the rate, as long as it is met.
BOOST_AUTO_TEST_CASE(time_is_conserved) {
  for (const double rate : {1.0, 7.0, 25.0, 33.0}) {
    const RealTimeFigures figures =
        real_time(mode_of({30, 10, 20}), Hertz(rate), {Watts(1), Watts(0), {}});
    BOOST_TEST(figures.busy_s + figures.idle_s == 1 / rate, tolerance(1e-12));
    BOOST_TEST(figures.average_power_W == 1, tolerance(1e-12));
  }
}

/// Self-refresh is made for waiting, and costs less than standing ready.
BOOST_AUTO_TEST_CASE(an_idle_dram_draws_its_currents) {
  const AcceleratorSpec spec = test::shipped_accelerator("delta_event_256");
  const EnergyPrices prices(read_energy_table(test::configs() / "energy" / "horowitz_45nm.yaml"),
                            spec);
  const dram::DramPart part = dram::load_dram_part(test::configs() / "dram", spec.dram.part);
  BOOST_TEST(!idle_spending(spec.dram, part, prices, {}).dram);
  const auto of = [&](dram::IdleState state, double seconds) {
    return idle_spending(spec.dram, part, prices, state).dram(Seconds(seconds)).value();
  };
  const double ready = of(dram::IdleState::kPrechargedStandby, 0.01);
  const double asleep = of(dram::IdleState::kSelfRefresh, 0.01);
  BOOST_TEST(asleep > 0);
  BOOST_TEST(asleep < ready);
  BOOST_TEST(of(dram::IdleState::kSelfRefresh, 0.02) == 2 * asleep, tolerance(1e-12));
  DramSpec retentive = spec.dram;
  retentive.controller.refresh_stretch = 0;
  BOOST_TEST(idle_spending(retentive, part, prices, dram::IdleState::kPrechargedStandby)
                 .dram(Seconds(0.01))
                 .value() < ready);
}

BOOST_AUTO_TEST_CASE(a_state_memory_is_refreshed_while_idle) {
  const RealTimeFigures figures =
      real_time(mode_of({20, 20}), Hertz(25), {Watts(0), Watts(0.25), {}});
  BOOST_TEST(part(figures, "state_memory") == 0.005e12, tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_reader_is_told) {
  ModeFigures mode = mode_of({60, 30, 10});
  BOOST_TEST(real_time_notes(mode).empty());
  mode.real_time = real_time(mode, Hertz(25), {Watts(1), Watts(0), {}});
  const std::vector<std::string> notes = real_time_notes(mode);
  BOOST_REQUIRE(notes.size() == 2);
  BOOST_TEST(notes[0] ==
             "delta execution misses 25 Hz: 2 of 3 frames are not done when the next comes; the "
             "longest takes 60 ms of 40 ms");
  BOOST_TEST(notes[1].find("idle DRAM") != std::string::npos);
  mode.real_time =
      real_time(mode, Hertz(1), {Watts(1), Watts(0), [](Seconds idle) { return Watts(1) * idle; }});
  BOOST_TEST(real_time_notes(mode).empty());
}

BOOST_AUTO_TEST_CASE(a_note_compares_the_modes_with_their_waiting) {
  const auto at_rate = [](const std::string& name, double milliseconds) {
    ModeFigures mode = mode_of({milliseconds, milliseconds});
    mode.name = name;
    mode.real_time = real_time(mode, Hertz(25), {Watts(0.5), Watts(0), {}});
    return mode;
  };
  const auto note_of = [](std::vector<ModeFigures> modes) {
    RunResult result;
    result.modes = std::move(modes);
    note_comparison_at_rate(result);
    return result.notes.empty() ? "" : result.notes.front();
  };
  // Busy 4x; with 30 ms of waiting at half the power, 40 mJ against 10 + 15.
  const std::string note = note_of({at_rate("dense", 40), at_rate("delta", 10)});
  BOOST_TEST(note.find("busy time only") != std::string::npos);
  BOOST_TEST(note.find("energy per frame at 25 Hz, against dense execution: delta 1.6x") !=
             std::string::npos);
  const std::string no_dense = note_of({at_rate("spatial", 20), at_rate("delta", 10)});
  BOOST_TEST(no_dense.find("busy time only") != std::string::npos);
  BOOST_TEST(no_dense.find("against") == std::string::npos);
  BOOST_TEST(note_of({at_rate("dense", 40), mode_of({10})}).empty());
}

/// Three cameras give a frame each, which are done together: a step has the time of one frame.
BOOST_AUTO_TEST_CASE(a_batch_has_one_period_for_the_frames_of_all_cameras) {
  ModeFigures batch = mode_of({60, 30, 10});
  batch.figures.frames = 9;
  const IdleSpending idle{Watts(0.5), Watts(0), {}};
  const RealTimeFigures figures = real_time(batch, Hertz(25), idle);
  const RealTimeFigures single = real_time(mode_of({60, 30, 10}), Hertz(25), idle);
  BOOST_TEST(figures.busy_s == single.busy_s);
  BOOST_TEST(figures.idle_s == single.idle_s);
  BOOST_TEST(figures.worst_frame_s == single.worst_frame_s);
  BOOST_TEST(figures.missed_frames == 3 * single.missed_frames);
  BOOST_TEST(figures.energy_per_frame_pJ == single.energy_per_frame_pJ / 3, tolerance(1e-12));
  BOOST_TEST(figures.average_power_W == single.average_power_W, tolerance(1e-12));
}

BOOST_AUTO_TEST_SUITE_END()
