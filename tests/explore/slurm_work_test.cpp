// What tasks read and write, and how their databases come together.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <set>

#include "arch/errors.h"
#include "arch/interrupt.h"
#include "explore/design_space.h"
#include "explore/slurm/merge.h"
#include "explore/slurm/slurm_engine.h"
#include "explore/slurm/status.h"
#include "explore/slurm/worker.h"
#include "explore/sqlite.h"
#include "tests/explore/sweep_support.h"

BOOST_AUTO_TEST_SUITE(slurm_work_test)

using namespace deltasim;
using deltasim::test::made_up_points;
using deltasim::test::made_up_sweep;
using deltasim::test::TemporaryDirectory;

namespace {

constexpr const char* kVersion = "1.2.3";

/// Objectives that a test can foresee; stops after so many points, as a task whose node fails.
class CountingEngine : public Engine {
 public:
  void evaluate(const SweepSpec&, const std::vector<SweepPoint>& points,
                const std::vector<Overrides>& overrides, SweepStore& store,
                ProgressListener&) override {
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (left == 0) throw Interrupted("stopped");
      --left;
      seen.push_back(points[i].hash);
      const std::vector<std::pair<std::string, Evaluation>> outcome{
          {points[i].hash,
           {.status = PointStatus::kDone,
            .objectives = {static_cast<double>(points[i].id), std::stod(overrides[i][0].second)},
            .wall_s = 1}}};
      store.record(outcome);
    }
  }
  int left = 1000;
  std::vector<std::string> seen;
};

struct Cluster {
  TemporaryDirectory scratch;
  SweepSpec spec = made_up_sweep(scratch);
  std::vector<SweepPoint> points = made_up_points(spec);
  std::filesystem::path sweep = scratch / "out";
  ClusterFolder files{sweep};
  CountingEngine engine;
  ProgressListener progress;

  Cluster() {
    scratch.write("a.dtrace", "");  // as far as a task's look at its input goes
    files.make(1);
    files.write_spec(spec);
    files.write_inputs(PointHasher(spec, kVersion).inputs());
    files.write_chunk(0, {listed(0), listed(2)});
    files.write_chunk(1, {listed(3), listed(1)});
    SweepStore(sweep / kStoreFile, spec, kVersion, StoreUsers::kManyMachines).add(points);
  }
  ChunkPoint listed(std::size_t i) const {
    return {.point = points[i], .overrides = spec.parameters[0].levels[i / 2].sets};
  }
  void work(std::size_t chunk) { work_on_chunk(sweep, chunk, kVersion, engine, progress); }
  std::vector<std::string> merge() const {
    SweepStore store(sweep / kStoreFile, spec, kVersion, StoreUsers::kManyMachines);
    return merge_shards(files, store);
  }
  SweepResult result() const { return read_sweep(sweep / kStoreFile); }
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string refusal(const auto& action) {
  try {
    action();
  } catch (const ConfigError& fault) {
    return fault.what();
  }
  return "not refused";
}

std::string plain_duration(double seconds) { return std::to_string(static_cast<int>(seconds)); }

}  // namespace

BOOST_AUTO_TEST_CASE(tasks_know_the_sweep_as_it_was_submitted) {
  Cluster cluster;
  cluster.spec.point_timeout_s = 1.5;
  cluster.spec.sets = {{"frames", "2"}, {"modes", "[delta]"}};
  cluster.spec.parameters[0].clips = true;
  cluster.spec.parameters[0].levels[1].group = "Archery";
  cluster.files.write_spec(cluster.spec);
  const SweepSpec read = cluster.files.read_spec();
  BOOST_TEST(read.name == cluster.spec.name);
  BOOST_TEST(read.description == cluster.spec.description);
  BOOST_TEST(read.experiment == std::filesystem::absolute(cluster.spec.experiment));
  BOOST_TEST((read.sets == cluster.spec.sets));
  BOOST_TEST(read.text == cluster.spec.text);
  BOOST_TEST((read.point_timeout_s == 1.5));
  BOOST_REQUIRE(read.parameters.size() == 2);
  BOOST_TEST(read.parameters[0].clips);
  BOOST_TEST(!read.parameters[1].clips);
  BOOST_TEST(read.parameters[0].levels[1].group == "Archery");
  BOOST_TEST(read.parameters[1].levels[0].label == "a \"quoted\" one");
  BOOST_TEST((read.parameters[1].levels[0].sets == cluster.spec.parameters[1].levels[0].sets));
  BOOST_REQUIRE(read.objectives.size() == 2);
  BOOST_TEST(read.objectives[0].unit == "pJ");
  BOOST_TEST(read.objectives[1].expression == "t");
  BOOST_TEST(!read.objectives[1].minimised);
}

BOOST_AUTO_TEST_CASE(two_chunks_make_the_whole_table) {
  Cluster cluster;
  cluster.work(1);
  cluster.work(0);
  BOOST_TEST(cluster.merge().empty());
  const SweepResult result = cluster.result();
  BOOST_REQUIRE(result.points.size() == 4);
  for (const SweepPoint& point : result.points) {
    BOOST_TEST((point.status == PointStatus::kDone));
    BOOST_REQUIRE(point.objectives.size() == 2);
    BOOST_TEST(point.objectives[0] == static_cast<double>(point.id));
    BOOST_TEST(point.objectives[1] == (point.id < 2 ? 1.0 : 4.0));
    BOOST_TEST(point.values == cluster.points[static_cast<std::size_t>(point.id)].values,
               boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(a_requeued_task_goes_on_where_it_was) {
  Cluster cluster;
  cluster.engine.left = 1;
  BOOST_CHECK_THROW(cluster.work(0), Interrupted);
  cluster.engine.left = 1000;
  cluster.work(0);
  cluster.work(0);
  BOOST_TEST(cluster.engine.seen == (std::vector<std::string>{"hash0", "hash2"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(merging_twice_and_in_the_middle_changes_nothing) {
  Cluster cluster;
  cluster.work(0);
  BOOST_TEST(cluster.merge().empty());
  BOOST_TEST(counts_of(cluster.result()).done == 2);
  BOOST_TEST(counts_of(cluster.result()).open == 2);
  cluster.work(1);
  cluster.merge();
  cluster.merge();
  BOOST_TEST(counts_of(cluster.result()).done == 4);
  BOOST_TEST(cluster.result().points.size() == 4);
}

BOOST_AUTO_TEST_CASE(a_damaged_shard_does_not_hide_the_others) {
  Cluster cluster;
  cluster.work(0);
  cluster.work(1);
  std::ofstream(cluster.files.shard_file(0)) << "not a database, but long enough to be looked at";
  const std::vector<std::string> faults = cluster.merge();
  BOOST_REQUIRE(faults.size() == 1);
  BOOST_TEST(contains(faults[0], "0.sqlite"));
  BOOST_TEST(counts_of(cluster.result()).done == 2);
}

BOOST_AUTO_TEST_CASE(no_write_ahead_log_lies_on_the_shared_file_system) {
  const Cluster cluster;
  const SweepStore shared(cluster.sweep / kStoreFile, cluster.spec, kVersion,
                          StoreUsers::kManyMachines);
  BOOST_TEST(!std::filesystem::exists(cluster.sweep / "sweep.sqlite-wal"));
}

BOOST_AUTO_TEST_CASE(a_database_that_is_written_or_damaged_just_now_counts_as_before) {
  Cluster cluster;
  const Submission submission{.number = 1, .first_chunk = 0, .chunk_points = {2, 2}};
  ShardCounter counter(cluster.files, submission);
  BOOST_TEST(counter.evaluated() == 0);
  cluster.engine.left = 1;
  BOOST_CHECK_THROW(cluster.work(0), Interrupted);
  BOOST_TEST(counter.evaluated() == 1);
  const std::filesystem::path shard = cluster.files.shard_file(0);
  {
    SqliteDatabase task(shard, SqliteDatabase::Access::kWrite);
    task.run("BEGIN EXCLUSIVE");
    BOOST_TEST(counter.evaluated() == 1);
  }
  std::filesystem::rename(shard, cluster.scratch / "whole");
  std::ofstream(shard) << "not a database, but long enough to be looked at";
  BOOST_TEST(counter.evaluated() == 1);
  std::filesystem::rename(cluster.scratch / "whole", shard);
  cluster.engine.left = 1;
  cluster.work(0);
  BOOST_TEST(counter.evaluated() == 2);
}

BOOST_AUTO_TEST_CASE(many_databases_are_looked_at_less_often) {
  using std::chrono::milliseconds;
  BOOST_TEST((look_interval(milliseconds(2000), 10) == milliseconds(2000)));
  BOOST_TEST((look_interval(milliseconds(2000), 1000) == milliseconds(20'000)));
}

BOOST_AUTO_TEST_CASE(a_node_that_does_not_see_the_folder_says_so) {
  Cluster cluster;
  BOOST_TEST(contains(refusal([&] {
                        work_on_chunk(cluster.scratch / "elsewhere", 0, kVersion, cluster.engine,
                                      cluster.progress);
                      }),
                      "all nodes share"));
  BOOST_TEST(contains(refusal([&] { cluster.work(2); }), "has no chunk 2"));
}

BOOST_AUTO_TEST_CASE(a_base_experiment_that_the_node_does_not_see_is_named) {
  Cluster cluster;
  std::filesystem::remove(cluster.spec.experiment);
  const std::string message = refusal([&] { cluster.work(0); });
  BOOST_TEST(contains(message, cluster.spec.experiment.string()), message);
  BOOST_TEST(contains(message, "cannot read"), message);
  BOOST_TEST(contains(message, "all nodes share"), message);
}

BOOST_AUTO_TEST_CASE(points_whose_trace_the_node_does_not_see_fail) {
  Cluster cluster;
  std::filesystem::remove(cluster.scratch / "a.dtrace");
  cluster.work(0);
  cluster.merge();
  BOOST_TEST(cluster.engine.seen.empty());
  const SweepResult result = cluster.result();
  BOOST_TEST(counts_of(result).failed == 2);
  BOOST_TEST(counts_of(result).open == 2);
  const std::string& error = result.points[0].error;
  BOOST_TEST(contains(error, (cluster.scratch / "a.dtrace").string()), error);
  BOOST_TEST(contains(error, "all nodes share"), error);
}

BOOST_AUTO_TEST_CASE(a_damaged_list_is_named) {
  Cluster cluster;
  std::ofstream(cluster.files.chunk_file(0)) << "[{\"id\": 1";
  BOOST_TEST(contains(refusal([&] { cluster.work(0); }), "chunks/0.json: is damaged"));
}

BOOST_AUTO_TEST_CASE(another_deltasim_on_the_node_is_refused) {
  Cluster cluster;
  cluster.work(0);
  BOOST_TEST(contains(
      refusal([&] { work_on_chunk(cluster.sweep, 0, "9", cluster.engine, cluster.progress); }),
      "1.2.3"));
}

BOOST_AUTO_TEST_CASE(a_file_that_was_edited_while_jobs_waited_is_refused) {
  Cluster cluster;
  const auto table = cluster.scratch.write("table.yaml", "as it was submitted");
  cluster.spec.sets = {{"energy", table.string()}};
  cluster.files.write_spec(cluster.spec);
  cluster.files.write_inputs(PointHasher(cluster.spec, kVersion).inputs());
  cluster.work(0);
  cluster.scratch.write("table.yaml", "edited while the second job waited");
  BOOST_TEST(contains(refusal([&] { cluster.work(1); }), "table.yaml has changed"));
  BOOST_TEST(cluster.engine.seen.size() == 2U);
  cluster.scratch.write("table.yaml", "as it was submitted");
  cluster.work(1);
  BOOST_TEST(cluster.engine.seen.size() == 4U);
  // What a node does not see, its points tell.
  std::filesystem::remove(table);
  cluster.work(1);
}

BOOST_AUTO_TEST_CASE(submissions_are_remembered_by_number) {
  const Cluster cluster;
  for (const std::size_t number : {10, 2}) {
    cluster.files.write_submission({.number = number,
                                    .first_chunk = number,
                                    .chunk_points = {1, 3},
                                    .array = JobId{"12", "big"},
                                    .merge = std::nullopt});
  }
  const std::vector<Submission> read = cluster.files.submissions();
  BOOST_REQUIRE(read.size() == 2);
  BOOST_TEST(read[0].number == 2);
  BOOST_TEST(read[1].first_chunk == 10);
  BOOST_TEST(read[1].chunk_points == (std::vector<std::size_t>{1, 3}),
             boost::test_tools::per_element());
  BOOST_TEST((read[1].array == JobId{"12", "big"}));
  BOOST_TEST(!read[1].merge);
}

BOOST_AUTO_TEST_CASE(points_of_a_failed_task_stay_open_with_its_cause) {
  Cluster cluster;
  cluster.engine.left = 1;
  BOOST_CHECK_THROW(cluster.work(1), Interrupted);
  const Submission submission{
      .number = 1, .first_chunk = 0, .chunk_points = {2, 2}, .array = JobId{"7"}, .merge = {}};
  const std::vector<FailedChunk> failed =
      failed_chunks(cluster.files, submission,
                    parse_queue("7|0|COMPLETED|None|a\n7|1|TIMEOUT|TimeLimit|node2\n"
                                "8|1|FAILED|None|a\n"));
  BOOST_REQUIRE(failed.size() == 1);
  BOOST_TEST(failed[0].chunk == 1);
  BOOST_TEST(contains(failed[0].cause, "slurm/logs/1/1.log"));
  cluster.merge();
  SweepStore store(cluster.sweep / kStoreFile, cluster.spec, kVersion, StoreUsers::kManyMachines);
  BOOST_TEST(tell_causes(cluster.files, failed, store) == 1);
  BOOST_TEST((store.find("hash3")->status == PointStatus::kDone));
  BOOST_TEST((store.find("hash1")->status == PointStatus::kOpen));
  BOOST_TEST(contains(store.find("hash1")->error, "TIMEOUT"));
}

BOOST_AUTO_TEST_CASE(the_status_counts_tasks_and_points) {
  SubmissionStatus status{.submission = {.number = 1,
                                         .first_chunk = 0,
                                         .chunk_points = {30, 30},
                                         .array = JobId{"7"},
                                         .merge = JobId{"8"}},
                          .tasks = parse_queue("7|0|RUNNING|None|a\n7|1|PENDING|Resources|\n"),
                          .merge = parse_queue("8|N/A|PENDING|Dependency|\n"),
                          .points = 60,
                          .evaluated = 20,
                          .points_per_s = 4};
  BOOST_TEST(cluster_status_text({.submissions = {status}}, plain_duration) ==
             "submission 1: job 7, 2 tasks: 1 waiting (Resources), 1 running, 0 done, 0 failed\n"
             "  20 of 60 points evaluated, 10 left with the tasks that run now\n"
             "  merge: job 8 is waiting (Dependency)\n");
  status.tasks.clear();
  status.merge.clear();
  status.points_per_s = 0;
  BOOST_TEST(cluster_status_text({.submissions = {status}}, plain_duration) ==
             "submission 1: job 7, 2 tasks; all have ended\n"
             "  20 of 60 points evaluated\n"
             "  merge: job 8 has ended\n");
  BOOST_TEST(
      cluster_status_text({.submissions = {status}, .fault = "squeue: no"}, plain_duration) ==
      "submission 1: job 7, 2 tasks\n"
      "  20 of 60 points evaluated\n"
      "the queue is not known: squeue: no\n");
}

BOOST_AUTO_TEST_SUITE_END()
