#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>

#include "arch/errors.h"
#include "cli/commands.h"
#include "cli/experiment_options.h"
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
  ExperimentOptions shared;
  std::string mode = "delta";
  int points = 13;
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
  const Overrides overrides = options.shared.parsed_overrides();
  const RunSpec spec = load_experiment(experiment_file(options.shared.experiment), overrides);
  const std::filesystem::path output = options.shared.output_or(spec.name + "_dvfs");
  TerminalProgress progress(common);
  const DvfsSweep sweep = sweep_clock(spec, options.mode, options.points,
                                      {.output = output,
                                       .jobs = options.shared.jobs_or_cores(),
                                       .tool_version = kVersion,
                                       .experiment = options.shared.experiment},
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
  add_experiment(*command, options->shared);
  add_output(*command, options->shared, "NAME_dvfs");
  command->add_option("--points", options->points, "Clocks to simulate, ends included [13]")
      ->check(CLI::Range(kFewestSweepPoints, kMostPoints));
  command->add_option("--mode", options->mode, "Execution mode [delta]")->type_name(kind::kMode);
  add_overrides(*command, options->shared);
  add_jobs(*command, options->shared);
  command->callback([options, &common, &chosen] {
    chosen = [options, &common] { return run(*options, common); };
  });
}

}  // namespace deltasim::cli
