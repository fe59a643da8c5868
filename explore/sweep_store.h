#pragma once
// The points of a sweep in an SQLite database (write-ahead log): one row a point, written when it
// is known, so that whatever ends the program loses no point that was done.

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "arch/sweep_result.h"
#include "explore/evaluation.h"

namespace deltasim {

/// Table `points`: id, hash (unique), status, one column a parameter and objective, error, wall_s,
/// details (text, may be null).
/// Table `meta`: key and value: schema, deltasim, sweep (the file's text), parameters, objectives.
class SweepStore {
 public:
  static constexpr int kSchema = 1;

  /// Opens or makes the database of a sweep.
  /// @throws ConfigError where it is of another version, of another sweep (saying what differs), or
  ///         no database; IoError
  SweepStore(const std::filesystem::path& file, const SweepSpec& spec,
             std::string_view tool_version);
  ~SweepStore();
  SweepStore(const SweepStore&) = delete;
  SweepStore& operator=(const SweepStore&) = delete;

  /// Adds points that are not there yet, open; a hash that is there keeps its row.
  /// @throws IoError, as on a full disk; then none of them is added
  void add(std::span<const SweepPoint> points);
  /// What became of points, in one transaction. @throws IoError
  void record(std::span<const std::pair<std::string, Evaluation>> by_hash);
  std::optional<SweepPoint> find(const std::string& hash) const;
  /// By id.
  std::vector<SweepPoint> points() const;
  /// Takes the points that are done or failed in another store of the same sweep (a shard). Doing
  /// it twice changes nothing.
  void merge(const std::filesystem::path& shard);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// Reads a store without its sweep file, for status, export and reports.
/// @throws ConfigError where it is no sweep's database or of another version; IoError
SweepResult read_sweep(const std::filesystem::path& file);

}  // namespace deltasim
