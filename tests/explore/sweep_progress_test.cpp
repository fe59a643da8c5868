// How much a sweep says that there is to do, with an engine that needs no simulation.

#include <boost/test/unit_test.hpp>

#include "explore/sweep.h"
#include "tests/explore/sweep_support.h"

BOOST_AUTO_TEST_SUITE(sweep_progress_test)

using namespace deltasim;

/// Objectives are made up of the values' labels.
class MadeUpEngine : public Engine {
 public:
  void evaluate(const SweepSpec&, const std::vector<SweepPoint>& points,
                const std::vector<Overrides>&, SweepStore& store,
                ProgressListener& progress) override {
    for (const SweepPoint& point : points) {
      const double a = std::stod(point.values[0]);
      const double b = std::stod(point.values[1]);
      Evaluation done{.status = PointStatus::kDone, .objectives = {a + b, a - b}, .error = {}};
      const std::pair<std::string, Evaluation> row{point.hash, done};
      store.record({&row, 1});
      progress.advance();
    }
  }
};

class Steps : public ProgressListener {
 public:
  void begin(std::string_view, std::int64_t all, std::string_view) override { total = all; }
  void advance(std::int64_t steps) override { done += steps; }
  std::int64_t total = 0, done = 0;
};

struct Search {
  Search() {
    spec = test::made_up_sweep(folder);
    spec.parameters.clear();
    for (const char* key : {"accelerator.pe_array.fifo_depth", "accelerator.glb.banks"}) {
      SweepParameter parameter{.name = key};
      for (int level = 1; level <= 6; ++level) {
        const std::string text = std::to_string(level);
        parameter.levels.push_back({.label = text, .sets = {{key, text}}});
      }
      spec.parameters.push_back(std::move(parameter));
    }
    spec.strategy = Nsga2Strategy{.population = 8, .generations = 2, .seed = 1};
  }

  Steps run(bool resume) {
    MadeUpEngine engine;
    Steps steps;
    run_sweep(spec,
              {.output = folder / "out", .resume = resume, .tool_version = "1", .command = "test"},
              engine, steps);
    return steps;
  }

  test::TemporaryDirectory folder;
  SweepSpec spec;
};

BOOST_FIXTURE_TEST_CASE(a_search_tries_a_population_a_generation, Search) {
  const Steps steps = run(false);
  BOOST_TEST(steps.total == 24);
  BOOST_TEST(steps.done <= 24);
  BOOST_TEST(steps.done > 8);
}

BOOST_FIXTURE_TEST_CASE(a_search_goes_no_further_than_its_budget, Search) {
  spec.budget.points = 5;
  const Steps first = run(false);
  BOOST_TEST(first.total == 5);
  BOOST_TEST(first.done == 5);
  const Steps second = run(true);
  BOOST_TEST(second.total == 10);
  BOOST_TEST(second.done == 10);  // what is there is gone through again
}

BOOST_AUTO_TEST_SUITE_END()
