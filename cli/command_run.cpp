#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <thread>

#include "arch/shell_word.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/recording_options.h"
#include "cli/timeline_options.h"
#include "cli/value_kinds.h"
#include "cli/version.h"
#include "report/result_files.h"
#include "report/result_text.h"
#include "sim/pipeline/run.h"

namespace deltasim::cli {
namespace {

struct Options {
  std::string experiment;
  std::string output;
  std::vector<std::string> overrides;
  int jobs = 0;
  bool no_trace = false;
  TimelineOptions timeline;
};

/// The command that makes the same result again, wherever it is written.
std::string command_line(const Options& options) {
  std::string command = "deltasim run " + shell_word(options.experiment);
  for (const std::string& text : options.overrides) command += " --set " + shell_word(text);
  if (options.no_trace) command += " --no-trace";
  return command;
}

int run(const Options& options, const CommonOptions& common) {
  Overrides overrides;
  for (const std::string& text : options.overrides) overrides.push_back(parse_override(text));
  if (options.no_trace) overrides.emplace_back("store_trace", "false");
  TimelineFiles timeline(options.timeline);
  const RunSpec spec = load_experiment(experiment_file(options.experiment), overrides);
  const std::filesystem::path output = options.output.empty()
                                           ? std::filesystem::path("results") / spec.name
                                           : std::filesystem::path(options.output);
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  TerminalProgress progress(common);
  const RunResult result =
      run_experiment(spec,
                     {.output = output,
                      .jobs = options.jobs > 0 ? options.jobs : cores,
                      .tool_version = kVersion,
                      .experiment = options.experiment,
                      .command = command_line(options),
                      .timeline = timeline.selection(),
                      .draw = [&](const Timeline& drawn) { timeline.write(drawn, progress); }},
                     progress);
  write_result_files(result, output);
  fmt::print("{}\nall figures: {}\n", result_text(result), (output / "result.json").string());
  return kDone;
}

}  // namespace

void add_run(CLI::App& app, const CommonOptions& common, Action& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "run", "Simulate an accelerator on a trace, and account cycles, accesses and energy");
  command
      ->add_option("experiment", options->experiment,
                   "Experiment: a YAML file, or the name of a shipped one")
      ->type_name(kind::kExperiment)
      ->required();
  command->add_option("-o,--out", options->output, "Folder of the result [results/NAME]")
      ->type_name(kind::kFolder);
  command
      ->add_option("--set", options->overrides,
                   "key=value: changes a key of the experiment, of the accelerator with "
                   "accelerator.KEY=VALUE, or of the energy table with energy.KEY=VALUE; may be "
                   "repeated")
      ->type_name(kind::kOverride)
      ->allow_extra_args(false);
  command->add_option("-j,--jobs", options->jobs, "Worker processes [one a core]")
      ->check(CLI::Range(1, 4096));
  command->add_flag("--no-trace", options->no_trace,
                    "Simulate frames while they are recorded, and store no trace: short for "
                    "--set store_trace=false");
  add_timeline_options(*command, options->timeline);
  command->callback([options, &common, &chosen] {
    chosen = [options, &common] { return run(*options, common); };
  });
}

}  // namespace deltasim::cli
