#include "explore/slurm/worker.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <map>

#include "arch/errors.h"
#include "explore/slurm/cluster_folder.h"
#include "explore/sweep_store.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "this node";
}

void require_shared(const ClusterFolder& files, std::size_t chunk) {
  if (fs::exists(files.chunk_file(chunk))) return;
  const std::string what =
      files.exists() ? fmt::format("the sweep has no chunk {}", chunk)
                     : fmt::format(
                           "{} sees no sweep prepared for a cluster there: its folder must "
                           "be on a file system that all nodes share (--out)",
                           host_name());
  throw ConfigError(files.chunk_file(chunk).string(), what);
}

}  // namespace

void work_on_chunk(const fs::path& sweep, std::size_t chunk, const std::string& tool_version,
                   Engine& engine, ProgressListener& progress) {
  const ClusterFolder files(sweep);
  require_shared(files, chunk);
  const SweepSpec spec = files.read_spec();
  const std::vector<ChunkPoint> listed = files.read_chunk(chunk);
  SweepStore shard(files.shard_file(chunk), spec, tool_version, StoreUsers::kManyMachines);
  std::vector<SweepPoint> points;
  for (const ChunkPoint& each : listed) points.push_back(each.point);
  shard.add(points);
  std::map<std::string, PointStatus> status;
  for (const SweepPoint& point : shard.points()) status[point.hash] = point.status;
  std::vector<SweepPoint> open;
  std::vector<Overrides> overrides;
  for (const ChunkPoint& each : listed) {
    if (status.at(each.point.hash) != PointStatus::kOpen) continue;
    open.push_back(each.point);
    overrides.push_back(each.overrides);
  }
  progress.note(fmt::format("chunk {} on {}: {} of {} points to evaluate", chunk, host_name(),
                            open.size(), listed.size()));
  progress.begin("evaluating", static_cast<std::int64_t>(open.size()), "points");
  if (!open.empty()) engine.evaluate(spec, open, overrides, shard, progress);
  progress.end();
}

}  // namespace deltasim
