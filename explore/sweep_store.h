#pragma once
// The points of a sweep in an SQLite database (write-ahead log): one row a point, written when it
// is known, so that whatever ends the program loses no point that was done.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "arch/sweep_result.h"
#include "explore/evaluation.h"
#include "explore/input_files.h"

namespace deltasim {

/// Of a sweep's folder.
inline constexpr const char* kStoreFile = "sweep.sqlite";

/// How many points have which status.
struct PointCounts {
  std::int64_t open = 0, done = 0, failed = 0, timed_out = 0;
  std::int64_t all() const { return open + done + failed + timed_out; }
};

/// Who opens a store at the same time.
enum class StoreUsers : std::uint8_t {
  kOneMachine,   ///< processes of one machine: a write-ahead log, unless others were there before
  kManyMachines  ///< those of several, by a shared file system, on which such a log does not work
};

/// Table `points`: id, hash (unique), status, one column a parameter ("parameter NAME") and
/// objective ("objective NAME"), error, wall_s, finished_s (Unix time), details (text, may be
/// null). Table `meta`: key and value: schema, deltasim, sweep (the file's text), name,
/// description, base, base_sha256, set, parameters, objectives, inputs (of require_inputs()), and
/// what remember() is told.
class SweepStore {
 public:
  static constexpr int kSchema = 1;

  /// Opens or makes the database of a sweep.
  /// @throws ConfigError where it is of another version, of another sweep (saying what differs), or
  ///         no database; IoError
  SweepStore(const std::filesystem::path& file, const SweepSpec& spec,
             std::string_view tool_version, StoreUsers users = StoreUsers::kOneMachine);
  ~SweepStore();
  SweepStore(const SweepStore&) = delete;
  SweepStore& operator=(const SweepStore&) = delete;

  /// Says which files the points stand on; the first time it is kept.
  /// @throws ConfigError with all that do not hold what they held then; IoError
  void require_inputs(InputFiles inputs);
  /// The same files, for who evaluates points; none before require_inputs().
  InputFiles& inputs();

  /// Adds points that are not there yet, open; a hash that is there keeps its row.
  /// @throws IoError, as on a full disk; then none of them is added. ConfigError where an id is of
  ///         another design: a clip that it names has changed since
  void add(std::span<const SweepPoint> points);
  /// What became of points, in one transaction. @throws IoError
  void record(std::span<const std::pair<std::string, Evaluation>> by_hash);
  /// Points that failed are open again, and those that timed out where a point now has more time.
  /// @throws IoError
  void reopen_failed();
  /// A fact about the sweep for its readers, such as the command; a new value replaces the old.
  void remember(std::string_view key, std::string_view value);

  std::optional<SweepPoint> find(const std::string& hash) const;
  /// By id.
  std::vector<SweepPoint> points() const;
  PointCounts counts() const;
  /// Takes the points that are done or failed in another store of the same sweep (a shard). A point
  /// that is done here stays as it is; of other outcomes the later one counts, so that a point that
  /// was opened again does not fail of what is known of it. Doing it twice changes nothing, nor
  /// does the order of shards change a status.
  /// An empty shard has none.
  /// @throws ConfigError where the shard is no store of this sweep, is damaged or cannot be read;
  ///         IoError where this store cannot be written
  void merge(const std::filesystem::path& shard);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// Reads a store without its sweep file, for status, export and reports; also while a sweep runs.
/// @throws ConfigError where it is no sweep's database or of another version; IoError
SweepResult read_sweep(const std::filesystem::path& file);

/// How fast points have been finished of late.
struct SweepPace {
  std::int64_t points = 0;  ///< the last so many; 0 where fewer than two are finished
  double seconds = 0;       ///< from the first of them to the last
  double last_s = 0;        ///< when the last one was, Unix time
};
/// @throws as read_sweep()
SweepPace read_pace(const std::filesystem::path& file);

/// The same of a file, at which this only looks: nothing is read but this, nothing is written or
/// tidied. Cheap, for stores that others write.
/// @throws IoError where it cannot be read just now; ConfigError where it is damaged
PointCounts read_counts(const std::filesystem::path& file);

/// How many points have which status.
PointCounts counts_of(const SweepResult& sweep);

}  // namespace deltasim
