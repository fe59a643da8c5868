// Commands below `deltasim sweep` that concern a cluster: what its jobs run, and how a user ends
// them.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <thread>

#include "arch/errors.h"
#include "cli/progress.h"
#include "cli/sweep_commands.h"
#include "cli/terminal.h"
#include "cli/value_kinds.h"
#include "cli/version.h"
#include "explore/folder_lock.h"
#include "explore/local_engine.h"
#include "explore/slurm/merge.h"
#include "explore/slurm/status.h"
#include "explore/slurm/worker.h"
#include "explore/sweep_store.h"
#include "report/sweep_text.h"

namespace deltasim::cli {
namespace {

namespace fs = std::filesystem;

struct WorkCommandOptions {
  std::string folder;
  std::size_t chunk = 0;
  int jobs = 0;
};

/// As many as the task has cores.
int jobs_of(const WorkCommandOptions& options) {
  if (options.jobs > 0) return options.jobs;
  const char* cores = std::getenv("SLURM_CPUS_PER_TASK");
  return cores == nullptr ? 1 : std::max(1, std::atoi(cores));
}

int work(const WorkCommandOptions& options, const CommonOptions& common) {
  LocalEngine engine(
      {.shared = {.folder = fs::path(options.folder) / kSharedFolder, .tool_version = kVersion},
       .jobs = jobs_of(options)});
  TerminalProgress progress(common);
  work_on_chunk(options.folder, options.chunk, kVersion, engine, progress);
  return kDone;
}

ClusterFolder cluster_folder(const std::string& folder) {
  ClusterFolder files(folder);
  if (files.exists()) return files;
  throw ConfigError(folder, "holds no sweep that was prepared for a cluster (--engine slurm)");
}

/// Why tasks failed is known for some minutes, and perhaps not to this machine.
std::vector<FailedChunk> known_failures(const ClusterFolder& files) {
  std::vector<FailedChunk> failed;
  for (const SubmissionStatus& each : cluster_status(files).submissions) {
    failed.insert(failed.end(), each.failed.begin(), each.failed.end());
  }
  return failed;
}

/// Until a driver has let go of its folder. @return whether it has
bool has_ended(const fs::path& folder) {
  constexpr std::chrono::milliseconds kStep(50);
  constexpr std::chrono::seconds kPatience(30);
  for (auto waited = std::chrono::milliseconds(0); waited < kPatience; waited += kStep) {
    if (!holder_of(folder)) return true;
    std::this_thread::sleep_for(kStep);
  }
  return false;
}

int merge(const std::string& folder) {
  const ClusterFolder files = cluster_folder(folder);
  const std::optional<FolderHolder> driver = holder_of(files.sweep());
  if (driver && driver->use == FolderUse::kWaits) {
    fmt::print("{} waits for the jobs and takes their results itself\n", driver->text());
    return kDone;
  }
  // Whoever submitted the jobs may just be about to end.
  if (driver) has_ended(files.sweep());
  const FolderLock lock(files.sweep());
  SweepStore store(files.sweep() / kStoreFile, files.read_spec(), kVersion,
                   StoreUsers::kManyMachines);
  for (const std::string& fault : merge_shards(files, store)) print_warning(fault);
  tell_causes(files, known_failures(files), store);
  const SweepResult sweep = read_sweep(files.sweep() / kStoreFile);
  write_sweep_files(sweep, files.sweep());
  fmt::print("{}\n", sweep_text(sweep));
  return kDone;
}

/// The kernel says who holds the folder, so that no other process is meant.
void end_driver(const fs::path& folder, const FolderHolder& driver) {
  if (::kill(driver.process, SIGTERM) != 0) {
    throw IoError(folder.string(), "end " + driver.text(), errno);
  }
  if (!has_ended(folder)) {
    fmt::print("asked {} to end, which it has not done yet\n", driver.text());
    return;
  }
  const PointCounts counts = counts_of(read_sweep(folder / kStoreFile));
  fmt::print("ended {}; {} of {} points are done, --resume goes on\n", driver.text(), counts.done,
             counts.all());
}

int cancel(const std::string& given) {
  const fs::path folder(given);
  if (!fs::exists(folder / kStoreFile)) {
    throw ConfigError(given, fmt::format("holds no sweep: there is no {} in it", kStoreFile));
  }
  // First, so that a search submits no further generation.
  const std::optional<FolderHolder> driver = holder_of(folder);
  if (driver && driver->is_here) end_driver(folder, *driver);
  const ClusterFolder files(folder);
  const std::size_t tasks = files.exists() ? cancel_submissions(files) : 0;
  if (tasks > 0) fmt::print("cancelled {} tasks and jobs of the cluster\n", tasks);
  if (driver && !driver->is_here) {
    throw ConfigError(
        given, fmt::format("{} works on this sweep: cancel it on its machine", driver->text()));
  }
  if (!driver && tasks == 0) fmt::print("nothing works on this sweep\n");
  return kDone;
}

void add_folder(CLI::App& command, std::string& folder) {
  command.add_option("folder", folder, "Folder of the sweep")->type_name(kind::kFolder)->required();
}

}  // namespace

void add_sweep_work(CLI::App& sweep, const CommonOptions& common, Action& chosen) {
  auto options = std::make_shared<WorkCommandOptions>();
  CLI::App* command = sweep.add_subcommand(
      "work", "What a task of --engine slurm runs: evaluate a chunk of the sweep's points");
  add_folder(*command, options->folder);
  command->add_option("--chunk", options->chunk, "Its number")->required();
  command->add_option("-j,--jobs", options->jobs, "Worker processes [$SLURM_CPUS_PER_TASK, or 1]")
      ->check(CLI::Range(1, 4096));
  command->callback([options, &common, &chosen] {
    chosen = [options, &common] { return work(*options, common); };
  });
}

void add_sweep_merge(CLI::App& sweep, Action& chosen) {
  auto folder = std::make_shared<std::string>();
  CLI::App* command = sweep.add_subcommand(
      "merge", "Take what the tasks of --engine slurm have found; may be done at any time");
  add_folder(*command, *folder);
  command->callback([folder, &chosen] { chosen = [folder] { return merge(*folder); }; });
}

void add_sweep_cancel(CLI::App& sweep, Action& chosen) {
  auto folder = std::make_shared<std::string>();
  CLI::App* command = sweep.add_subcommand(
      "cancel", "End a sweep's jobs on the cluster, or its process on this machine");
  add_folder(*command, *folder);
  command->callback([folder, &chosen] { chosen = [folder] { return cancel(*folder); }; });
}

}  // namespace deltasim::cli
