#include "cli/experiment_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <thread>

#include "cli/value_kinds.h"

namespace deltasim::cli {

Overrides ExperimentOptions::parsed_overrides() const {
  Overrides parsed;
  for (const std::string& text : overrides) parsed.push_back(parse_override(text));
  return parsed;
}

std::filesystem::path ExperimentOptions::output_or(const std::string& name) const {
  return output.empty() ? std::filesystem::path("results") / name : std::filesystem::path(output);
}

int ExperimentOptions::jobs_or_cores() const { return jobs > 0 ? jobs : hardware_cores(); }

int hardware_cores() { return static_cast<int>(std::max(1U, std::thread::hardware_concurrency())); }

void add_experiment(CLI::App& command, ExperimentOptions& options) {
  command
      .add_option("experiment", options.experiment,
                  "Experiment: a YAML file, or the name of a shipped one")
      ->type_name(kind::kExperiment)
      ->required();
}

void add_output(CLI::App& command, ExperimentOptions& options, const std::string& name) {
  command
      .add_option("-o,--out", options.output,
                  fmt::format("Folder of the result [results/{}]", name))
      ->type_name(kind::kFolder);
}

void add_overrides(CLI::App& command, ExperimentOptions& options) {
  command
      .add_option("--set", options.overrides,
                  "key=value: changes a key of the experiment, of the accelerator with "
                  "accelerator.KEY=VALUE, or of the energy table with energy.KEY=VALUE; may be "
                  "repeated")
      ->type_name(kind::kOverride)
      ->allow_extra_args(false);
}

void add_jobs(CLI::App& command, ExperimentOptions& options) {
  command.add_option("-j,--jobs", options.jobs, "Worker processes [one a core]")
      ->check(CLI::Range(1, 4096));
}

}  // namespace deltasim::cli
