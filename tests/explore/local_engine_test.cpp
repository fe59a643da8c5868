#include "explore/local_engine.h"

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <csignal>
#include <limits>
#include <numeric>
#include <set>
#include <thread>

#include "arch/errors.h"
#include "explore/design_space.h"
#include "tests/explore/sweep_support.h"

BOOST_AUTO_TEST_SUITE(local_engine_test)

using namespace deltasim;
using deltasim::test::made_up_points;
using deltasim::test::made_up_sweep;
using deltasim::test::TemporaryDirectory;

namespace {

/// "depth/energy" of a made-up point.
std::string design(const Overrides& overrides) {
  return overrides.at(0).second + "/" + overrides.at(1).second;
}

Evaluation good(double value) {
  return {.status = PointStatus::kDone, .objectives = {value, 1}, .wall_s = 0.001};
}

/// A sweep whose points are evaluated by whatever a case wants to go wrong.
struct MadeUp {
  TemporaryDirectory scratch;
  SweepSpec spec = made_up_sweep(scratch);
  std::vector<SweepPoint> points = made_up_points(spec);
  std::vector<Overrides> overrides{{{"accelerator.pe_array.fifo_depth", "1"}, {"energy", "a"}},
                                   {{"accelerator.pe_array.fifo_depth", "1"}, {"energy", "b"}},
                                   {{"accelerator.pe_array.fifo_depth", "4"}, {"energy", "a"}},
                                   {{"accelerator.pe_array.fifo_depth", "4"}, {"energy", "b"}}};
  SweepStore store{scratch / "sweep.sqlite", spec, "1"};

  std::vector<SweepPoint> evaluate(const std::function<Evaluation(const std::string&)>& one) {
    const auto group = [&](const SweepSpec&, std::span<const Overrides> all, const SharedWork&,
                           const TakeEvaluation& take) {
      for (const Overrides& each : all) take(one(design(each)));
    };
    store.add(points);
    ProgressListener silent;
    LocalEngine({.shared = {}, .jobs = 2, .evaluate = group})
        .evaluate(spec, points, overrides, store, silent);
    return store.points();
  }

  /// One process evaluates all points.
  void share_a_simulation() {
    char energy = 'a';
    for (Overrides& each : overrides) {
      each = {{"accelerator.pe_array.fifo_depth", "1"}, {"energy", std::string(1, energy++)}};
    }
  }

  /// Whether this is the first time, in whatever process.
  bool first_time(const std::string& what) const {
    const auto marker = scratch / what;
    if (std::filesystem::exists(marker)) return false;
    scratch.write(what, "");
    return true;
  }
};

std::vector<PointStatus> statuses(const std::vector<SweepPoint>& points) {
  std::vector<PointStatus> all;
  for (const SweepPoint& point : points) all.push_back(point.status);
  return all;
}

constexpr PointStatus kDone = PointStatus::kDone;
constexpr PointStatus kFailed = PointStatus::kFailed;
constexpr PointStatus kOpen = PointStatus::kOpen;
using Statuses = std::vector<PointStatus>;

}  // namespace

BOOST_AUTO_TEST_CASE(every_point_is_recorded) {
  MadeUp sweep;
  const auto points =
      sweep.evaluate([](const std::string& name) { return good(name == "4/b" ? 7 : 3); });
  BOOST_TEST((statuses(points) == Statuses{kDone, kDone, kDone, kDone}));
  BOOST_TEST(points[3].objectives.at(0) == 7);
  BOOST_TEST(points[0].objectives.at(0) == 3);
}

BOOST_AUTO_TEST_CASE(a_point_that_crashes_takes_no_other_with_it) {
  MadeUp sweep;
  const auto points = sweep.evaluate([](const std::string& name) {
    std::signal(SIGSEGV, SIG_DFL);  // the test framework has a handler of its own
    if (name == "1/b") ::raise(SIGSEGV);
    return good(1);
  });
  BOOST_TEST((statuses(points) == Statuses{kDone, kFailed, kDone, kDone}));
  BOOST_TEST(points[1].error.find("signal 11") != std::string::npos, points[1].error);
}

BOOST_AUTO_TEST_CASE(a_worker_that_was_killed_once_is_no_failure) {
  MadeUp sweep;
  const auto points = sweep.evaluate([&](const std::string& name) {
    if (name == "4/a" && sweep.first_time("killed with others")) ::raise(SIGKILL);
    if (name == "4/b" && sweep.first_time("killed alone")) ::raise(SIGKILL);
    return good(1);
  });
  BOOST_TEST((statuses(points) == Statuses{kDone, kDone, kDone, kDone}));
}

BOOST_AUTO_TEST_CASE(a_point_that_takes_too_long_is_timed_out) {
  MadeUp sweep;
  sweep.spec.point_timeout_s = 0.3;
  const auto points = sweep.evaluate([](const std::string& name) {
    if (name == "1/a") std::this_thread::sleep_for(std::chrono::hours(1));
    return good(1);
  });
  BOOST_TEST((statuses(points) == Statuses{PointStatus::kTimedOut, kDone, kDone, kDone}));
  BOOST_TEST(!points[0].error.empty());
}

BOOST_AUTO_TEST_CASE(a_fault_that_is_thrown_is_the_error_of_the_points) {
  MadeUp sweep;
  const auto points = sweep.evaluate([](const std::string& name) -> Evaluation {
    if (name.starts_with("4")) throw ConfigError("x.yaml", "is wrong");
    return good(1);
  });
  BOOST_TEST((statuses(points) == Statuses{kDone, kDone, kFailed, kFailed}));
  BOOST_TEST(points[2].error.find("is wrong") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_objective_without_a_value_is_a_failure) {
  MadeUp sweep;
  const auto points = sweep.evaluate([](const std::string& name) {
    return good(name == "1/a" ? std::numeric_limits<double>::quiet_NaN() : 1);
  });
  BOOST_TEST((points[0].status == kFailed));
  BOOST_TEST(points[0].error.find("energy") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_full_disk_ends_the_sweep_and_fails_no_point) {
  MadeUp sweep;
  const auto one = [](const std::string& name) -> Evaluation {
    if (name != "4/b") return good(1);
    return {.status = kFailed, .error = IoError("items/x", "write", ENOSPC).what()};
  };
  BOOST_CHECK_THROW(sweep.evaluate(one), IoError);
  const auto points = sweep.store.points();
  BOOST_TEST((points[2].status == kDone));
  BOOST_TEST((points[3].status == kOpen));
}

BOOST_AUTO_TEST_CASE(a_file_that_changes_meanwhile_ends_the_sweep) {
  MadeUp sweep;
  const auto table = sweep.scratch.write("table.yaml", "as it was hashed");
  InputFiles inputs;
  inputs.add(table);
  sweep.store.require_inputs(inputs);
  const auto one = [&](const std::string& name) {
    if (name == "1/a") sweep.scratch.write("table.yaml", "edited");
    return good(1);
  };
  BOOST_CHECK_EXCEPTION(sweep.evaluate(one), ConfigError, [](const ConfigError& fault) {
    return std::string(fault.what()).find("table.yaml has changed") != std::string::npos;
  });
  const auto points = sweep.store.points();
  BOOST_TEST((points[0].status == kOpen));
  BOOST_TEST((points[1].status == kOpen));
  // Nor is anything begun with it.
  const auto mark = [&](const std::string&) {
    sweep.scratch.write("begun", "");
    return good(1);
  };
  BOOST_CHECK_THROW(sweep.evaluate(mark), ConfigError);
  BOOST_TEST(!std::filesystem::exists(sweep.scratch / "begun"));
  sweep.scratch.write("table.yaml", "as it was hashed");
  const auto again = sweep.evaluate([](const std::string&) { return good(1); });
  BOOST_TEST((statuses(again) == Statuses{kDone, kDone, kDone, kDone}));
}

BOOST_AUTO_TEST_CASE(without_time_left_points_stay_open) {
  MadeUp sweep;
  sweep.spec.budget.hours = 0;
  const auto points = sweep.evaluate([](const std::string&) { return good(1); });
  BOOST_TEST((statuses(points) == Statuses{kOpen, kOpen, kOpen, kOpen}));
}

BOOST_AUTO_TEST_CASE(a_point_is_recorded_before_the_next_one_of_its_process_ends) {
  MadeUp sweep;
  sweep.share_a_simulation();
  const auto points = sweep.evaluate([&](const std::string& name) {
    if (name != "1/d") return good(1);
    for (int tries = 0; tries < 500; ++tries) {
      const auto known = read_sweep(sweep.scratch / "sweep.sqlite").points;
      if (known[0].status == kDone && known[2].status == kDone) return good(2);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return good(3);
  });
  BOOST_TEST((statuses(points) == Statuses{kDone, kDone, kDone, kDone}));
  BOOST_TEST(points[3].objectives.at(0) == 2);
}

BOOST_AUTO_TEST_CASE(the_time_limit_is_one_of_a_point_and_not_of_its_unit) {
  MadeUp sweep;
  sweep.share_a_simulation();
  sweep.spec.point_timeout_s = 1;
  const auto points = sweep.evaluate([&](const std::string& name) {
    if (!sweep.first_time(name.substr(2))) {
      return Evaluation{.status = kFailed, .error = "evaluated twice"};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    return good(1);
  });
  for (const SweepPoint& point : points) BOOST_TEST(point.error == "");
}

BOOST_AUTO_TEST_CASE(a_point_that_is_done_too_late_is_timed_out_all_the_same) {
  MadeUp sweep;
  sweep.spec.point_timeout_s = 100;
  const auto points = sweep.evaluate([](const std::string& name) {
    Evaluation evaluation = good(1);
    if (name == "1/a") evaluation.wall_s = 101;  // as if nobody had looked meanwhile
    return evaluation;
  });
  BOOST_TEST((statuses(points) == Statuses{PointStatus::kTimedOut, kDone, kDone, kDone}));
  BOOST_TEST(points[0].error == "took longer than 100 s");
}

BOOST_AUTO_TEST_CASE(what_was_evaluated_is_kept_where_the_process_dies_or_is_late) {
  MadeUp sweep;
  sweep.share_a_simulation();
  sweep.spec.point_timeout_s = 1;
  const auto points = sweep.evaluate([&](const std::string& name) {
    if (name == "1/a" && !sweep.first_time("a")) {
      return Evaluation{.status = kFailed, .error = "evaluated twice"};
    }
    if (name == "1/b" && sweep.first_time("b")) ::raise(SIGKILL);
    if (name == "1/c") std::this_thread::sleep_for(std::chrono::hours(1));
    return good(1);
  });
  BOOST_TEST((statuses(points) == Statuses{kDone, kDone, PointStatus::kTimedOut, kDone}));
}

BOOST_AUTO_TEST_CASE(points_are_grouped_by_what_is_simulated) {
  const std::vector<Overrides> points{{{"frames", "1"}, {"energy", "a"}},
                                      {{"frames", "2"}},
                                      {{"frames", "1"}, {"frame_rate", "25 Hz"}},
                                      {{"frames", "2"}, {"frames", "1"}}};
  BOOST_TEST((simulation_groups(points) == std::vector<WorkUnit>{{0, 2, 3}, {1}}));
  BOOST_TEST(simulation_groups({}).empty());
}

BOOST_AUTO_TEST_CASE(points_of_one_simulation_are_one_unit) {
  const WorkPlan plan = plan_work({{0, 2}, {1, 4}, {3}}, 2);
  BOOST_TEST((plan.first == std::vector<WorkUnit>{{0, 2}, {1, 4}, {3}}));
  BOOST_TEST(plan.then.empty());
}

BOOST_AUTO_TEST_CASE(many_points_of_one_simulation_are_work_for_all_jobs) {
  WorkUnit group(10'000);
  std::iota(group.begin(), group.end(), std::size_t{0});
  const WorkPlan plan = plan_work({group}, 4);
  BOOST_TEST(plan.first.size() == 1U);
  BOOST_TEST(plan.then.size() >= 8U);
  std::set<std::size_t> all(plan.first[0].begin(), plan.first[0].end());
  for (const WorkUnit& unit : plan.then) all.insert(unit.begin(), unit.end());
  BOOST_TEST(all.size() == 10'000U);
}

BOOST_AUTO_TEST_SUITE_END()
