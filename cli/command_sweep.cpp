#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <memory>
#include <thread>
#include <variant>

#include "arch/atomic_file.h"
#include "arch/errors.h"
#include "arch/resources.h"
#include "arch/shell_word.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/slurm_options.h"
#include "cli/sweep_commands.h"
#include "cli/value_kinds.h"
#include "cli/version.h"
#include "explore/clip_axis.h"
#include "explore/local_engine.h"
#include "explore/sweep.h"
#include "explore/sweep_estimate.h"
#include "report/sweep_csv.h"
#include "report/sweep_report.h"
#include "report/sweep_text.h"

namespace deltasim::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSlurm = "slurm";

struct Options {
  std::string sweep;
  std::string output;
  std::string engine = "local";
  std::vector<std::string> overrides;
  std::string clips;
  int jobs = 0;
  bool resume = false;
  bool dry_run = false;
  SlurmCommandOptions slurm;
};

int jobs_of(const Options& options) {
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  return options.jobs > 0 ? options.jobs : cores;
}

fs::path sweep_file(const std::string& given) {
  std::error_code ignored;
  const bool is_path = given.find('/') != std::string::npos || given.ends_with(".yaml") ||
                       given.ends_with(".yml") || fs::exists(given, ignored);
  return is_path ? fs::path(given) : find_resource("studies", given);
}

std::string command_line(const Options& options) {
  std::string command = "deltasim sweep " + shell_word(options.sweep);
  for (const std::string& text : options.overrides) command += " --set " + shell_word(text);
  if (!options.clips.empty()) command += " --clips " + shell_word(options.clips);
  return command;
}

/// The sweep with what the command line changes of it.
SweepSpec read_sweep_file(const Options& options) {
  Overrides overrides;
  for (const std::string& text : options.overrides) overrides.push_back(parse_override(text));
  SweepSpec spec = load_sweep(sweep_file(options.sweep), overrides);
  if (!options.clips.empty()) set_clips(spec, {.clips = options.clips});
  return spec;
}

/// Whose sweep is run, where, and who is told.
struct Request {
  const Options& options;
  const SweepSpec& spec;
  const SweepOptions& to;
  ProgressListener& progress;
};

/// Makes the engine that --engine names.
struct EngineFactory {
  std::string_view name;
  std::unique_ptr<Engine> (*make)(const Request& request);
};

std::unique_ptr<Engine> make_local(const Request& request) {
  return std::make_unique<LocalEngine>(LocalEngineOptions{
      .shared = {.folder = request.to.output / kSharedFolder, .tool_version = kVersion},
      .jobs = jobs_of(request.options)});
}

std::unique_ptr<Engine> make_slurm(const Request& request) {
  if (std::holds_alternative<Nsga2Strategy>(request.spec.strategy) && !request.options.slurm.wait) {
    throw ConfigError("--engine slurm",
                      "nsga2 chooses each generation by the results of the one before, and so "
                      "submits one after the other: it needs --wait");
  }
  return make_slurm_engine(request.options.slurm, request.to.output, [request] {
    const SweepEstimate estimate = estimate_sweep(request.spec, request.to, 1, request.progress);
    return WorkEstimate{.simulation_s = estimate.simulation_s,
                        .accounting_s = estimate.accounting_s.value_or(estimate.simulation_s)};
  });
}

constexpr std::array kEngines{EngineFactory{"local", make_local},
                              EngineFactory{kSlurm, make_slurm}};

std::unique_ptr<Engine> make_engine(const Request& request) {
  const std::string& wanted = request.options.engine;
  std::vector<std::string> names;
  for (const EngineFactory& engine : kEngines) {
    if (engine.name == wanted) return engine.make(request);
    names.emplace_back(engine.name);
  }
  throw ConfigError(Fault{.key_path = "--engine",
                          .found = "'" + wanted + "'",
                          .expected = fmt::format("one of {}", fmt::join(names, ", ")),
                          .nearest = nearest_name(wanted, names)});
}

/// Whether the result is the cluster's to come, of which the user has been told.
bool goes_on(const Options& options, const SweepResult& result) {
  return options.engine == kSlurm && !options.slurm.wait && counts_of(result).open > 0;
}

int run(const Options& options, const CommonOptions& common) {
  if (options.sweep.empty()) {
    throw ConfigError("deltasim sweep", "a sweep file is required; see deltasim sweep --help");
  }
  const SweepSpec spec = read_sweep_file(options);
  const fs::path output =
      options.output.empty() ? fs::path("results") / spec.name : fs::path(options.output);
  const SweepOptions to{
      .output = output,
      .resume = options.resume,
      .tool_version = kVersion,
      .command = command_line(options),
      .users = options.engine == kSlurm ? StoreUsers::kManyMachines : StoreUsers::kOneMachine,
      .use = options.slurm.wait ? FolderUse::kWaits : FolderUse::kWorks};
  TerminalProgress progress(common);
  if (options.dry_run) {
    fmt::print("{}", estimate_text(spec, estimate_sweep(spec, to, jobs_of(options), progress),
                                   jobs_of(options)));
    return kDone;
  }
  const std::unique_ptr<Engine> engine =
      make_engine({.options = options, .spec = spec, .to = to, .progress = progress});
  const SweepResult result = run_sweep(spec, to, *engine, progress);
  if (goes_on(options, result)) return kDone;
  write_sweep_files(result, output);
  fmt::print("{}\n{}\nall points: {}\npage: {}\nfigures: {}\n", sweep_text(result),
             findings_text(result, analyse(result)), (output / kSweepCsv).string(),
             (output / kSweepPage).string(), (output / kFigureFolder).string());
  const PointCounts counts = counts_of(result);
  return counts.done == 0 && counts.failed > 0 ? kBadInput : kDone;
}

void add_options(CLI::App& command, Options& options) {
  command.add_option("sweep", options.sweep, "Sweep: a YAML file, or the name of a shipped study")
      ->type_name(kind::kSweep);
  command.add_option("-o,--out", options.output, "Folder of the sweep [results/NAME]")
      ->type_name(kind::kFolder);
  command.add_option("--engine", options.engine, "Where points are evaluated [local]")
      ->type_name(kind::kEngine);
  command.add_option("-j,--jobs", options.jobs, "Worker processes [one a core]")
      ->check(CLI::Range(1, 4096));
  command.add_flag("--resume", options.resume,
                   "Go on with the sweep in the folder; failed points are tried once more");
  command.add_flag("--dry-run", options.dry_run,
                   "Tell how many points and simulations it takes, and how long");
  command
      .add_option("--clips", options.clips,
                  "Clips, each of which is a point: a folder, a shell pattern, or a .txt file")
      ->type_name(kind::kFolder);
  command
      .add_option("--set", options.overrides,
                  "key=value: changes a key of every point, as with run; may be repeated")
      ->type_name(kind::kOverride)
      ->allow_extra_args(false);
  add_slurm_options(command, options.slurm);
}

/// Options of the sweep itself fall through from the commands below it.
void refuse_options_of(const CLI::App& command, const std::string& chosen) {
  for (const CLI::Option* option : command.get_options()) {
    if (option->count() == 0) continue;
    throw ConfigError(
        "deltasim sweep " + chosen,
        fmt::format("{} is for deltasim sweep itself",
                    option->get_positional() ? "another argument" : option->get_name(false)));
  }
}

}  // namespace

void write_sweep_files(const SweepResult& sweep, const fs::path& output) {
  write_file_atomically(output / kSweepCsv, sweep_csv(sweep));
  const SweepAnalysis analysis = analyse(sweep);
  write_sweep_page(sweep, analysis, output, kVersion);
  for (const std::string& note : write_sweep_figures(sweep, analysis, output, true, kVersion)) {
    fmt::print(stderr, "deltasim: {}\n", note);
  }
}

void add_sweep(CLI::App& app, const CommonOptions& common, Action& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "sweep", "Evaluate the designs of a sweep file, and find those that no other one beats");
  add_options(*command, *options);
  command->callback([options, &common, &chosen, command] {
    const auto below = command->get_subcommands();
    if (!below.empty()) return refuse_options_of(*command, below.front()->get_name());
    if (options->engine != kSlurm) refuse_slurm_options(*command, options->engine);
    chosen = [options, &common] { return run(*options, common); };
  });
  add_sweep_status(*command, chosen);
  add_sweep_export(*command, chosen);
  add_sweep_hypervolume(*command, chosen);
  add_sweep_work(*command, common, chosen);
  add_sweep_merge(*command, chosen);
  add_sweep_cancel(*command, chosen);
}

}  // namespace deltasim::cli
