#include "explore/sweep_store.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>
#include <chrono>

#include "arch/errors.h"
#include "explore/sqlite.h"
#include "explore/sweep_table.h"
#include "report/weights_notes.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kPacePoints = 50;
constexpr const char* kInputs = "inputs";  // in table `meta`

// SQLite's names of its journal modes.
constexpr const char* kLog = "wal";
constexpr const char* kNoLog = "delete";

double unix_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string marks(std::size_t count) {
  return fmt::format("{}", fmt::join(std::vector<std::string>(count, "?"), ", "));
}

void count(const std::string& status, std::int64_t points, PointCounts& counts) {
  if (status == to_string(PointStatus::kOpen)) counts.open += points;
  if (status == to_string(PointStatus::kDone)) counts.done += points;
  if (status == to_string(PointStatus::kFailed)) counts.failed += points;
  if (status == to_string(PointStatus::kTimedOut)) counts.timed_out += points;
}

PointCounts count_points(SqliteDatabase& database) {
  PointCounts counts;
  SqliteStatement select = database.prepare("SELECT status, count(*) FROM points GROUP BY status");
  while (select.step()) count(select.text(0), select.integer(1), counts);
  return counts;
}

std::vector<std::string> notes_of(const PointCounts& counts) {
  std::vector<std::string> notes;
  const auto tell = [&](std::int64_t points, const char* what) {
    if (points > 0) notes.push_back(fmt::format("{} of {} points {}", points, counts.all(), what));
  };
  tell(counts.open, "are not evaluated yet");
  tell(counts.failed, "failed");
  tell(counts.timed_out, "took longer than the limit");
  return notes;
}

/// @param before,now s, empty for no limit
bool gives_more_time(const std::string& before, const std::string& now) {
  if (before.empty() || before == now) return false;
  return now.empty() || std::strtod(now.c_str(), nullptr) > std::strtod(before.c_str(), nullptr);
}

}  // namespace

class SweepStore::Implementation {
 public:
  Implementation(const fs::path& file, const SweepSpec& spec, std::string_view tool_version,
                 StoreUsers users)
      : database_(file, SqliteDatabase::Access::kCreate),
        facts_(facts_of(spec, tool_version)),
        axes_(sweep_axes(spec)),
        objectives_(spec.objectives) {
    const SweepFacts before = database_.empty() ? facts_ : read_facts(database_);
    require_same_sweep(database_.file(), before, facts_);
    more_time_ = gives_more_time(fact(before, kLimit), fact(facts_, kLimit));
    choose_journal(users);
    SqliteTransaction transaction(database_);
    if (database_.empty()) make_sweep_tables(database_, spec, facts_);
    for (const char* key : {"sweep", "description", kLimit}) {
      if (fact(before, key) != fact(facts_, key)) remember(key, fact(facts_, key));
    }
    transaction.commit();
  }

  void require_inputs(InputFiles inputs) {
    const std::string before = fact(read_facts(database_), kInputs);
    if (before.empty()) {
      remember(kInputs, inputs.json());
    } else {
      require_same_files(inputs.changes_since(InputFiles::from_json(before, database_.file())));
    }
    inputs_ = std::move(inputs);
  }
  InputFiles& inputs() { return inputs_; }

  void add(std::span<const SweepPoint> points) {
    SqliteTransaction transaction(database_);
    SqliteStatement holder = database_.prepare("SELECT hash FROM points WHERE id = ?");
    SqliteStatement insert = database_.prepare(
        fmt::format("INSERT INTO points (id, hash, status, {}) VALUES ({}) "
                    "ON CONFLICT (hash) DO NOTHING",
                    fmt::join(value_columns(axes_), ", "), marks(3 + axes_.size())));
    for (const SweepPoint& point : points) {
      require_id_of(point, holder);
      insert.bind(0, point.id);
      insert.bind(1, point.hash);
      insert.bind(2, to_string(PointStatus::kOpen));
      for (std::size_t i = 0; i < axes_.size(); ++i) {
        insert.bind(static_cast<int>(3 + i), point.values.at(i));
      }
      insert.run();
    }
    transaction.commit();
  }

  void record(std::span<const std::pair<std::string, Evaluation>> by_hash) {
    SqliteTransaction transaction(database_);
    std::string sets;
    for (const std::string& column : objective_columns(objectives_)) sets += ", " + column + " = ?";
    SqliteStatement update =
        database_.prepare(fmt::format("UPDATE points SET status = ?, error = ?, wall_s = ?, "
                                      "finished_s = coalesce(?, finished_s), details = ?{} "
                                      "WHERE hash = ?",
                                      sets));
    for (const auto& [hash, evaluation] : by_hash) {
      int next = 0;
      update.bind(next++, to_string(evaluation.status));
      update.bind(next++, evaluation.error);
      update.bind(next++, evaluation.wall_s);
      if (evaluation.status == PointStatus::kOpen) {
        update.bind_null(next++);  // when an earlier outcome was found is still known
      } else {
        update.bind(next++, unix_time());
      }
      update.bind(next++, evaluation.details);
      for (std::size_t i = 0; i < objectives_.size(); ++i) {
        if (i < evaluation.objectives.size()) {
          update.bind(next++, evaluation.objectives[i]);
        } else {
          update.bind_null(next++);
        }
      }
      update.bind(next, hash);
      update.run();
    }
    transaction.commit();
  }

  // They keep the time of the failure, by which merge() knows it again.
  void reopen_failed() {
    database_.run(fmt::format("UPDATE points SET status = 'open', error = '' WHERE status IN ({})",
                              more_time_ ? "'failed', 'timed_out'" : "'failed'"));
  }

  void remember(std::string_view key, std::string_view value) {
    SqliteStatement insert = database_.prepare(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
    insert.bind(0, key);
    insert.bind(1, value);
    insert.run();
  }

  std::vector<SweepPoint> points(const std::string& hash = {}) {
    return read_points(database_, axes_, objectives_, hash);
  }

  PointCounts counts() { return count_points(database_); }

  void merge(const fs::path& shard) {
    if (!holds_points_of_this_sweep(shard)) return;
    SqliteStatement attach = database_.prepare("ATTACH DATABASE ? AS shard");
    attach.bind(0, shard.string());
    attach.run();
    try {
      take_from_shard();
    } catch (...) {
      database_.run("DETACH DATABASE shard");
      throw;
    }
    database_.run("DETACH DATABASE shard");
  }

 private:
  /// Reads all of it, so that a fault names the shard and not the database that takes it in. A task
  /// that has just begun has made an empty one.
  bool holds_points_of_this_sweep(const fs::path& shard) const {
    try {
      SqliteDatabase other(shard, SqliteDatabase::Access::kWrite);
      if (other.empty()) return false;
      require_same_sweep(other.file(), read_facts(other), facts_);
      other.require_whole();
      return true;
    } catch (const IoError& fault) {
      throw ConfigError(Fault{.found = fault.what()});
    }
  }

  /// Without a log a database may have been shared by machines, and tasks may still read it.
  void choose_journal(StoreUsers users) {
    const bool keep = !database_.empty() && database_.journal_mode() != kLog;
    if (users == StoreUsers::kOneMachine && !keep) database_.set_journal_mode(kLog);
    if (users == StoreUsers::kManyMachines) {
      database_.set_journal_mode(kNoLog);
      if (database_.journal_mode() != kNoLog) {
        throw IoError(database_.file(), "end the write-ahead log of another process", EBUSY);
      }
    }
    // With a log SIGKILL loses nothing, a power cut the last points.
    const bool has_log = database_.journal_mode() == kLog;
    database_.run(fmt::format("PRAGMA synchronous = {}", has_log ? "NORMAL" : "FULL"));
  }

  void require_same_files(const std::vector<std::string>& changes) const {
    std::vector<Fault> faults;
    for (const std::string& change : changes) {
      faults.push_back({.file = database_.file(),
                        .key_path = "another sweep",
                        .found = change + " since the sweep was begun"});
    }
    if (!faults.empty()) throw ConfigError(std::move(faults));
  }

  /// The same inputs, and another design under the same number: a clip, or a file in the place of
  /// another one.
  void require_id_of(const SweepPoint& point, SqliteStatement& holder) {
    holder.bind(0, point.id);
    const bool other = holder.step() && holder.text(0) != point.hash;
    holder.reset();
    if (!other) return;
    throw ConfigError(
        Fault{.file = database_.file(),
              .key_path = "another sweep",
              .found = fmt::format("point {} ({}) was another design: a clip or another file that "
                                   "it names has changed since the sweep was begun",
                                   point.id, fmt::join(point.values, ", "))});
  }

  void take_from_shard() {
    const std::string parameters = fmt::format("{}", fmt::join(value_columns(axes_), ", "));
    std::string outcome = "status, error, wall_s, finished_s, details";
    std::string sets =
        "status = excluded.status, error = excluded.error, wall_s = excluded.wall_s, "
        "finished_s = excluded.finished_s, details = excluded.details";
    for (const std::string& column : objective_columns(objectives_)) {
      outcome += ", " + column;
      sets += fmt::format(", {0} = excluded.{0}", column);
    }
    SqliteTransaction transaction(database_);
    // "WHERE true" tells SQLite's grammar that ON belongs to the insertion.
    database_.run(fmt::format(
        "INSERT INTO main.points (id, hash, {0}, {1}) SELECT id, hash, {0}, {1} FROM shard.points "
        "WHERE true AND shard.points.status <> 'open' ON CONFLICT (hash) DO UPDATE SET {2} "
        "WHERE points.status <> 'done' AND (excluded.status = 'done' OR excluded.finished_s > "
        "coalesce(points.finished_s, 0))",
        parameters, outcome, sets));
    transaction.commit();
  }

  SqliteDatabase database_;
  SweepFacts facts_;
  std::vector<SweepAxis> axes_;
  std::vector<SweepObjective> objectives_;
  InputFiles inputs_;
  bool more_time_ = false;  ///< for a point than the calls before gave
};

SweepStore::SweepStore(const fs::path& file, const SweepSpec& spec, std::string_view tool_version,
                       StoreUsers users)
    : implementation_(std::make_unique<Implementation>(file, spec, tool_version, users)) {}

SweepStore::~SweepStore() = default;

void SweepStore::require_inputs(InputFiles inputs) {
  implementation_->require_inputs(std::move(inputs));
}

InputFiles& SweepStore::inputs() { return implementation_->inputs(); }

void SweepStore::add(std::span<const SweepPoint> points) { implementation_->add(points); }

void SweepStore::record(std::span<const std::pair<std::string, Evaluation>> by_hash) {
  implementation_->record(by_hash);
}

void SweepStore::reopen_failed() { implementation_->reopen_failed(); }

void SweepStore::remember(std::string_view key, std::string_view value) {
  implementation_->remember(key, value);
}

std::optional<SweepPoint> SweepStore::find(const std::string& hash) const {
  std::vector<SweepPoint> found = implementation_->points(hash);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::vector<SweepPoint> SweepStore::points() const { return implementation_->points(); }

PointCounts SweepStore::counts() const { return implementation_->counts(); }

void SweepStore::merge(const fs::path& shard) { implementation_->merge(shard); }

SweepResult read_sweep(const fs::path& file) {
  SqliteDatabase database(file, SqliteDatabase::Access::kReadOnly);
  const SweepFacts facts = read_facts(database);
  SweepResult sweep{.name = fact(facts, "name"),
                    .description = fact(facts, "description"),
                    .axes = axes_of(facts),
                    .objectives = objectives_of(facts)};
  sweep.points = read_points(database, sweep.axes, sweep.objectives);
  for (const char* key : {"command", "deltasim", "base", "base_sha256", "set", "sweep"}) {
    if (!fact(facts, key).empty()) sweep.provenance.emplace_back(key, fact(facts, key));
  }
  sweep.notes = notes_of(counts_of(sweep));
  for (std::string& note : weights_notes(sweep)) sweep.notes.push_back(std::move(note));
  return sweep;
}

SweepPace read_pace(const fs::path& file) {
  SqliteDatabase database(file, SqliteDatabase::Access::kReadOnly);
  read_facts(database);
  SqliteStatement select = database.prepare(fmt::format(
      "SELECT count(*), max(finished_s), max(finished_s) - min(finished_s) FROM (SELECT finished_s "
      "FROM points WHERE finished_s IS NOT NULL ORDER BY finished_s DESC LIMIT {})",
      kPacePoints));
  SweepPace pace;
  if (!select.step() || select.integer(0) < 2) return pace;
  return {.points = select.integer(0), .seconds = select.real(2), .last_s = select.real(1)};
}

PointCounts read_counts(const fs::path& file) {
  SqliteDatabase database(file, SqliteDatabase::Access::kLook);
  return database.has_table("points") ? count_points(database) : PointCounts();
}

PointCounts counts_of(const SweepResult& sweep) {
  PointCounts counts;
  for (const SweepPoint& point : sweep.points) {
    count(std::string(to_string(point.status)), 1, counts);
  }
  return counts;
}

}  // namespace deltasim
