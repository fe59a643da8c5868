#include "explore/evaluation.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "report/result_values.h"
#include "sim/pipeline/run.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_directory.h"

BOOST_AUTO_TEST_SUITE(evaluation_test)

using namespace deltasim;

/// One frame of the shipped sample.
struct Sample {
  Sample() {
    spec.experiment = test::source_directory() / "configs/experiments/two_stream_sample.yaml";
    spec.objectives = {{.name = "energy", .expression = "modes.delta.energy_pJ.total"}};
    shared = {.folder = folder.path() / "shared", .tool_version = "1"};
  }

  static Overrides point(Overrides own = {}) {
    Overrides all{{"frames", "1"}, {"modes", "[delta]"}};
    all.insert(all.end(), own.begin(), own.end());
    return all;
  }
  std::vector<Evaluation> evaluate(const std::vector<Overrides>& points) const {
    return evaluate_group(spec, points, shared);
  }
  /// What a run of the point says.
  RunResult run(const Overrides& overrides) const {
    ProgressListener silent;
    return run_experiment(load_experiment(spec.experiment, overrides),
                          {.output = folder.path() / "run", .tool_version = "1"}, silent);
  }
  std::set<std::string> items() const {
    std::set<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(shared.folder / "items")) {
      names.insert(file.path().filename().string());
    }
    return names;
  }

  test::TemporaryDirectory folder;
  SweepSpec spec;
  SharedWork shared;
};

BOOST_AUTO_TEST_CASE(points_that_differ_in_prices_share_a_simulation) {
  const std::string plain = simulation_key({{"frames", "1"}});
  for (const char* key : {"energy", "energy.dram.access.energy", "energy_scale",
                          "energy_scale.node", "dram_energy", "frame_rate", "dram_idle", "name"}) {
    BOOST_TEST(simulation_key({{"frames", "1"}, {key, "x"}}) == plain, key);
  }
  for (const char* key : {"accelerator.glb.banks", "clock", "modes", "energyX", "video.file",
                          "quantizer", "baseline", "accelerator", "trace"}) {
    BOOST_TEST(simulation_key({{"frames", "1"}, {key, "x"}}) != plain, key);
  }
  BOOST_TEST(simulation_key({{"frames", "2"}, {"frames", "1"}}) == plain);
  BOOST_TEST(simulation_key({{"frames", "2"}}) != plain);
}

/// Every kind of price, against a run of its own.
BOOST_FIXTURE_TEST_CASE(accounting_anew_gives_what_a_run_gives, Sample) {
  spec.objectives = {
      {.name = "a", .expression = "modes.delta.energy_pJ.total"},
      {.name = "b", .expression = "modes.delta.energy_pJ.total * modes.delta.time_s"},
      {.name = "c", .expression = "modes.delta.streams.spatial.energy_pJ.total"},
      {.name = "d", .expression = "energy_table.unverified_share"}};
  const std::vector<Overrides> points{
      point(),
      point({{"energy", "seneca_22nm"}}),
      point({{"energy.dram.access.energy", "5 pJ"}}),
      point({{"energy.dram.access.energy", "5 pJ"}, {"energy.alu.compare.energy", "1 pJ"}}),
      point({{"energy_scale", "{node: 22 nm, voltage: 0.8 V}"}}),
      point({{"dram_energy", "currents"}}),
      point({{"frame_rate", "25 Hz"}, {"dram_idle", "self_refresh"}})};
  const std::vector<Evaluation> evaluations = evaluate(points);
  std::set<double> energies;
  for (std::size_t i = 0; i < points.size(); ++i) {
    BOOST_TEST_CONTEXT("point " << i) {
      BOOST_TEST(evaluations[i].error == "");
      BOOST_REQUIRE((evaluations[i].status == PointStatus::kDone));
      const RunResult result = run(points[i]);
      ResultValues values(result);
      const double energy = values.at("modes.delta.energy_pJ.total");
      BOOST_TEST(evaluations[i].objectives[0] == energy);
      BOOST_TEST(evaluations[i].objectives[1] == energy * values.at("modes.delta.time_s"));
      BOOST_TEST(evaluations[i].objectives[2] ==
                 values.at("modes.delta.streams.spatial.energy_pJ.total"));
      BOOST_TEST(evaluations[i].objectives[3] == values.at("energy_table.unverified_share"));
      energies.insert(energy);
    }
  }
  BOOST_TEST(energies.size() == points.size() - 1);  // the frame rate leaves the busy time alone
  BOOST_TEST(items().size() == 4U);  // a frame of each stream, once, and of the baseline
}

BOOST_FIXTURE_TEST_CASE(a_mixture_is_chosen_for_its_prices, Sample) {
  spec.objectives = {{.name = "a", .expression = "modes.selective.energy_pJ.total"}};
  const Overrides base{{"frames", "1"}, {"modes", "[selective]"}};
  Overrides other = base;
  other.emplace_back("energy", "seneca_22nm");
  const std::vector<Evaluation> evaluations = evaluate({base, other});
  for (const auto& [evaluation, overrides] :
       {std::pair(evaluations[0], base), std::pair(evaluations[1], other)}) {
    BOOST_TEST(evaluation.error == "");
    const RunResult result = run(overrides);
    BOOST_TEST(evaluation.objectives.at(0) == result.mode("selective")->figures.energy.total);
  }
}

BOOST_FIXTURE_TEST_CASE(one_that_is_wrong_leaves_the_others_alone, Sample) {
  const std::vector<Evaluation> evaluations =
      evaluate({point({{"energy", "horowitz_45"}}), point({{"energy.dram.acess.energy", "1 pJ"}}),
                point(), point({{"frame_rate", "25"}})});
  for (const std::size_t wrong : {0U, 1U, 3U}) {
    BOOST_TEST((evaluations[wrong].status == PointStatus::kFailed));
    BOOST_TEST(evaluations[wrong].objectives.empty());
  }
  BOOST_TEST(evaluations[0].error.find("horowitz_45nm") != std::string::npos);
  BOOST_TEST(evaluations[1].error.find("dram.access") != std::string::npos);
  BOOST_TEST(evaluations[3].error.find("frame_rate") != std::string::npos);
  BOOST_TEST((evaluations[2].status == PointStatus::kDone));
  BOOST_TEST(evaluations[2].wall_s > 0);
}

BOOST_FIXTURE_TEST_CASE(what_cannot_be_simulated_fails_all_with_the_reason, Sample) {
  const Overrides wrong = {{"frames", "99"}, {"modes", "[delta]"}};
  for (const Evaluation& evaluation : evaluate({wrong, wrong})) {
    BOOST_TEST((evaluation.status == PointStatus::kFailed));
    BOOST_TEST(evaluation.error.find("at most 4") != std::string::npos);
  }
}

BOOST_FIXTURE_TEST_CASE(objectives_that_the_result_lacks_name_the_nearest_key, Sample) {
  spec.objectives = {{.name = "a", .expression = "modes.delta.energy_pJ.totl"}};
  BOOST_TEST(evaluate({point()}).at(0).error.find("modes.delta.energy_pJ.total") !=
             std::string::npos);
  spec.objectives = {
      {.name = "a", .expression = "modes.delta.cycles / modes.delta.stall_lane_cycles.x"}};
  BOOST_TEST((evaluate({point()}).at(0).status == PointStatus::kFailed));
  spec.objectives = {{.name = "a", .expression = "1 / (modes.delta.frames - 1)"}};
  const Evaluation nowhere = evaluate({point()}).at(0);
  BOOST_TEST((nowhere.status == PointStatus::kFailed));
  BOOST_TEST(nowhere.error.find("divides by zero") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_layer_can_be_an_objective, Sample) {
  spec.objectives = {{.name = "a", .expression = "modes.delta.streams.spatial.layers.0.cycles"},
                     {.name = "b", .expression = "fidelity.spatial.top1_agreement"}};
  const Evaluation evaluation = evaluate({point()}).at(0);
  BOOST_TEST(evaluation.error == "");
  const RunResult result = run(point());
  BOOST_TEST(evaluation.objectives.at(0) ==
             static_cast<double>(result.modes[0].streams[0].layers[0].figures.cycles));
  BOOST_TEST(evaluation.objectives.at(1) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
