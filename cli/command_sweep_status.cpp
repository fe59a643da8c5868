#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <memory>

#include "arch/atomic_file.h"
#include "arch/errors.h"
#include "cli/progress.h"
#include "cli/sweep_commands.h"
#include "cli/value_kinds.h"
#include "explore/folder_lock.h"
#include "explore/front_share.h"
#include "explore/slurm/status.h"
#include "explore/sweep_store.h"
#include "report/sweep_csv.h"
#include "report/sweep_text.h"

namespace deltasim::cli {
namespace {

namespace fs = std::filesystem;

/// The folder, or the database in it.
fs::path store_of(const fs::path& given) {
  if (!fs::exists(given)) throw IoError(given.string(), "read", ENOENT);
  const fs::path file = fs::is_directory(given) ? given / kStoreFile : given;
  if (fs::exists(file)) return file;
  throw ConfigError(given.string(),
                    fmt::format("holds no sweep: there is no {} in it", kStoreFile));
}

double unix_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// "running (process 12), 3.2 points/s, 4 min 05 s left"
std::string activity_text(const fs::path& file, const PointCounts& counts) {
  const std::optional<FolderHolder> driver = holder_of(file.parent_path());
  if (!driver) return counts.open > 0 ? "no process works on it; --resume goes on\n" : "";
  const SweepPace pace = read_pace(file);
  std::string text = fmt::format("running ({})", driver->text());
  if (pace.points < 2 || pace.seconds <= 0) return text + ", time left unknown\n";
  const double rate = static_cast<double>(pace.points - 1) / pace.seconds;
  return text + fmt::format(", {}, {} left; the last point was finished {} ago\n",
                            format_rate(rate, "points"),
                            format_duration(static_cast<double>(counts.open) / rate),
                            format_duration(std::max(0.0, unix_time() - pace.last_s)));
}

int status(const std::string& folder) {
  const fs::path file = store_of(folder);
  const SweepResult sweep = read_sweep(file);
  fmt::print("{}\n", sweep_text(sweep));
  const ClusterFolder cluster(file.parent_path());
  if (cluster.exists()) {
    fmt::print("{}", cluster_status_text(cluster_status(cluster), format_duration));
  }
  if (!cluster.exists() || holder_of(cluster.sweep())) {
    fmt::print("{}", activity_text(file, counts_of(sweep)));
  }
  return kDone;
}

int export_points(const std::string& folder, const std::string& output) {
  const std::string text = sweep_csv(read_sweep(store_of(folder)));
  if (output.empty()) {
    fmt::print("{}", text);
  } else {
    write_file_atomically(output, text);
  }
  return kDone;
}

int compare_fronts(const std::string& folder, const std::string& reference) {
  const FrontShare share =
      front_share(read_sweep(store_of(folder)), read_sweep(store_of(reference)));
  fmt::print(
      "hypervolume: {:.2f} % of that of {}\npoints evaluated: {}, {:.1f} % of its {}\n",
      100 * share.hypervolume, reference, share.evaluated,
      100 * static_cast<double>(share.evaluated) / static_cast<double>(share.reference_evaluated),
      share.reference_evaluated);
  return kDone;
}

void add_folder(CLI::App& command, std::string& folder) {
  command.add_option("folder", folder, "Folder of the sweep")->type_name(kind::kFolder)->required();
}

}  // namespace

void add_sweep_status(CLI::App& sweep, Action& chosen) {
  auto folder = std::make_shared<std::string>();
  CLI::App* command = sweep.add_subcommand(
      "status", "How many points are done, and the best so far; also while the sweep runs");
  add_folder(*command, *folder);
  command->callback([folder, &chosen] { chosen = [folder] { return status(*folder); }; });
}

void add_sweep_export(CLI::App& sweep, Action& chosen) {
  auto folder = std::make_shared<std::string>();
  auto output = std::make_shared<std::string>();
  CLI::App* command =
      sweep.add_subcommand("export", "The points as CSV, one row each, units in the column names");
  add_folder(*command, *folder);
  command->add_option("-o,--out", *output, "File to write [standard output]")
      ->type_name(kind::kCsv);
  command->callback([folder, output, &chosen] {
    chosen = [folder, output] { return export_points(*folder, *output); };
  });
}

void add_sweep_hypervolume(CLI::App& sweep, Action& chosen) {
  auto folder = std::make_shared<std::string>();
  auto reference = std::make_shared<std::string>();
  CLI::App* command = sweep.add_subcommand(
      "hypervolume", "How much of another sweep's front a search of the same space reaches");
  add_folder(*command, *folder);
  command->add_option("reference", *reference, "Folder of the sweep that tried all of the space")
      ->type_name(kind::kFolder)
      ->required();
  command->callback([folder, reference, &chosen] {
    chosen = [folder, reference] { return compare_fronts(*folder, *reference); };
  });
}

}  // namespace deltasim::cli
