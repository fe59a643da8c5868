#include "cli/slurm_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "arch/errors.h"
#include "arch/shell_word.h"
#include "cli/version.h"

namespace deltasim::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kGroup = "With --engine slurm";

std::optional<std::string> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/// Both scripts, and how sbatch gets them.
void print_scripts(const ClusterFolder& files, const Submission& submission) {
  const fs::path array = files.array_script(submission.number);
  const fs::path merge = files.merge_script(submission.number);
  fmt::print("# {}\n{}\n# {}\n{}\n", array.string(), text_of(array), merge.string(),
             text_of(merge));
  fmt::print("# To submit them:\n#   job=$(sbatch --parsable {})\n", shell_word(array.string()));
  fmt::print("#   sbatch --dependency=afterany:$job {}\n", shell_word(merge.string()));
}

void print_submission(const ClusterFolder& files, const Submission& submission) {
  const std::string folder = shell_word(files.sweep().string());
  fmt::print(
      "submitted job {} ({} tasks) and job {}, which merges their results\n"
      "progress: deltasim sweep status {}\nto end it: deltasim sweep cancel {}\n",
      submission.array->text(), submission.chunks(), submission.merge->text(), folder, folder);
}

}  // namespace

void add_slurm_options(CLI::App& command, SlurmCommandOptions& options) {
  command.add_option("--partition", options.partition, "Partition of the jobs [the cluster's]")
      ->group(kGroup);
  command.add_option("--account", options.account, "Account that the jobs are charged to")
      ->group(kGroup);
  command.add_option("--time", options.time, "Limit of a task, as sbatch reads it: 30:00")
      ->group(kGroup);
  command.add_option("--memory", options.memory, "Memory of a task, as sbatch reads it: 4G")
      ->group(kGroup);
  command
      .add_option("--sbatch-arg", options.sbatch_arguments,
                  "--OPTION=VALUE for sbatch, such as --sbatch-arg=--qos=long; may be repeated")
      ->allow_extra_args(false)
      ->group(kGroup);
  command
      .add_option("--chunk-minutes", options.chunk_minutes,
                  "Work of a task, by estimate [10 minutes]")
      ->check(CLI::PositiveNumber)
      ->group(kGroup);
  command.add_flag("--wait", options.wait, "Follow the jobs until their results are merged")
      ->group(kGroup);
  command
      .add_flag("--print-script", options.print_script,
                "Write and print the scripts for sbatch, and submit nothing")
      ->group(kGroup);
}

void refuse_slurm_options(const CLI::App& command, const std::string& engine) {
  for (const CLI::Option* option : command.get_options()) {
    if (option->count() == 0 || option->get_group() != kGroup) continue;
    throw ConfigError("deltasim sweep", fmt::format("{} needs --engine slurm; the engine is {}",
                                                    option->get_name(false), engine));
  }
}

std::unique_ptr<SlurmEngine> make_slurm_engine(const SlurmCommandOptions& options,
                                               const fs::path& output,
                                               std::function<WorkEstimate()> estimate) {
  constexpr double kSecondsAMinute = 60;
  if (options.print_script && options.wait) {
    throw ConfigError("deltasim sweep",
                      "--print-script submits nothing that --wait could wait for");
  }
  if (!options.print_script) require_sbatch();
  SlurmOptions slurm{.sweep = output,
                     .program = fs::read_symlink("/proc/self/exe"),
                     .tool_version = kVersion,
                     .request = {.partition = given(options.partition),
                                 .account = given(options.account),
                                 .time = given(options.time),
                                 .memory = given(options.memory),
                                 .sbatch_arguments = options.sbatch_arguments},
                     .chunk_s = options.chunk_minutes * kSecondsAMinute,
                     .estimate = std::move(estimate),
                     .submit = !options.print_script,
                     .wait = options.wait};
  check_request(slurm.request);
  if (options.print_script) {
    slurm.prepared = print_scripts;
  } else if (!options.wait) {
    slurm.prepared = print_submission;
  }
  return std::make_unique<SlurmEngine>(std::move(slurm));
}

}  // namespace deltasim::cli
