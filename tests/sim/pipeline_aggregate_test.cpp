#include <boost/test/unit_test.hpp>
#include <random>

#include "sim/pipeline/aggregate.h"
#include "tests/sim/engine_support.h"
#include "tests/traces/trace_support.h"

BOOST_AUTO_TEST_SUITE(pipeline_aggregate_test)

using namespace deltasim;
using boost::test_tools::tolerance;

constexpr double kRounding = 1e-9;

/// Two streams of three frames with counts at random, and what is made of them.
struct Run {
  Run() {
    const AcceleratorSpec spec = test::shipped_accelerator("delta_event_256");
    for (const char* name : {"spatial", "temporal"}) {
      setup.streams.push_back(
          test::program_for(spec, test::small_stream(name), ExecutionMode::kDelta, 0.3));
      auto& frames = results.emplace_back();
      for (int frame = 0; frame < 3; ++frame) frames.push_back(any_frame());
    }
    const EnergyPrices prices(read_energy_table(test::configs() / "energy" / "horowitz_45nm.yaml"),
                              spec);
    figures = mode_figures(setup.name, sum_of(setup, results), {"spatial", "temporal"},
                           {"trained", "untrained"}, prices);
  }

  FrameResult any_frame() {
    FrameResult frame;
    for (const LayerPlan& plan : setup.streams.front().plan.layers) {
      LayerResult& layer = frame.layers.emplace_back();
      layer.name = plan.layer.name;
      layer.cycles = any();
      layer.macs = any();
      layer.dense_macs = layer.macs + any();
      layer.state_bytes = 1000;
      for (std::int64_t& stall : layer.stalls) stall = any();
      using enum Component;
      for (const Component memory : {kDram, kGlb, kRegisterFile}) {
        for (const Action action : {Action::kRead, Action::kWrite}) {
          for (std::size_t kind = 0; kind < kDataKinds; ++kind) {
            layer.activity.at(memory, action, static_cast<DataKind>(kind)) = any();
          }
        }
      }
      layer.activity.at(kNoc, Action::kTransfer, DataKind::kActivation) = any();
      layer.activity.at(kPe, Action::kMac, DataKind::kActivation) = layer.macs;
      frame.cycles += layer.cycles;
    }
    return frame;
  }
  std::int64_t any() { return std::uniform_int_distribution<std::int64_t>(1, 1'000'000)(random); }

  std::mt19937_64 random{7};
  ModeSetup setup{.name = "delta", .machine = {}, .streams = {}};
  ModeResults results;
  ModeFigures figures;
};

/// Sums parts and compares them with the whole.
class Sum {
 public:
  void add(const Figures& part) {
    cycles_ += part.cycles;
    seconds_ += part.time_s;
    energy_ += part.energy.total;
    dense_ += part.macs.dense;
    executed_ += part.macs.executed;
    activity_ += part.activity;
    stalls_.resize(part.stalls.size());
    for (std::size_t i = 0; i < stalls_.size(); ++i) stalls_[i] += part.stalls[i];
  }
  void expect(const Figures& whole) const {
    BOOST_TEST(cycles_ == whole.cycles);
    BOOST_TEST(seconds_ == whole.time_s, tolerance(kRounding));
    BOOST_TEST(energy_ == whole.energy.total, tolerance(kRounding));
    BOOST_TEST(dense_ == whole.macs.dense);
    BOOST_TEST(executed_ == whole.macs.executed);
    BOOST_TEST((activity_ == whole.activity));
    BOOST_TEST(stalls_ == whole.stalls, boost::test_tools::per_element());
  }

 private:
  std::int64_t cycles_ = 0, dense_ = 0, executed_ = 0;
  double seconds_ = 0, energy_ = 0;
  Activity activity_;
  std::vector<std::int64_t> stalls_;
};

BOOST_FIXTURE_TEST_CASE(total_is_the_sum_of_streams_of_layers_and_of_frames, Run) {
  Sum streams, layers, frames, periods;
  for (const StreamFigures& stream : figures.streams) {
    Sum own;
    for (const LayerFigures& layer : stream.layers) {
      own.add(layer.figures);
      layers.add(layer.figures);
    }
    own.expect(stream.figures);
    streams.add(stream.figures);
  }
  for (const FrameFigures& frame : figures.frames) frames.add(frame.figures);
  periods.add(figures.first);
  periods.add(figures.steady);
  for (const Sum& sum : {streams, layers, frames, periods}) sum.expect(figures.figures);
  Sum first;
  for (const FrameFigures& frame : figures.frames) {
    if (frame.frame == 0) first.add(frame.figures);
  }
  first.expect(figures.first);
}

BOOST_FIXTURE_TEST_CASE(energy_is_the_sum_of_components_and_of_data, Run) {
  for (const Figures& part : {figures.figures, figures.first, figures.steady,
                              figures.streams[1].layers[2].figures, figures.frames[4].figures}) {
    double components = 0, data = 0;
    for (const auto& [name, energy] : part.energy.by_component) components += energy;
    for (const auto& [name, energy] : part.energy.by_data) data += energy;
    BOOST_TEST(part.energy.total > 0);
    BOOST_TEST(components == part.energy.total, tolerance(kRounding));
    BOOST_TEST(data == part.energy.total, tolerance(kRounding));
  }
}

BOOST_FIXTURE_TEST_CASE(frames_and_names, Run) {
  BOOST_TEST(figures.name == "delta");
  BOOST_TEST(figures.figures.frames == 3);
  BOOST_TEST(figures.first.frames == 1);
  BOOST_TEST(figures.steady.frames == 2);
  BOOST_TEST_REQUIRE(figures.frames.size() == 6U);
  BOOST_TEST(figures.frames[4].stream == "temporal");
  BOOST_TEST(figures.frames[4].frame == 1);
  BOOST_TEST(figures.streams[1].weights == "untrained");
  BOOST_TEST(figures.streams[0].layers[0].name == "conv1");
  BOOST_TEST(figures.streams[0].layers[0].execution == "delta");
  BOOST_TEST(figures.streams[0].layers[0].mapping != "");
}

BOOST_FIXTURE_TEST_CASE(state_and_utilization, Run) {
  const std::int64_t layers = static_cast<std::int64_t>(figures.streams[0].layers.size());
  BOOST_TEST(figures.figures.state.footprint_bytes == 2 * layers * 1000);
  const Activity& activity = figures.figures.activity;
  const std::int64_t bits = activity.at(Component::kDram, Action::kRead, DataKind::kState) +
                            activity.at(Component::kDram, Action::kWrite, DataKind::kState);
  BOOST_TEST(figures.figures.state.bytes_per_frame == bits / 8 / 3);
  BOOST_TEST(
      figures.figures.utilization == static_cast<double>(figures.figures.macs.executed) /
                                         (1024.0 * static_cast<double>(figures.figures.cycles)),
      tolerance(1e-12));
  BOOST_TEST(figures.figures.time_s == static_cast<double>(figures.figures.cycles) / 500e6,
             tolerance(kRounding));
}

BOOST_AUTO_TEST_CASE(steps_of_a_batch_hold_the_frames_of_all_its_pieces) {
  Run run;
  for (StreamProgram& stream : run.setup.streams) stream.batch = 4;
  const EnergyPrices prices(read_energy_table(test::configs() / "energy" / "horowitz_45nm.yaml"),
                            run.setup.streams.front().accelerator);
  const ModeFigures batch = mode_figures("delta", sum_of(run.setup, run.results),
                                         {"spatial", "temporal"}, {"trained", "untrained"}, prices);
  // Totals are what was counted; how many frames that was is another matter.
  BOOST_TEST(batch.figures.cycles == run.figures.figures.cycles);
  BOOST_TEST(batch.figures.energy.total == run.figures.figures.energy.total);
  BOOST_TEST(batch.figures.frames == 12);
  BOOST_TEST(batch.first.frames == 4);
  BOOST_TEST(batch.steady.frames == 8);
  BOOST_TEST(batch.streams[0].figures.frames == 12);
  BOOST_TEST(batch.streams[0].layers[0].figures.frames == 12);
  BOOST_TEST(batch.figures.state.bytes_per_frame == run.figures.figures.state.bytes_per_frame / 4);
  BOOST_REQUIRE(batch.frames.size() == 6);
  BOOST_TEST(batch.frames[1].frame == 1);
  BOOST_TEST(batch.frames[1].figures.frames == 4);
  const std::vector<std::int64_t> side_by_side{1, 4, 7, 10};
  BOOST_TEST(batch.frames[1].batch == side_by_side, boost::test_tools::per_element());
  BOOST_TEST(run.figures.frames[1].batch.empty());
}

BOOST_AUTO_TEST_SUITE_END()
