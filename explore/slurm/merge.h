#pragma once
// From the databases of a cluster's tasks to that of the sweep.

#include <string>
#include <vector>

#include "explore/slurm/cluster_folder.h"
#include "explore/sweep_store.h"

namespace deltasim {

/// Takes what the tasks have found by now. Doing it twice changes nothing, and it may be done while
/// tasks run. A database that cannot be read does not keep the others from being taken.
/// @return what is wrong with those that cannot be read
/// @throws IoError where the sweep's database cannot be written
std::vector<std::string> merge_shards(const ClusterFolder& files, SweepStore& store);

/// A task that ended without all of its points.
struct FailedChunk {
  std::size_t chunk = 0;
  std::string cause;  ///< one clause, with the log's name
};

/// Of the tasks that failed, as far as Slurm remembers them.
std::vector<FailedChunk> failed_chunks(const ClusterFolder& files, const Submission& submission,
                                       const std::vector<ClusterTask>& tasks);

/// Leaves the points of these chunks that are still open as they are, with the cause as their error
/// text. @return how many
std::size_t tell_causes(const ClusterFolder& files, const std::vector<FailedChunk>& failed,
                        SweepStore& store);

}  // namespace deltasim
