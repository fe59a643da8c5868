#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <thread>

#include "arch/errors.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/recording_options.h"
#include "cli/terminal.h"
#include "cli/value_kinds.h"
#include "cli/version.h"
#include "report/dvfs_report.h"
#include "report/gnuplot.h"
#include "sim/pipeline/dvfs_sweep.h"

namespace deltasim::cli {
namespace {

constexpr int kMostPoints = 1000;

struct Options {
  std::string experiment;
  std::string output;
  std::string mode = "delta";
  std::vector<std::string> overrides;
  int points = 13;
  int jobs = 0;
};

void check_mode(const std::string& mode) {
  const std::vector<std::string>& names = mode_names();
  if (std::find(names.begin(), names.end(), mode) != names.end()) return;
  throw ConfigError(Fault{.key_path = "--mode",
                          .found = "'" + mode + "'",
                          .expected = fmt::format("one of {}", fmt::join(names, ", ")),
                          .nearest = nearest_name(mode, names)});
}

int run(const Options& options, const CommonOptions& common) {
  check_mode(options.mode);
  Overrides overrides;
  for (const std::string& text : options.overrides) overrides.push_back(parse_override(text));
  const RunSpec spec = load_experiment(experiment_file(options.experiment), overrides);
  const std::filesystem::path output =
      options.output.empty() ? std::filesystem::path("results") / (spec.name + "_dvfs")
                             : std::filesystem::path(options.output);
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  TerminalProgress progress(common);
  const DvfsSweep sweep = sweep_clock(spec, options.mode, options.points,
                                      {.output = output,
                                       .jobs = options.jobs > 0 ? options.jobs : cores,
                                       .tool_version = kVersion,
                                       .experiment = options.experiment},
                                      progress);
  write_dvfs_files(sweep, output);
  const std::string no_picture = run_gnuplot(output / "dvfs.gp");
  fmt::print("{}\ndata: {}\n", dvfs_text(sweep), (output / "dvfs.csv").string());
  if (no_picture.empty()) {
    fmt::print("picture: {}\n", (output / "dvfs.pdf").string());
  } else {
    print_warning("no picture: " + no_picture);
  }
  return kDone;
}

}  // namespace

void add_dvfs(CLI::App& app, const CommonOptions& common, Action& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "dvfs", "Simulate at every clock that the accelerator has voltages for; find least energy");
  command
      ->add_option("experiment", options->experiment,
                   "Experiment: a YAML file, or the name of a shipped one")
      ->type_name(kind::kExperiment)
      ->required();
  command->add_option("-o,--out", options->output, "Folder of the result [results/NAME_dvfs]")
      ->type_name(kind::kFolder);
  command->add_option("--points", options->points, "Clocks to simulate, ends included [13]")
      ->check(CLI::Range(kFewestSweepPoints, kMostPoints));
  command->add_option("--mode", options->mode, "Execution mode [delta]")->type_name(kind::kMode);
  command
      ->add_option("--set", options->overrides,
                   "key=value: changes a key of the experiment, or of the accelerator with "
                   "accelerator.KEY=VALUE; may be repeated")
      ->type_name(kind::kOverride)
      ->allow_extra_args(false);
  command->add_option("-j,--jobs", options->jobs, "Worker processes [one a core]")
      ->check(CLI::Range(1, 4096));
  command->callback([options, &common, &chosen] {
    chosen = [options, &common] { return run(*options, common); };
  });
}

}  // namespace deltasim::cli
