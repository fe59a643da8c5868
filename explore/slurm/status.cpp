#include "explore/slurm/status.h"

#include <fmt/format.h>

#include <algorithm>

#include "arch/errors.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

bool is_active(const ClusterTask& task) {
  const TaskPhase phase = phase_of(task);
  return phase == TaskPhase::kWaiting || phase == TaskPhase::kRunning;
}

/// A task may be just about to make its database.
std::int64_t evaluated_in(const fs::path& shard) {
  if (!fs::exists(shard)) return 0;
  try {
    const PointCounts counts = counts_of(read_sweep(shard));
    return counts.all() - counts.open;
  } catch (const ConfigError&) {
    return 0;
  }
}

/// Of the tasks that run now.
double pace(const ClusterFolder& files, const SubmissionStatus& status) {
  double points_per_s = 0;
  for (const ClusterTask& task : status.tasks) {
    if (phase_of(task) != TaskPhase::kRunning || !task.task) continue;
    const fs::path shard = files.shard_file(status.submission.first_chunk + *task.task);
    if (evaluated_in(shard) < 2) continue;
    const SweepPace pace = read_pace(shard);
    if (pace.seconds > 0) points_per_s += static_cast<double>(pace.points - 1) / pace.seconds;
  }
  return points_per_s;
}

void look_at_queue(const ClusterFolder& files, SubmissionStatus& status) {
  const Submission& submission = status.submission;
  for (ClusterTask& task : cluster_tasks(submission.jobs())) {
    const bool is_merge = submission.merge && task.job == submission.merge->id;
    (is_merge ? status.merge : status.tasks).push_back(std::move(task));
  }
  status.points_per_s = pace(files, status);
  status.failed = failed_chunks(files, submission, status.tasks);
}

std::size_t count(const std::vector<ClusterTask>& tasks, TaskPhase phase) {
  return static_cast<std::size_t>(std::ranges::count(tasks, phase, phase_of));
}

/// "3 waiting (Resources), 2 running, 4 done, 1 failed"
std::string phases_text(const std::vector<ClusterTask>& tasks) {
  std::string reason;
  for (const ClusterTask& task : tasks) {
    if (phase_of(task) == TaskPhase::kWaiting && task.reason != "None") reason = task.reason;
  }
  return fmt::format(
      "{} waiting{}, {} running, {} done, {} failed", count(tasks, TaskPhase::kWaiting),
      reason.empty() ? "" : fmt::format(" ({})", reason), count(tasks, TaskPhase::kRunning),
      count(tasks, TaskPhase::kCompleted), count(tasks, TaskPhase::kFailed));
}

std::string merge_text(const SubmissionStatus& status) {
  if (!status.submission.merge) return "not submitted";
  const std::string job = "job " + status.submission.merge->text();
  if (status.merge.empty()) return job + " has ended";
  const ClusterTask& task = status.merge.front();
  switch (phase_of(task)) {
    case TaskPhase::kWaiting:
      return fmt::format("{} is waiting ({})", job, task.reason);
    case TaskPhase::kRunning:
      return job + " is running";
    case TaskPhase::kCompleted:
      return job + " is done";
    case TaskPhase::kFailed:
      break;
  }
  return fmt::format("{} failed: {}; deltasim sweep merge does the same here", job, cause_of(task));
}

std::string submission_text(const SubmissionStatus& status, bool queue_known,
                            std::string (*duration)(double)) {
  const Submission& submission = status.submission;
  if (!submission.array) {
    return fmt::format("submission {}: {} chunks prepared, submitted by nobody, or by hand\n",
                       submission.number, submission.chunks());
  }
  std::string text = fmt::format("submission {}: job {}, {} tasks", submission.number,
                                 submission.array->text(), submission.chunks());
  if (!queue_known) {
    text += '\n';
  } else if (status.tasks.empty()) {
    text += "; all have ended\n";
  } else {
    text += fmt::format(": {}\n", phases_text(status.tasks));
  }
  text += fmt::format("  {} of {} points evaluated", status.evaluated, status.points);
  if (status.points_per_s > 0 && status.evaluated < status.points) {
    text += fmt::format(
        ", {} left with the tasks that run now",
        duration(static_cast<double>(status.points - status.evaluated) / status.points_per_s));
  }
  text += '\n';
  if (queue_known) text += fmt::format("  merge: {}\n", merge_text(status));
  for (const FailedChunk& failed : status.failed) text += fmt::format("  {}\n", failed.cause);
  return text;
}

}  // namespace

std::int64_t ShardCounter::evaluated() {
  std::int64_t all = 0;
  for (std::size_t i = 0; i < submission_.chunks(); ++i) {
    std::int64_t& known = evaluated_[i];
    if (known < static_cast<std::int64_t>(submission_.chunk_points[i])) {
      known = evaluated_in(files_.shard_file(submission_.first_chunk + i));
    }
    all += known;
  }
  return all;
}

ClusterStatus cluster_status(const ClusterFolder& files) {
  ClusterStatus status;
  for (const Submission& submission : files.submissions()) {
    SubmissionStatus& each = status.submissions.emplace_back();
    each.submission = submission;
    for (const std::size_t points : submission.chunk_points) {
      each.points += static_cast<std::int64_t>(points);
    }
    each.evaluated = ShardCounter(files, submission).evaluated();
    if (!status.fault.empty() || !submission.array) continue;
    try {
      look_at_queue(files, each);
    } catch (const ConfigError& fault) {
      status.fault = fault.what();
    }
  }
  return status;
}

std::string cluster_status_text(const ClusterStatus& status, std::string (*duration)(double)) {
  std::string text;
  for (const SubmissionStatus& each : status.submissions) {
    text += submission_text(each, status.fault.empty(), duration);
  }
  if (!status.fault.empty()) text += fmt::format("the queue is not known: {}\n", status.fault);
  return text;
}

std::size_t cancel_submissions(const ClusterFolder& files) {
  std::vector<JobId> active;
  std::size_t tasks = 0;
  for (const Submission& submission : files.submissions()) {
    for (const JobId& job : submission.jobs()) {
      const std::vector<ClusterTask> known = cluster_tasks({job});
      const auto count = static_cast<std::size_t>(std::ranges::count_if(known, is_active));
      if (count == 0) continue;
      tasks += count;
      active.push_back(job);
    }
  }
  cancel_jobs(active);
  return tasks;
}

}  // namespace deltasim
