#pragma once
// How far the cluster is with a sweep.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "arch/progress.h"
#include "explore/slurm/merge.h"

namespace deltasim {

/// Counts the points of a submission that tasks have evaluated; a chunk that is whole is not looked
/// at again.
class ShardCounter {
 public:
  ShardCounter(const ClusterFolder& files, const Submission& submission)
      : files_(files), submission_(submission) {}
  /// A database that cannot be read just now counts as it did before, one that is just being made
  /// as empty.
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

/// A sweep has one driver: the jobs that it was given to, or whoever goes on with it. Of a machine
/// without Slurm's commands, as one that the folder was copied to, `progress` is told that it
/// cannot know.
/// @throws ConfigError where a job of the sweep has not ended, or the queue does not answer
void require_no_jobs(const ClusterFolder& files, ProgressListener& progress);

/// Ends all jobs of a sweep that have not ended. @return how many tasks that were
/// @throws ConfigError
std::size_t cancel_submissions(const ClusterFolder& files);

}  // namespace deltasim
