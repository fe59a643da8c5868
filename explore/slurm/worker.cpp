#include "explore/slurm/worker.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <map>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "arch/errors.h"
#include "explore/host_name.h"
#include "explore/slurm/cluster_folder.h"
#include "explore/sweep_store.h"
#include "sim/pipeline/experiment.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

/// As its cluster calls it.
std::string node_name() {
  const char* node = std::getenv("SLURMD_NODENAME");
  return node != nullptr ? node : host_name();
}

void require_shared(const ClusterFolder& files, std::size_t chunk) {
  if (fs::exists(files.chunk_file(chunk))) return;
  const std::string what =
      files.exists() ? fmt::format("the sweep has no chunk {}", chunk)
                     : fmt::format(
                           "{} sees no sweep prepared for a cluster there: its folder must "
                           "be on a file system that all nodes share (--out)",
                           node_name());
  throw ConfigError(files.chunk_file(chunk).string(), what);
}

/// Why this node cannot read a file; empty where it can.
std::string why_not_readable(const fs::path& file) {
  if (::access(file.c_str(), R_OK) == 0) return {};
  return fmt::format("{} cannot read {} ({}): it must be on a file system that all nodes share",
                     node_name(), file.string(), std::generic_category().message(errno));
}

/// The trace or clip that a point is evaluated on; nothing where the point is wrong, which its
/// evaluation tells.
std::optional<fs::path> source_of(const SweepSpec& spec, const Overrides& point) {
  try {
    const RunSpec run = load_experiment(spec.experiment, point);
    return run.trace ? *run.trace : run.recording.video.file;
  } catch (const ConfigError&) {
    return std::nullopt;
  } catch (const IoError&) {
    return std::nullopt;
  }
}

/// Asks once for all points whose trace or clip has one name.
class Sources {
 public:
  explicit Sources(const SweepSpec& spec) : spec_(spec) {}
  /// Why this node cannot read that of a point; empty where it can.
  const std::string& fault(const Overrides& point) {
    Overrides named;
    for (const auto& [key, value] : point) {
      if (key.starts_with("trace") || key.starts_with("video")) named.emplace_back(key, value);
    }
    const auto [found, is_new] = faults_.try_emplace(std::move(named));
    if (is_new) {
      const std::optional<fs::path> source = source_of(spec_, point);
      if (source) found->second = why_not_readable(*source);
    }
    return found->second;
  }

 private:
  const SweepSpec& spec_;
  std::map<Overrides, std::string> faults_;
};

/// What a task evaluates.
struct Work {
  std::vector<SweepPoint> points;
  std::vector<Overrides> overrides;
};

/// The points of a chunk that are open; those whose trace or clip this node does not see fail, and
/// a later call tries them again.
Work open_work(const std::vector<ChunkPoint>& listed, const SweepSpec& spec, SweepStore& shard) {
  std::map<std::string, PointStatus> status;
  for (const SweepPoint& point : shard.points()) status[point.hash] = point.status;
  Work work;
  Sources sources(spec);
  std::vector<std::pair<std::string, Evaluation>> failed;
  for (const ChunkPoint& each : listed) {
    if (status.at(each.point.hash) != PointStatus::kOpen) continue;
    const std::string& fault = sources.fault(each.overrides);
    if (!fault.empty()) {
      failed.emplace_back(each.point.hash,
                          Evaluation{.status = PointStatus::kFailed, .error = fault});
      continue;
    }
    work.points.push_back(each.point);
    work.overrides.push_back(each.overrides);
  }
  shard.record(failed);
  return work;
}

/// A job may wait for hours, in which somebody edits a file: its points would no longer be those
/// that their hashes say.
void require_inputs(const ClusterFolder& files, SweepStore& shard) {
  shard.require_inputs(files.read_inputs());
  shard.inputs().forget_unreadable();
  shard.inputs().require_unchanged();
}

}  // namespace

void work_on_chunk(const fs::path& sweep, std::size_t chunk, const std::string& tool_version,
                   Engine& engine, ProgressListener& progress) {
  const ClusterFolder files(sweep);
  require_shared(files, chunk);
  const SweepSpec spec = files.read_spec();
  const std::string fault = why_not_readable(spec.experiment);
  if (!fault.empty()) throw ConfigError("base experiment", fault);
  const std::vector<ChunkPoint> listed = files.read_chunk(chunk);
  SweepStore shard(files.shard_file(chunk), spec, tool_version, StoreUsers::kManyMachines);
  require_inputs(files, shard);
  std::vector<SweepPoint> points;
  for (const ChunkPoint& each : listed) points.push_back(each.point);
  shard.add(points);
  const Work work = open_work(listed, spec, shard);
  progress.note(fmt::format("chunk {} on {}: {} of {} points to evaluate", chunk, node_name(),
                            work.points.size(), listed.size()));
  progress.begin("evaluating", static_cast<std::int64_t>(work.points.size()), "points");
  if (!work.points.empty()) {
    engine.evaluate(spec, work.points, work.overrides, shard, progress);
  }
  progress.end();
}

}  // namespace deltasim
