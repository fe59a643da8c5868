#pragma once
// Evaluates the points of a sweep by the jobs of a Slurm cluster. Nothing of ours keeps running:
// tasks write databases of their own, and a last job, or whoever waits, merges them.

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>

#include "explore/engine.h"
#include "explore/slurm/chunks.h"
#include "explore/slurm/cluster_folder.h"
#include "explore/slurm/scripts.h"

namespace deltasim {

struct SlurmOptions {
  std::filesystem::path sweep;    ///< folder of the sweep
  std::filesystem::path program;  ///< deltasim, where the nodes find it
  std::string tool_version;
  SlurmRequest request;
  double chunk_s = 600;                    ///< that a task is to take
  std::function<WorkEstimate()> estimate;  ///< asked where there is something to submit
  bool submit = true;                      ///< false: only what sbatch would take is written
  bool wait = false;                       ///< until the results are merged
  std::chrono::milliseconds poll{2000};    ///< between looks at the queue, at least
  std::chrono::seconds patience{600};      ///< with a queue that does not answer
  /// Told of what was written or submitted.
  std::function<void(const ClusterFolder& files, const Submission& submission)> prepared;
};

/// Between looks at the queue and at the databases of so many chunks, on a file system that their
/// tasks need: at least `poll`, and longer with many chunks.
std::chrono::milliseconds look_interval(std::chrono::milliseconds poll, std::size_t chunks);

/// Without `wait`, points are left open: the merge job records them.
class SlurmEngine : public Engine {
 public:
  explicit SlurmEngine(SlurmOptions options) : options_(std::move(options)) {}
  /// No jobs of an earlier submission may be left: require_no_jobs().
  /// @throws ConfigError also where Slurm refuses; scripts and chunks stay
  void evaluate(const SweepSpec& spec, const std::vector<SweepPoint>& points,
                const std::vector<Overrides>& overrides, SweepStore& store,
                ProgressListener& progress) override;

 private:
  Submission prepare(const ClusterFolder& files, const SweepSpec& spec,
                     const std::vector<ChunkPoint>& open, ProgressListener& progress) const;
  void write_scripts(const ClusterFolder& files, const SweepSpec& spec,
                     const Submission& submission) const;
  void follow(const ClusterFolder& files, const Submission& submission, SweepStore& store,
              ProgressListener& progress) const;

  SlurmOptions options_;
};

}  // namespace deltasim
