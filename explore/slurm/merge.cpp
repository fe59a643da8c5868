#include "explore/slurm/merge.h"

#include <fmt/format.h>

#include "arch/errors.h"

namespace deltasim {

std::vector<std::string> merge_shards(const ClusterFolder& files, SweepStore& store) {
  std::vector<std::string> faults;
  for (const std::filesystem::path& shard : files.shards()) {
    try {
      store.merge(shard);
    } catch (const ConfigError& fault) {
      faults.emplace_back(fault.what());
    }
  }
  return faults;
}

std::vector<FailedChunk> failed_chunks(const ClusterFolder& files, const Submission& submission,
                                       const std::vector<ClusterTask>& tasks) {
  std::vector<FailedChunk> failed;
  for (const ClusterTask& task : tasks) {
    if (!submission.array || task.job != submission.array->id || !task.task) continue;
    if (phase_of(task) != TaskPhase::kFailed || *task.task >= submission.chunks()) continue;
    const std::size_t chunk = submission.first_chunk + *task.task;
    failed.push_back(
        {.chunk = chunk,
         .cause = fmt::format("task {} of job {} was not finished: {}; its log is {}", *task.task,
                              task.job, cause_of(task),
                              files.log_file(submission.number, *task.task).string())});
  }
  return failed;
}

std::size_t tell_causes(const ClusterFolder& files, const std::vector<FailedChunk>& failed,
                        SweepStore& store) {
  std::vector<std::pair<std::string, Evaluation>> outcomes;
  for (const FailedChunk& each : failed) {
    for (const ChunkPoint& listed : files.read_chunk(each.chunk)) {
      const std::optional<SweepPoint> point = store.find(listed.point.hash);
      if (!point || point->status != PointStatus::kOpen) continue;
      outcomes.emplace_back(point->hash,
                            Evaluation{.status = PointStatus::kOpen, .error = each.cause});
    }
  }
  store.record(outcomes);
  return outcomes.size();
}

}  // namespace deltasim
