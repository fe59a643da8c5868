#include "explore/slurm/status.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "arch/errors.h"
#include "explore/slurm/external_command.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

bool is_active(const ClusterTask& task) {
  const TaskPhase phase = phase_of(task);
  return phase == TaskPhase::kWaiting || phase == TaskPhase::kRunning;
}

/// Nothing where it cannot be told just now: a task writes, or the file system does not answer.
std::optional<std::int64_t> evaluated_in(const fs::path& shard) {
  std::error_code unknown;
  if (!fs::exists(shard, unknown)) return 0;
  try {
    const PointCounts counts = read_counts(shard);
    return counts.all() - counts.open;
  } catch (const ConfigError&) {
    return std::nullopt;
  } catch (const IoError&) {
    return std::nullopt;
  }
}

/// Of the tasks that run now.
double pace(const ClusterFolder& files, const SubmissionStatus& status) {
  double points_per_s = 0;
  for (const ClusterTask& task : status.tasks) {
    if (phase_of(task) != TaskPhase::kRunning || !task.task) continue;
    const fs::path shard = files.shard_file(status.submission.first_chunk + *task.task);
    if (evaluated_in(shard).value_or(0) < 2) continue;
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
      known = evaluated_in(files_.shard_file(submission_.first_chunk + i)).value_or(known);
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

void require_no_jobs(const ClusterFolder& files, ProgressListener& progress) {
  for (const Submission& submission : files.submissions()) {
    if (submission.jobs().empty()) continue;
    try {
      const std::vector<ClusterTask> tasks = cluster_tasks(submission.jobs());
      const auto active = std::ranges::find_if(tasks, is_active);
      if (active == tasks.end()) continue;
      throw ConfigError(files.sweep().string(),
                        fmt::format("job {} of this sweep has not ended yet ({}): wait for it, or "
                                    "end it by deltasim sweep cancel",
                                    active->job, active->state));
    } catch (const NoProgram&) {
      progress.note(
          "the sweep was given to a cluster, which this machine does not know: if its jobs have "
          "not "
          "ended, points are evaluated twice");
      return;
    }
  }
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
