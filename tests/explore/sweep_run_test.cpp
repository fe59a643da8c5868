// run_sweep() with points that a test makes up: what is kept from one call to the next.

#include "explore/sweep.h"

#include <boost/test/unit_test.hpp>
#include <functional>
#include <set>

#include "arch/errors.h"
#include "tests/support/temporary_directory.h"

BOOST_AUTO_TEST_SUITE(sweep_run_test)

using namespace deltasim;
using deltasim::test::TemporaryDirectory;

namespace {

/// Nothing: the point fails.
using Costs = std::function<std::optional<std::vector<double>>(const std::vector<std::string>&)>;

/// Costs of a point by its labels.
class MadeUpEngine : public Engine {
 public:
  explicit MadeUpEngine(Costs costs) : costs_(std::move(costs)) {}
  void evaluate(const SweepSpec&, const std::vector<SweepPoint>& points,
                const std::vector<Overrides>&, SweepStore& store, ProgressListener&) override {
    std::vector<std::pair<std::string, Evaluation>> outcomes;
    for (const SweepPoint& point : points) {
      const auto costs = costs_(point.values);
      outcomes.emplace_back(point.hash,
                            Evaluation{.status = costs ? PointStatus::kDone : PointStatus::kFailed,
                                       .objectives = costs.value_or(std::vector<double>()),
                                       .error = costs ? "" : "no room"});
    }
    store.record(outcomes);
  }

 private:
  Costs costs_;
};

class Notes : public ProgressListener {
 public:
  void note(std::string_view text) override { all.append(text).append("\n"); }
  std::string all;
};

SweepParameter parameter(const std::string& name, int levels) {
  SweepParameter parameter{.name = name};
  for (int i = 1; i <= levels; ++i) {
    parameter.levels.push_back({std::to_string(i), {{name, std::to_string(i)}}});
  }
  return parameter;
}

struct Run {
  TemporaryDirectory scratch;
  SweepSpec spec;
  Notes notes;

  Run() {
    spec.name = "made_up";
    spec.experiment = scratch.write("base.yaml", "trace: a.dtrace\n");
    spec.parameters = {parameter("a", 12), parameter("b", 12)};
    spec.objectives = {{.name = "x", .expression = "x"}, {.name = "y", .expression = "y"}};
    spec.text = "made up";
  }
  SweepResult run(const Costs& costs, bool resume = false) {
    MadeUpEngine engine(costs);
    return run_sweep(spec, {.output = scratch / "out", .resume = resume, .tool_version = "1"},
                     engine, notes);
  }
};

double number(const std::string& text) { return std::stod(text); }

std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const ConfigError& fault) {
    return fault.what();
  }
  return "not refused";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

// What failed first and is the best of all later leads the search elsewhere.
BOOST_AUTO_TEST_CASE(a_search_whose_failed_point_succeeds_later_goes_on) {
  Run run;
  run.spec.strategy = Nsga2Strategy{.population = 12, .generations = 6, .seed = 3};
  std::set<std::vector<std::string>> failed;
  const auto costs = [](const std::vector<std::string>& point) {
    return std::vector<double>{number(point[0]), 20 - number(point[0]) + number(point[1])};
  };
  const SweepResult first = run.run([&](const auto& point) -> std::optional<std::vector<double>> {
    if (failed.size() < 4) failed.insert(point);
    return failed.contains(point) ? std::nullopt : std::optional(costs(point));
  });
  BOOST_REQUIRE(counts_of(first).failed == 4);
  const SweepResult second = run.run(
      [&](const auto& point) {
        return std::optional(failed.contains(point) ? std::vector<double>{-1, -1} : costs(point));
      },
      true);
  BOOST_TEST(counts_of(second).failed == 0);
  BOOST_TEST(counts_of(second).open == 0);
  BOOST_TEST(second.points.size() > first.points.size());  // or the case shows nothing
  std::set<std::string> hashes;
  for (const SweepPoint& point : second.points) hashes.insert(point.hash);
  BOOST_TEST(hashes.size() == second.points.size());
  // Whoever had an id has it still.
  for (std::size_t i = 0; i < first.points.size(); ++i) {
    BOOST_TEST(second.points[i].id == first.points[i].id);
    BOOST_TEST(second.points[i].hash == first.points[i].hash);
  }
}

BOOST_AUTO_TEST_CASE(a_search_that_is_resumed_gives_the_same_table) {
  Run whole, cut;
  const auto costs = [](const std::vector<std::string>& point) {
    return std::optional(std::vector<double>{number(point[0]), 13 - number(point[1])});
  };
  whole.spec.strategy = cut.spec.strategy = Nsga2Strategy{.population = 8, .generations = 4};
  cut.spec.budget.points = 13;
  const SweepResult expected = whole.run(costs);
  SweepResult found = cut.run(costs);
  for (int i = 0; i < 10; ++i) found = cut.run(costs, true);
  BOOST_REQUIRE(found.points.size() == expected.points.size());
  for (std::size_t i = 0; i < found.points.size(); ++i) {
    BOOST_TEST(found.points[i].values == expected.points[i].values,
               boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(a_sweep_whose_files_have_changed_is_refused) {
  const auto costs = [](const auto&) { return std::optional(std::vector<double>{1, 2}); };
  const std::vector<Overrides> namings{{{"placement", "file.yaml"}},
                                       {{"quantizer", "{kind: step, file: file.yaml}"}},
                                       {{"quantizer.calibration_clips", "[file.yaml]"}},
                                       {{"faults", "{state: {retention: {model: ./file.yaml}}}"}},
                                       {{"energy.models", "{sram: {model: ./file.yaml}}"}}};
  for (const Overrides& naming : namings) {
    for (const bool search : {false, true}) {
      Run run;
      if (search) run.spec.strategy = Nsga2Strategy{.population = 8, .generations = 2};
      run.spec.sets = naming;
      run.spec.budget.points = 1;
      run.scratch.write("table.yaml", "models: {}\n");
      run.spec.sets.emplace_back("energy", "table.yaml");
      run.scratch.write("file.yaml", "1");
      run.run(costs);
      run.run(costs, true);
      run.scratch.write("file.yaml", "22");
      const std::string why = refusal([&] { run.run(costs, true); });
      BOOST_TEST(contains(why, "file.yaml has changed"), naming[0].first << ": " << why);
      BOOST_TEST(counts_of(read_sweep(run.scratch / "out" / kStoreFile)).done == 2);
      run.scratch.write("file.yaml", "1");
      run.run(costs, true);
    }
  }
}

BOOST_AUTO_TEST_CASE(clips_that_hold_the_same_have_a_row_each) {
  Run run;
  SweepParameter clips{.name = "video.file", .levels = {}, .clips = true};
  for (const char* clip : {"v_Run_g01_c01.avi", "v_Run_g01_c02.avi", "v_Walk_g01_c01.avi"}) {
    const std::string file = run.scratch.write(clip, "the same clip").string();
    clips.levels.push_back({.label = clip, .sets = {{"video.file", file}}, .group = "Run"});
  }
  clips.levels.back().group = "Walk";
  run.spec.parameters = {clips};
  const SweepResult result = run.run([](const auto&) {
    return std::optional(std::vector<double>{1, 2});
  });
  BOOST_TEST(counts_of(result).done == 3);
  BOOST_TEST(contains(run.notes.all, "2 clips hold the same as an earlier one"), run.notes.all);
}

BOOST_AUTO_TEST_SUITE_END()
