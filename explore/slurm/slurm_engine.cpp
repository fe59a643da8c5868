#include "explore/slurm/slurm_engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <thread>

#include "arch/atomic_file.h"
#include "arch/errors.h"
#include "arch/interrupt.h"
#include "explore/slurm/merge.h"
#include "explore/slurm/status.h"
#include "explore/sweep_store.h"

namespace deltasim {
namespace {

/// Those that are not evaluated yet, as the store knows them.
std::vector<ChunkPoint> open_points(const std::vector<SweepPoint>& points,
                                    const std::vector<Overrides>& overrides,
                                    const SweepStore& store) {
  std::map<std::string, SweepPoint> rows;
  for (SweepPoint& row : store.points()) rows.emplace(row.hash, std::move(row));
  std::vector<ChunkPoint> open;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const SweepPoint& row = rows.at(points[i].hash);
    if (row.status == PointStatus::kOpen) open.push_back({.point = row, .overrides = overrides[i]});
  }
  return open;
}

void tell(const std::vector<std::string>& faults, ProgressListener& progress) {
  for (const std::string& fault : faults) progress.note(fault);
}

/// The number of the first submission's array may be the first chunk's: later ones go on.
Submission next_submission(const ClusterFolder& files) {
  Submission next{.number = 1};
  for (const Submission& earlier : files.submissions()) {
    next.number = earlier.number + 1;
    next.first_chunk = earlier.first_chunk + earlier.chunks();
  }
  return next;
}

std::size_t chunk_limit(bool submit, ProgressListener& progress) {
  try {
    return max_array_size();
  } catch (const ConfigError&) {
    if (submit) throw;
    progress.note("Slurm does not answer here; chunks are made for its default MaxArraySize, 1001");
    return parse_max_array_size("");
  }
}

/// An array's job is known before the job that follows it, so that `cancel` finds it whatever
/// happens in between.
void submit(const ClusterFolder& files, Submission& submission) {
  submission.array = submit_script(files.array_script(submission.number), std::nullopt);
  files.write_submission(submission);
  try {
    submission.merge = submit_script(files.merge_script(submission.number), submission.array);
  } catch (const ConfigError&) {
    cancel_jobs({*submission.array});
    throw;
  }
  files.write_submission(submission);
}

bool has_ended(const std::vector<ClusterTask>& tasks) {
  return std::ranges::none_of(tasks, [](const ClusterTask& task) {
    const TaskPhase phase = phase_of(task);
    return phase == TaskPhase::kWaiting || phase == TaskPhase::kRunning;
  });
}

/// The queue of a cluster whose controller may be restarted meanwhile.
class PatientQueue {
 public:
  PatientQueue(std::vector<JobId> jobs, std::chrono::seconds patience, ProgressListener& progress)
      : jobs_(std::move(jobs)), patience_(patience), progress_(progress) {}

  /// @return nothing where it does not answer just now
  /// @throws ConfigError where it has not for too long
  std::optional<std::vector<ClusterTask>> look() {
    try {
      std::vector<ClusterTask> tasks = cluster_tasks(jobs_);
      silent_since_.reset();
      return tasks;
    } catch (const ConfigError& fault) {
      const auto now = std::chrono::steady_clock::now();
      if (silent_since_ && now - *silent_since_ >= patience_) {
        throw ConfigError(
            Fault{.found = fmt::format("{}; what was submitted may go on: deltasim sweep status "
                                       "shows it once the queue answers",
                                       fault.what())});
      }
      if (!silent_since_) {
        progress_.note(fmt::format("{}; trying again for {} s", fault.what(), patience_.count()));
        silent_since_ = now;
      }
      return std::nullopt;
    }
  }

 private:
  std::vector<JobId> jobs_;
  std::chrono::seconds patience_;
  ProgressListener& progress_;
  std::optional<std::chrono::steady_clock::time_point> silent_since_;
};

/// What a user reads before looking into the logs; many tasks mostly fail for one reason.
void tell_failures(const std::vector<FailedChunk>& failed, ProgressListener& progress) {
  constexpr std::size_t kTold = 5;
  for (std::size_t i = 0; i < std::min(kTold, failed.size()); ++i) progress.note(failed[i].cause);
  if (failed.size() > kTold) {
    progress.note(fmt::format("{} more tasks were not finished", failed.size() - kTold));
  }
}

/// A signal ends it early.
void sleep_for(std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds kStep(50);
  for (auto slept = kStep; slept <= time && !interrupted(); slept += kStep) {
    std::this_thread::sleep_for(kStep);
  }
}

}  // namespace

std::chrono::milliseconds look_interval(std::chrono::milliseconds poll, std::size_t chunks) {
  constexpr std::chrono::milliseconds kAChunk(20);
  return std::max(poll, kAChunk * static_cast<std::int64_t>(chunks));
}

void SlurmEngine::evaluate(const SweepSpec& spec, const std::vector<SweepPoint>& points,
                           const std::vector<Overrides>& overrides, SweepStore& store,
                           ProgressListener& progress) {
  const ClusterFolder files(options_.sweep);
  const std::vector<ChunkPoint> open = open_points(points, overrides, store);
  progress.advance(static_cast<std::int64_t>(points.size() - open.size()));
  if (open.empty()) return;
  Submission submission = prepare(files, spec, open, progress);
  files.write_inputs(store.inputs());
  if (interrupted()) throw Interrupted("interrupted before anything was submitted");
  if (options_.submit) submit(files, submission);
  if (options_.prepared) options_.prepared(files, submission);
  if (options_.submit && options_.wait) follow(files, submission, store, progress);
}

Submission SlurmEngine::prepare(const ClusterFolder& files, const SweepSpec& spec,
                                const std::vector<ChunkPoint>& open,
                                ProgressListener& progress) const {
  std::vector<Overrides> overrides;
  for (const ChunkPoint& each : open) overrides.push_back(each.overrides);
  const std::size_t most = chunk_limit(options_.submit, progress);
  const std::vector<std::vector<std::size_t>> chunks =
      chunks_of(work_groups(overrides, options_.estimate()), options_.chunk_s, most);
  Submission submission = next_submission(files);
  files.make(submission.number);
  files.write_spec(spec);
  for (const std::vector<std::size_t>& chunk : chunks) {
    std::vector<ChunkPoint> listed;
    for (const std::size_t point : chunk) listed.push_back(open[point]);
    files.write_chunk(submission.first_chunk + submission.chunks(), listed);
    submission.chunk_points.push_back(listed.size());
  }
  write_scripts(files, spec, submission);
  files.write_submission(submission);
  return submission;
}

void SlurmEngine::write_scripts(const ClusterFolder& files, const SweepSpec& spec,
                                const Submission& submission) const {
  const ScriptFacts facts{.sweep = spec.name,
                          .tool_version = options_.tool_version,
                          .program = options_.program,
                          .folder = files.sweep(),
                          .log_folder = files.log_folder(submission.number),
                          .first_chunk = submission.first_chunk,
                          .chunks = submission.chunks(),
                          .request = options_.request};
  write_file_atomically(files.array_script(submission.number), array_script(facts));
  write_file_atomically(files.merge_script(submission.number), merge_script(facts));
}

void SlurmEngine::follow(const ClusterFolder& files, const Submission& submission,
                         SweepStore& store, ProgressListener& progress) const {
  ShardCounter counter(files, submission);
  PatientQueue queue(submission.jobs(), options_.patience, progress);
  std::int64_t told = 0;
  while (true) {
    const std::optional<std::vector<ClusterTask>> tasks = queue.look();
    const std::int64_t evaluated = counter.evaluated();
    progress.advance(evaluated - told);
    told = evaluated;
    if (tasks && has_ended(*tasks)) {
      tell(merge_shards(files, store), progress);
      const std::vector<FailedChunk> failed = failed_chunks(files, submission, *tasks);
      tell_causes(files, failed, store);
      tell_failures(failed, progress);
      return;
    }
    sleep_for(look_interval(options_.poll, submission.chunks()));
    if (!interrupted()) continue;
    progress.note("the cluster's jobs go on: deltasim sweep status shows them, cancel ends them");
    throw Interrupted("interrupted while waiting for the cluster");
  }
}

}  // namespace deltasim
