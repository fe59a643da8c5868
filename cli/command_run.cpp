#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "arch/shell_word.h"
#include "cli/commands.h"
#include "cli/experiment_options.h"
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
  ExperimentOptions shared;
  bool no_trace = false;
  TimelineOptions timeline;
};

/// The command that makes the same result again, wherever it is written.
std::string command_line(const Options& options) {
  std::string command = "deltasim run " + shell_word(options.shared.experiment);
  for (const std::string& text : options.shared.overrides) command += " --set " + shell_word(text);
  if (options.no_trace) command += " --no-trace";
  return command;
}

int run(const Options& options, const CommonOptions& common) {
  Overrides overrides = options.shared.parsed_overrides();
  if (options.no_trace) overrides.emplace_back("store_trace", "false");
  TimelineFiles timeline(options.timeline);
  const RunSpec spec = load_experiment(experiment_file(options.shared.experiment), overrides);
  const std::filesystem::path output = options.shared.output_or(spec.name);
  TerminalProgress progress(common);
  const RunResult result =
      run_experiment(spec,
                     {.output = output,
                      .jobs = options.shared.jobs_or_cores(),
                      .tool_version = kVersion,
                      .experiment = options.shared.experiment,
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
  add_experiment(*command, options->shared);
  add_output(*command, options->shared, "NAME");
  add_overrides(*command, options->shared);
  add_jobs(*command, options->shared);
  command->add_flag("--no-trace", options->no_trace,
                    "Simulate frames while they are recorded, and store no trace: short for "
                    "--set store_trace=false");
  add_timeline_options(*command, options->timeline);
  command->callback([options, &common, &chosen] {
    chosen = [options, &common] { return run(*options, common); };
  });
}

}  // namespace deltasim::cli
