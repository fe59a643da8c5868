#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "arch/errors.h"
#include "cli/commands.h"
#include "cli/experiment_options.h"
#include "cli/progress.h"
#include "cli/recording_options.h"
#include "cli/value_kinds.h"
#include "cli/version.h"
#include "report/fault_report.h"
#include "sim/pipeline/fault_study.h"
#include "sim/pipeline/output_folder.h"

namespace deltasim::cli {
namespace {

int run(const ExperimentOptions& options, const CommonOptions& common) {
  const Overrides overrides = options.parsed_overrides();
  const FaultStudySpec spec = load_fault_study(experiment_file(options.experiment), overrides);
  const std::filesystem::path output = options.output;
  // What cannot be written should not be computed for minutes first.
  std::optional<OutputFolder> folder;
  if (!output.empty()) folder.emplace(output);
  TerminalProgress progress(common);
  const FaultStudyResult result = study_faults(spec, kVersion, progress);
  fmt::print("{}", fault_text(result));
  if (output.empty()) return kDone;
  write_fault_files(result, output);
  fmt::print("all figures: {}\n", (output / "faults.json").string());
  return kDone;
}

}  // namespace

void add_faults(CLI::App& app, const CommonOptions& common, Action& chosen) {
  auto options = std::make_shared<ExperimentOptions>();
  CLI::App* command = app.add_subcommand(
      "faults",
      "Run the network with memory faults: refresh saved against top-1, logits and sparsity lost");
  command
      ->add_option("experiment", options->experiment,
                   "Experiment file with `video` and `faults`, YAML")
      ->type_name(kind::kExperiment)
      ->required();
  command
      ->add_option("-o,--out", options->output,
                   "Folder for faults.json and faults.csv [nothing is written]")
      ->type_name(kind::kFolder);
  add_overrides(*command, *options);
  command->callback([options, &common, &chosen] {
    chosen = [options, &common] { return run(*options, common); };
  });
}

}  // namespace deltasim::cli
