#include "explore/placement_measurement.h"

#include <rapidcheck.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>

#include "arch/errors.h"
#include "explore/placement_rules.h"
#include "sim/work/address_space.h"
#include "tests/sim/engine_support.h"
#include "workloads/networks/network.h"

namespace deltasim {
namespace {

using namespace test;
using enum ExecutionMode;

/// Two streams of one network; nothing is recorded.
class MadeUpRecords : public RecordSource {
 public:
  explicit MadeUpRecords(const std::string& network) {
    for (const char* name : {"spatial", "temporal"}) {
      StreamInfo stream = stream_of(build_network(network));
      stream.name = name;
      StreamSummary& summary = summary_.streams.emplace_back();
      for (const RecordedMap& map : stream.maps) {
        // A tenth changes from the first frame to the second, all to the third.
        const std::int64_t all = map.shape.elements();
        summary.maps.push_back({.name = map.name,
                                .shape = map.shape,
                                .active = {},
                                .changed = {all / 10, all},
                                .unchanged_pixels = {}});
      }
      header_.streams.push_back(std::move(stream));
    }
  }
  const TraceHeader& header() const override { return header_; }
  std::int64_t frames() const override { return 2; }
  const SampleFrames& samples() const override { return samples_; }
  int batch() const override { return 1; }
  std::vector<ModeResults> simulate(const std::vector<ModeSetup>&, ProgressListener&) override {
    throw InternalError("nothing was recorded");
  }
  const TraceSummary& summary() const override { return summary_; }
  std::string trace_name() const override { return {}; }
  std::string trace_sha256() override { return {}; }

 private:
  TraceHeader header_;
  SampleFrames samples_;
  TraceSummary summary_;
};

PlacementProblem problem_of(const RecordSource& records, const AcceleratorSpec& spec) {
  const StreamProgram any{.accelerator = spec,
                          .plan = {},
                          .programs = {},
                          .links = {},
                          .layout = {},
                          .dram = dram::DramModel(spec.dram, configs() / "dram")};
  return unmeasured_problem(records, spec, any, records.summary());
}

BOOST_AUTO_TEST_SUITE(placement_measurement_test)

BOOST_AUTO_TEST_CASE(every_option_occurs_in_a_measuring_placement) {
  for (const auto& [network, accelerator] : {std::pair("resnet50", "delta_event_256"),
                                             std::pair("mobilenet_v2", "delta_event_256_edram"),
                                             std::pair("vgg16", "delta_event_256")}) {
    const MadeUpRecords records(network);
    const PlacementProblem problem = problem_of(records, shipped_accelerator(accelerator));
    const std::vector<Placement> placements = measuring_placements(problem);
    std::size_t most = 0;
    for (std::size_t l = 0; l < problem.layers.size(); ++l) {
      std::vector<bool> seen(problem.layers[l].options.size(), false);
      most = std::max(most, seen.size());
      for (const Placement& placement : placements) {
        seen[static_cast<std::size_t>(option_of(problem, l, placement) -
                                      problem.layers[l].options.data())] = true;
      }
      BOOST_TEST(std::ranges::all_of(seen, [](bool is) { return is; }), problem.layers[l].name);
    }
    // No fewer than a layer has options; not many more, for time is dear.
    BOOST_TEST_MESSAGE(network << ": " << placements.size() << " for " << most);
    BOOST_TEST(placements.size() >= most);
    BOOST_TEST(placements.size() <= 2 * most);
  }
}

/// What an option says of its layer is what the plan of such a choice says.
BOOST_AUTO_TEST_CASE(options_are_what_plans_make_of_layers) {
  const MadeUpRecords records("resnet50");
  const AcceleratorSpec spec = shipped_accelerator("delta_event_256");
  const PlacementProblem problem = problem_of(records, spec);
  BOOST_TEST(rc::check("forms, state and sums as planned", [&] {
    Placement placement = uniform_placement(problem, kDense, StatePlace::kDram);
    for (std::size_t g = 0; g < problem.groups; ++g) {
      const auto mode = static_cast<ExecutionMode>(*rc::gen::inRange(0, 3));
      const auto place = *rc::gen::element(StatePlace::kDram, StatePlace::kGlb);
      placement = moved(problem, std::move(placement), {g, mode, place});
    }
    const auto choices = choices_of(problem, placement, records, StatePlace::kDram);
    std::size_t l = 0;
    for (std::size_t s = 0; s < choices.size(); ++s) {
      const StreamInfo& stream = records.header().streams[s];
      const StreamPlan plan = plan_stream(stream.graph, stream.maps, choices[s].modes);
      for (std::size_t i = 0; i < plan.layers.size(); ++i, ++l) {
        const LayerOption* option = option_of(problem, l, placement);
        RC_ASSERT(option != nullptr);
        RC_ASSERT(problem.layers[l].name == plan.layers[i].layer.name);
        const bool keeps = plan.layers[i].keeps_sum || plan.layers[i].keeps_previous ||
                           state_footprint(spec, plan, i, true) > 0;
        RC_ASSERT(option->keeps_state == keeps);
        const std::size_t sum = first_of_sum(plan, i);
        RC_ASSERT(problem.layers[l].group == problem.layers[l - i + sum].group);
        std::vector<Forms> forms;
        for (const OutputMap& output : plan.layers[i].outputs) {
          Forms& bits = forms.emplace_back(0);
          for (const MapForm form : output.forms) bits |= bit_of(form);
        }
        RC_ASSERT(option->demanded == forms);
      }
    }
  }));
}

BOOST_AUTO_TEST_CASE(sparsity_is_that_of_the_frames_that_are_run) {
  const MadeUpRecords records("alexnet");
  const PlacementProblem problem = problem_of(records, shipped_accelerator("delta_event_256"));
  for (const PlacementLayer& layer : problem.layers) {
    BOOST_TEST(layer.temporal_sparsity == 0.9, boost::test_tools::tolerance(1e-3));
  }
}

BOOST_AUTO_TEST_CASE(places_are_those_of_the_accelerator) {
  const MadeUpRecords records("alexnet");
  const auto places = [&](const AcceleratorSpec& spec) {
    std::set<StatePlace> all;
    const PlacementProblem problem = problem_of(records, spec);
    for (const LayerOption& option : problem.layers.front().options) {
      all.insert(option.place);
    }
    return all;
  };
  AcceleratorSpec spec = shipped_accelerator("delta_event_256");
  BOOST_TEST((places(spec) == std::set{StatePlace::kDram, StatePlace::kGlb}));
  spec.glb.partition.state = Bytes(0);
  BOOST_TEST((places(spec) == std::set{StatePlace::kDram}));
  BOOST_TEST(places(shipped_accelerator("delta_event_256_edram")).size() == 3U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
