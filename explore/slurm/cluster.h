#pragma once
// Slurm as its commands show it: sbatch, squeue, scontrol, scancel.

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace deltasim {

enum class TaskPhase { kWaiting, kRunning, kCompleted, kFailed };

/// A job, or a task of an array of jobs.
struct ClusterTask {
  std::string job;
  std::optional<std::size_t> task;  ///< of an array
  std::string state;                ///< as squeue writes it: "PENDING", "OUT_OF_MEMORY"
  std::string reason;               ///< "Resources", "NonZeroExitCode"; "None" for none
  std::string node;                 ///< empty where it has not been started
  std::string exit{};               ///< "STATUS:SIGNAL" of a failed one, where scontrol tells it
};

TaskPhase phase_of(const ClusterTask& task);

/// Why a task failed, and what helps, in a clause: "it ran out of its time on node2 (TIMEOUT): ..."
std::string cause_of(const ClusterTask& task);

/// Reads lines of JOB|TASK|STATE|REASON|NODE, as squeue's --format=%F|%K|%T|%r|%N.
std::vector<ClusterTask> parse_queue(std::string_view text);

/// Adds `exit` from lines of `scontrol --oneliner show job`.
void add_exit_codes(std::string_view text, std::vector<ClusterTask>& tasks);

/// A job as `sbatch --parsable` names it.
struct JobId {
  std::string id;
  std::string cluster{};  ///< of several; empty: the only one
  std::string text() const { return cluster.empty() ? id : id + ";" + cluster; }
  bool operator==(const JobId&) const = default;
};

/// "12" or "12;cluster". @return nothing where it is neither
std::optional<JobId> parse_job_id(std::string_view text);

/// The largest number of tasks of an array, from `scontrol show config`; 1001, Slurm's default,
/// where it does not say.
std::size_t parse_max_array_size(std::string_view text);

/// @throws ConfigError where this machine has no sbatch
void require_sbatch();

/// Submits a script; it must exist. @param after jobs that must have ended, however
/// @throws ConfigError with sbatch's own message where it refuses, or there is none
JobId submit_script(const std::filesystem::path& script, const std::optional<JobId>& after);

/// The tasks of jobs, those too that ended in the last minutes; Slurm forgets older ones.
/// @throws ConfigError where squeue does not answer
std::vector<ClusterTask> cluster_tasks(const std::vector<JobId>& jobs);

/// @throws ConfigError
void cancel_jobs(const std::vector<JobId>& jobs);

/// @throws ConfigError
std::size_t max_array_size();

}  // namespace deltasim
