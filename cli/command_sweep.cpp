#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <memory>
#include <thread>

#include "arch/atomic_file.h"
#include "arch/errors.h"
#include "arch/resources.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/shell_word.h"
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

struct Options {
  std::string sweep;
  std::string output;
  std::string engine = "local";
  std::vector<std::string> overrides;
  std::string clips;
  int jobs = 0;
  bool resume = false;
  bool dry_run = false;
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
  if (options.clips.empty()) return spec;
  if (options.engine != "local") {
    throw ConfigError("--clips",
                      "is for the local engine: name the clips in the sweep file, which "
                      "the jobs of a cluster read");
  }
  set_clips(spec, {.clips = options.clips});
  return spec;
}

/// Makes the engine that --engine names.
struct EngineFactory {
  std::string_view name;
  std::unique_ptr<Engine> (*make)(const Options& options, const fs::path& output);
};

std::unique_ptr<Engine> make_local(const Options& options, const fs::path& output) {
  return std::make_unique<LocalEngine>(
      LocalEngineOptions{.shared = {.folder = output / kSharedFolder, .tool_version = kVersion},
                         .jobs = jobs_of(options)});
}

constexpr std::array kEngines{EngineFactory{"local", make_local}};

std::unique_ptr<Engine> make_engine(const Options& options, const fs::path& output) {
  std::vector<std::string> names;
  for (const EngineFactory& engine : kEngines) {
    if (engine.name == options.engine) return engine.make(options, output);
    names.emplace_back(engine.name);
  }
  throw ConfigError(Fault{.key_path = "--engine",
                          .found = "'" + options.engine + "'",
                          .expected = fmt::format("one of {}", fmt::join(names, ", ")),
                          .nearest = nearest_name(options.engine, names)});
}

int run(const Options& options, const CommonOptions& common) {
  if (options.sweep.empty()) {
    throw ConfigError("deltasim sweep", "a sweep file is required; see deltasim sweep --help");
  }
  const SweepSpec spec = read_sweep_file(options);
  const fs::path output =
      options.output.empty() ? fs::path("results") / spec.name : fs::path(options.output);
  const std::unique_ptr<Engine> engine = make_engine(options, output);
  const SweepOptions to{.output = output,
                        .resume = options.resume,
                        .tool_version = kVersion,
                        .command = command_line(options)};
  TerminalProgress progress(common);
  if (options.dry_run) {
    fmt::print("{}", estimate_text(spec, estimate_sweep(spec, to, jobs_of(options), progress),
                                   jobs_of(options)));
    return kDone;
  }
  const SweepResult result = run_sweep(spec, to, *engine, progress);
  write_file_atomically(output / kSweepCsv, sweep_csv(result));
  const SweepAnalysis analysis = analyse(result);
  write_sweep_page(result, analysis, output, kVersion);
  for (const std::string& note : write_sweep_figures(result, analysis, output, true, kVersion)) {
    fmt::print(stderr, "deltasim: {}\n", note);
  }
  fmt::print("{}\n{}\nall points: {}\npage: {}\nfigures: {}\n", sweep_text(result),
             findings_text(result, analysis), (output / kSweepCsv).string(),
             (output / kSweepPage).string(), (output / kFigureFolder).string());
  return kDone;
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

void add_sweep(CLI::App& app, const CommonOptions& common, Action& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "sweep", "Evaluate the designs of a sweep file, and find those that no other one beats");
  add_options(*command, *options);
  command->callback([options, &common, &chosen, command] {
    const auto below = command->get_subcommands();
    if (!below.empty()) return refuse_options_of(*command, below.front()->get_name());
    chosen = [options, &common] { return run(*options, common); };
  });
  add_sweep_status(*command, chosen);
  add_sweep_export(*command, chosen);
}

}  // namespace deltasim::cli
