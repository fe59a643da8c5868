#pragma once
// How far the cluster is with a sweep.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "explore/slurm/merge.h"

namespace deltasim {

/// Counts the points of a submission that tasks have evaluated; a chunk that is whole is not looked
/// at again.
class ShardCounter {
 public:
  ShardCounter(const ClusterFolder& files, const Submission& submission)
      : files_(files), submission_(submission) {}
  /// @throws IoError; a database that is just being made counts as empty
  std::int64_t evaluated();

 private:
  const ClusterFolder& files_;
  const Submission& submission_;
  std::map<std::size_t, std::int64_t> evaluated_;  ///< by chunk
};

/// One submission.
struct SubmissionStatus {
  Submission submission;
  std::vector<ClusterTask> tasks;  ///< of its array; those that Slurm still knows
  std::vector<ClusterTask> merge;  ///< none or one
  std::int64_t points = 0;
  std::int64_t evaluated = 0;  ///< of these
  double points_per_s = 0;     ///< of the tasks that run, together; 0: not known
  std::vector<FailedChunk> failed;
};

struct ClusterStatus {
  std::vector<SubmissionStatus> submissions;
  std::string fault;  ///< why the queue is not known; empty where it is
};

/// @throws ConfigError where a file of the folder is damaged; IoError
ClusterStatus cluster_status(const ClusterFolder& files);

/// Lines for the terminal. @param duration "4 min 05 s" of so many seconds
std::string cluster_status_text(const ClusterStatus& status, std::string (*duration)(double));

/// Ends all jobs of a sweep that have not ended. @return how many tasks that were
/// @throws ConfigError
std::size_t cancel_submissions(const ClusterFolder& files);

}  // namespace deltasim
