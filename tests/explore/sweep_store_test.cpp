#include "explore/sweep_store.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <fstream>

#include "arch/errors.h"
#include "tests/explore/sweep_support.h"

BOOST_AUTO_TEST_SUITE(sweep_store_test)

using namespace deltasim;
using deltasim::test::made_up_points;
using deltasim::test::made_up_sweep;
using deltasim::test::TemporaryDirectory;

namespace {

constexpr const char* kVersion = "1.2.3";

Evaluation done(double energy, double top1) {
  return {.status = PointStatus::kDone,
          .objectives = {energy, top1},
          .wall_s = 0.25,
          .details = "{\"sites\": 49}"};
}

Evaluation failed(const std::string& why) {
  return {.status = PointStatus::kFailed, .error = why, .wall_s = 0.5};
}

using Outcome = std::pair<std::string, Evaluation>;

void record(SweepStore& store, const std::vector<Outcome>& outcomes) { store.record(outcomes); }

/// As the sqlite3 program would.
void run_sql(const std::filesystem::path& file, const std::string& sql) {
  sqlite3* connection = nullptr;
  BOOST_REQUIRE(sqlite3_open(file.c_str(), &connection) == SQLITE_OK);
  BOOST_REQUIRE(sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(connection);
}

struct Folder {
  TemporaryDirectory scratch;
  SweepSpec spec = made_up_sweep(scratch);
  std::vector<SweepPoint> points = made_up_points(spec);
  std::filesystem::path file = scratch / "sweep.sqlite";

  std::string refusal(const SweepSpec& other, std::string_view version = kVersion) const {
    try {
      const SweepStore store(file, other, version);
    } catch (const ConfigError& fault) {
      return fault.what();
    }
    return "not refused";
  }
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_recorded_is_read_again) {
  const Folder folder;
  {
    SweepStore store(folder.file, folder.spec, kVersion);
    store.add(folder.points);
    record(store, {{"hash1", done(0.1 + 0.2, 1e300)}, {"hash2", failed("Umlaut ü, \"quote\"\n2")}});
    store.remember("command", "deltasim sweep x");
  }
  const SweepResult sweep = read_sweep(folder.file);
  BOOST_TEST(sweep.name == "made_up");
  BOOST_TEST(sweep.description == "Which depth?");
  BOOST_TEST(sweep.axes.at(1).name == "energy");
  BOOST_TEST(sweep.axes.at(1).levels.at(0) == "a \"quoted\" one");
  BOOST_TEST(sweep.objectives.at(0).unit == "pJ");
  BOOST_TEST(!sweep.objectives.at(1).minimised);
  BOOST_REQUIRE(sweep.points.size() == 4U);
  BOOST_TEST((sweep.points[0].status == PointStatus::kOpen));
  BOOST_TEST((sweep.points[1].status == PointStatus::kDone));
  BOOST_TEST(sweep.points[1].objectives == (std::vector<double>{0.1 + 0.2, 1e300}),
             boost::test_tools::per_element());
  BOOST_TEST(sweep.points[1].values.at(1) == "b");
  BOOST_TEST(sweep.points[1].wall_s == 0.25);
  BOOST_TEST(sweep.points[1].details == "{\"sites\": 49}");
  BOOST_TEST(sweep.points[2].details.empty());
  BOOST_TEST(sweep.points[2].error == "Umlaut ü, \"quote\"\n2");
  BOOST_TEST(sweep.points[2].objectives.empty());
  BOOST_TEST(sweep.provenance.at(0).second == "deltasim sweep x");
  BOOST_TEST(sweep.notes.size() == 2U);
  BOOST_TEST(counts_of(sweep).open == 2);
}

BOOST_AUTO_TEST_CASE(a_point_that_is_there_keeps_its_row) {
  const Folder folder;
  SweepStore store(folder.file, folder.spec, kVersion);
  store.add(folder.points);
  record(store, {{"hash0", done(1, 2)}});
  store.add(folder.points);
  BOOST_TEST(store.points().size() == 4U);
  BOOST_TEST((store.find("hash0")->status == PointStatus::kDone));
  BOOST_TEST(!store.find("no such hash").has_value());
  BOOST_TEST(store.counts().all() == 4);
}

BOOST_AUTO_TEST_CASE(failed_points_are_opened_again_and_others_are_not) {
  const Folder folder;
  SweepStore store(folder.file, folder.spec, kVersion);
  store.add(folder.points);
  record(store, {{"hash0", done(1, 2)},
                 {"hash1", failed("x")},
                 {"hash2", {.status = PointStatus::kTimedOut, .error = "slow"}}});
  store.reopen_failed();
  const PointCounts counts = store.counts();
  BOOST_TEST(counts.open == 2);
  BOOST_TEST(counts.done == 1);
  BOOST_TEST(counts.timed_out == 1);
  BOOST_TEST(store.find("hash1")->error.empty());
}

BOOST_AUTO_TEST_CASE(points_that_timed_out_are_tried_again_with_more_time) {
  const Folder folder;
  const auto with_limit = [&](double seconds) {
    SweepSpec spec = folder.spec;
    spec.point_timeout_s = seconds;
    spec.text += fmt::format("point_timeout: {} s  # may change\nbudget: {{points: 9}}\n", seconds);
    return spec;
  };
  const auto timed_out_after_reopening = [&](const SweepSpec& spec) {
    SweepStore store(folder.file, spec, kVersion);
    store.reopen_failed();
    return store.counts().timed_out;
  };
  {
    SweepStore store(folder.file, with_limit(1), kVersion);
    store.add(folder.points);
    record(store, {{"hash2", {.status = PointStatus::kTimedOut, .error = "slow"}}});
  }
  BOOST_TEST(timed_out_after_reopening(with_limit(1)) == 1);
  BOOST_TEST(timed_out_after_reopening(with_limit(0.5)) == 1);
  BOOST_TEST(timed_out_after_reopening(with_limit(2)) == 0);
}

BOOST_AUTO_TEST_CASE(what_makes_no_point_may_change) {
  const Folder folder;
  { const SweepStore store(folder.file, folder.spec, kVersion); }
  SweepSpec other = folder.spec;
  other.description = "And which width?";
  other.text = "# a comment\n" + other.text + "description: And which width?\n";
  BOOST_TEST(folder.refusal(other) == "not refused");
  BOOST_TEST(read_sweep(folder.file).description == "And which width?");
}

BOOST_AUTO_TEST_CASE(another_sweep_is_refused_and_what_differs_is_said) {
  const Folder folder;
  { const SweepStore store(folder.file, folder.spec, kVersion); }
  SweepSpec other = folder.spec;
  other.text = "name: made_up\nparameters: other\n";
  BOOST_TEST(contains(folder.refusal(other), "line 2 was 'parameters: as above'"));
  BOOST_TEST(contains(folder.refusal(folder.spec, "9.9.9"), "deltasim 1.2.3, and this is 9.9.9"));
  other = folder.spec;
  other.sets = {{"frames", "2"}};
  BOOST_TEST(contains(folder.refusal(other), "frames=2"));
  other = folder.spec;
  other.experiment = folder.scratch.write("edited.yaml", "trace: b.dtrace\n");
  BOOST_TEST(contains(folder.refusal(other), "base experiment has changed"));
  BOOST_TEST(folder.refusal(folder.spec) == "not refused");
}

BOOST_AUTO_TEST_CASE(an_id_of_another_design_is_refused) {
  const Folder folder;
  SweepStore store(folder.file, folder.spec, kVersion);
  store.add(folder.points);
  std::vector<SweepPoint> changed = folder.points;
  changed[2].hash = "another design";
  BOOST_CHECK_THROW(store.add(changed), ConfigError);
  BOOST_TEST(store.points().size() == 4U);
}

BOOST_AUTO_TEST_CASE(other_files_are_refused_and_named) {
  const Folder folder;
  const auto inputs = [&](const char* text) {
    InputFiles files;
    files.add(folder.scratch.write("machine.yaml", text));
    return files;
  };
  SweepStore(folder.file, folder.spec, kVersion).require_inputs(inputs("begun"));
  SweepStore store(folder.file, folder.spec, kVersion);
  store.require_inputs(inputs("begun"));
  try {
    store.require_inputs(inputs("edited"));
    BOOST_ERROR("not refused");
  } catch (const ConfigError& fault) {
    BOOST_TEST(contains(fault.what(), "machine.yaml has changed since the sweep was begun"));
  }
  BOOST_TEST(!store.inputs().empty());
}

BOOST_AUTO_TEST_CASE(a_database_of_another_version_is_refused) {
  const Folder folder;
  { const SweepStore store(folder.file, folder.spec, kVersion); }
  run_sql(folder.file, "UPDATE meta SET value = '7' WHERE key = 'schema'");
  BOOST_TEST(contains(folder.refusal(folder.spec), "version 7"));
  BOOST_CHECK_THROW(read_sweep(folder.file), ConfigError);
}

BOOST_AUTO_TEST_CASE(what_is_no_sweep_is_refused) {
  const Folder folder;
  std::ofstream(folder.file) << std::string(5000, 'x');
  BOOST_TEST(contains(folder.refusal(folder.spec), "is no SQLite database"));
  BOOST_CHECK_THROW(read_sweep(folder.file), ConfigError);
  std::filesystem::remove(folder.file);
  run_sql(folder.file, "CREATE TABLE birds (name TEXT)");
  BOOST_TEST(contains(folder.refusal(folder.spec), "is a database, but not of a sweep"));
  BOOST_CHECK_THROW(read_sweep(folder.file), ConfigError);
  BOOST_CHECK_THROW(read_sweep(folder.scratch / "none.sqlite"), IoError);
  BOOST_CHECK_THROW(read_sweep(folder.scratch.path()), IoError);
}

BOOST_AUTO_TEST_CASE(an_empty_file_becomes_a_store) {
  const Folder folder;
  std::ofstream(folder.file).close();  // as SIGKILL leaves it between open and the first write
  SweepStore store(folder.file, folder.spec, kVersion);
  store.add(folder.points);
  BOOST_TEST(store.points().size() == 4U);
}

BOOST_AUTO_TEST_CASE(shards_are_merged_in_any_order_and_as_often_as_one_likes) {
  const Folder folder;
  const auto shard = [&](const char* name, const std::vector<Outcome>& outcomes) {
    SweepStore store(folder.scratch / name, folder.spec, kVersion);
    store.add(folder.points);
    record(store, outcomes);
    return folder.scratch / name;
  };
  const auto first = shard("a.sqlite", {{"hash0", done(1, 2)}, {"hash1", failed("node died")}});
  const auto second = shard("b.sqlite", {{"hash1", done(3, 4)}, {"hash2", failed("wrong")}});
  std::vector<std::vector<std::pair<PointStatus, double>>> tables;
  for (const auto& order :
       {std::vector{first, second}, std::vector{second, first, second, first}}) {
    SweepStore store(folder.scratch / ("main" + std::to_string(tables.size())), folder.spec,
                     kVersion);
    store.add(folder.points);
    for (const auto& each : order) store.merge(each);
    auto& table = tables.emplace_back();
    for (const SweepPoint& point : store.points()) {
      table.emplace_back(point.status, point.objectives.empty() ? 0 : point.objectives[0]);
    }
  }
  BOOST_TEST((tables[0] == tables[1]));
  BOOST_TEST((tables[0][1].first == PointStatus::kDone));
  BOOST_TEST(tables[0][1].second == 3);
  BOOST_TEST((tables[0][2].first == PointStatus::kFailed));
  BOOST_TEST((tables[0][3].first == PointStatus::kOpen));
}

/// A shard stays where it is, and is merged again with the next submission's.
BOOST_AUTO_TEST_CASE(a_failure_that_was_opened_again_does_not_come_back) {
  const Folder folder;
  const auto failing = [&](const char* name, const Evaluation& evaluation) {
    SweepStore shard(folder.scratch / name, folder.spec, kVersion, StoreUsers::kManyMachines);
    shard.add(folder.points);
    record(shard, {{"hash1", evaluation}});
    return folder.scratch / name;
  };
  SweepStore store(folder.file, folder.spec, kVersion);
  store.add(folder.points);
  const auto old = failing("old.sqlite", failed("no licence"));
  store.merge(old);
  BOOST_TEST(store.find("hash1")->error == "no licence");
  store.reopen_failed();
  store.merge(old);
  BOOST_TEST((store.find("hash1")->status == PointStatus::kOpen));
  BOOST_TEST(store.find("hash1")->error == "");
  record(store, {{"hash1", {.status = PointStatus::kOpen, .error = "it was cancelled"}}});
  store.merge(old);
  BOOST_TEST((store.find("hash1")->status == PointStatus::kOpen));
  BOOST_TEST(store.find("hash1")->error == "it was cancelled");
  const auto late =
      failing("late.sqlite", {.status = PointStatus::kTimedOut, .error = "took too long"});
  const auto later = failing("later.sqlite", failed("out of memory"));
  for (const auto& shard : {later, late, old}) store.merge(shard);
  BOOST_TEST(store.find("hash1")->error == "out of memory");
  const auto well = failing("well.sqlite", done(1, 2));
  for (const auto& shard : {well, old, later}) store.merge(shard);
  BOOST_TEST((store.find("hash1")->status == PointStatus::kDone));
}

BOOST_AUTO_TEST_CASE(a_store_that_machines_have_shared_gets_no_log) {
  const Folder folder;
  const auto log = folder.scratch / "sweep.sqlite-wal";
  {
    const SweepStore here(folder.file, folder.spec, kVersion);
    BOOST_TEST(std::filesystem::exists(log));
    BOOST_CHECK_THROW(SweepStore(folder.file, folder.spec, kVersion, StoreUsers::kManyMachines),
                      IoError);
  }
  { const SweepStore there(folder.file, folder.spec, kVersion, StoreUsers::kManyMachines); }
  SweepStore here_again(folder.file, folder.spec, kVersion);
  here_again.add(folder.points);
  BOOST_TEST(!std::filesystem::exists(log));
}

BOOST_AUTO_TEST_CASE(points_are_counted_without_being_read) {
  const Folder folder;
  SweepStore store(folder.file, folder.spec, kVersion, StoreUsers::kManyMachines);
  store.add(folder.points);
  record(store, {{"hash0", done(1, 2)}, {"hash1", failed("x")}});
  const PointCounts counts = read_counts(folder.file);
  BOOST_TEST(counts.done == 1);
  BOOST_TEST(counts.failed == 1);
  BOOST_TEST(counts.open == 2);
  std::ofstream(folder.scratch / "begun.sqlite").close();
  BOOST_TEST(read_counts(folder.scratch / "begun.sqlite").all() == 0);
  BOOST_CHECK_THROW(read_counts(folder.scratch / "none.sqlite"), IoError);
}

BOOST_AUTO_TEST_CASE(a_shard_of_another_sweep_is_refused) {
  const Folder folder;
  SweepSpec other = folder.spec;
  other.text = "else";
  { const SweepStore shard(folder.scratch / "shard.sqlite", other, kVersion); }
  SweepStore store(folder.file, folder.spec, kVersion);
  BOOST_CHECK_THROW(store.merge(folder.scratch / "shard.sqlite"), ConfigError);
  BOOST_CHECK_EXCEPTION(
      store.merge(folder.scratch / "none.sqlite"), ConfigError, [](const ConfigError& fault) {
        return std::string(fault.what()).find("none.sqlite: cannot read") != std::string::npos;
      });
}

BOOST_AUTO_TEST_CASE(a_shard_that_was_cut_short_is_named_and_changes_nothing) {
  const Folder folder;
  const auto shard = folder.scratch / "shard.sqlite";
  {
    SweepStore whole(shard, folder.spec, kVersion, StoreUsers::kManyMachines);
    whole.add(folder.points);
    for (const char* hash : {"hash0", "hash1", "hash2", "hash3"}) {
      record(whole, {{hash, failed(std::string(20'000, 'x'))}});
    }
  }
  const std::uintmax_t size = std::filesystem::file_size(shard);
  SweepStore store(folder.file, folder.spec, kVersion);
  store.add(folder.points);
  for (std::uintmax_t left = size - 1; left > 1; left = left * 3 / 4) {
    std::filesystem::resize_file(shard, left);
    BOOST_CHECK_EXCEPTION(store.merge(shard), ConfigError, [](const ConfigError& fault) {
      return std::string(fault.what()).find("shard.sqlite: ") != std::string::npos;
    });
    BOOST_TEST(store.counts().open == 4);
  }
  std::filesystem::resize_file(shard, 0);
  store.merge(shard);  // as of a task that has just begun
  BOOST_TEST(store.counts().open == 4);
}

BOOST_AUTO_TEST_CASE(it_is_read_while_it_is_written) {
  const Folder folder;
  SweepStore store(folder.file, folder.spec, kVersion);
  store.add(folder.points);
  record(store, {{"hash0", done(1, 2)}, {"hash1", done(1, 2)}});
  BOOST_TEST(counts_of(read_sweep(folder.file)).done == 2);
  BOOST_TEST(read_pace(folder.file).points == 2);
}

BOOST_AUTO_TEST_CASE(a_killed_writer_loses_nothing_that_was_recorded) {
  const Folder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    SweepStore store(folder.file, folder.spec, kVersion);
    store.add(folder.points);
    record(store, {{"hash2", done(5, 6)}});
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
  const SweepStore store(folder.file, folder.spec, kVersion);
  BOOST_TEST(store.find("hash2")->objectives.at(0) == 5);
  BOOST_TEST(store.counts().open == 3);
}

// A file that may not grow stands for a full disk, which takes root to make.
BOOST_AUTO_TEST_CASE(a_full_disk_is_an_error_and_loses_nothing) {
  const Folder folder;
  {
    SweepStore store(folder.file, folder.spec, kVersion);
    store.add(folder.points);
    record(store, {{"hash0", done(1, 2)}});
  }
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    SweepStore store(folder.file, folder.spec, kVersion);
    const rlimit limit{.rlim_cur = 40'000, .rlim_max = 40'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    try {
      record(store, {{"hash1", failed(std::string(200'000, 'x'))}});
    } catch (const IoError&) {
      ::_exit(7);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  BOOST_TEST(WEXITSTATUS(status) == 7);
  const SweepStore store(folder.file, folder.spec, kVersion);
  BOOST_TEST(store.counts().done == 1);
  BOOST_TEST(store.counts().open == 3);
}

BOOST_AUTO_TEST_SUITE_END()
