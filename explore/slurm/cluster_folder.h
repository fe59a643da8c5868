#pragma once
// What a sweep's folder holds for the cluster, in its folder slurm/: what is to be done (a list a
// chunk), what became of it (a database a chunk), scripts, logs, and which jobs were submitted.

#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

#include "arch/sweep_result.h"
#include "explore/input_files.h"
#include "explore/slurm/cluster.h"
#include "explore/sweep_spec.h"

namespace deltasim {

/// A point that a task evaluates.
struct ChunkPoint {
  SweepPoint point;     ///< id, hash and values
  Overrides overrides;  ///< complete
};

/// One array of jobs and the job that merges its results. Chunks are numbered on from one
/// submission to the next, since their results stay.
struct Submission {
  std::size_t number = 0;  ///< from 1
  std::size_t first_chunk = 0;
  std::vector<std::size_t> chunk_points;  ///< how many points each chunk has
  std::optional<JobId> array;             ///< none where sbatch was not called, or refused
  std::optional<JobId> merge;

  std::size_t chunks() const { return chunk_points.size(); }
  std::vector<JobId> jobs() const;
};

/// Names and formats of these files. Reading throws ConfigError where a file is damaged and IoError
/// where it is not there; writing is whole or not at all.
class ClusterFolder {
 public:
  /// @param sweep folder of the sweep
  explicit ClusterFolder(const std::filesystem::path& sweep);

  const std::filesystem::path& sweep() const { return sweep_; }
  /// Whether the sweep was ever prepared for a cluster.
  bool exists() const;
  std::filesystem::path spec_file() const { return folder_ / "sweep.json"; }
  std::filesystem::path inputs_file() const { return folder_ / "inputs.json"; }
  std::filesystem::path chunk_file(std::size_t chunk) const;
  std::filesystem::path shard_file(std::size_t chunk) const;
  std::filesystem::path log_folder(std::size_t submission) const;
  std::filesystem::path log_file(std::size_t submission, std::size_t task) const;
  std::filesystem::path array_script(std::size_t submission) const;
  std::filesystem::path merge_script(std::size_t submission) const;

  /// Makes the folders that tasks write to.
  void make(std::size_t submission) const;

  /// The sweep as far as tasks need it: all but strategy, constraints and budget, which concern
  /// whoever chooses the points.
  void write_spec(const SweepSpec& spec) const;
  /// Which files the points stand on, and what they held when the points were hashed.
  void write_inputs(const InputFiles& inputs) const;
  InputFiles read_inputs() const;
  SweepSpec read_spec() const;
  void write_chunk(std::size_t chunk, const std::vector<ChunkPoint>& points) const;
  std::vector<ChunkPoint> read_chunk(std::size_t chunk) const;
  void write_submission(const Submission& submission) const;
  /// By number.
  std::vector<Submission> submissions() const;
  /// Databases of tasks, by chunk.
  std::vector<std::filesystem::path> shards() const;

 private:
  std::filesystem::path sweep_;
  std::filesystem::path folder_;
};

}  // namespace deltasim
