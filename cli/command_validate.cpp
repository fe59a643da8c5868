#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>

#include "arch/atomic_file.h"
#include "arch/errors.h"
#include "cli/commands.h"
#include "cli/experiment_options.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "cli/value_kinds.h"
#include "sim/validation/validate.h"

namespace deltasim::cli {
namespace {

struct Options {
  std::vector<std::string> suites;
  std::optional<std::string> data;
  std::optional<std::string> markdown;
  bool list = false;
  bool json = false;
  int jobs = 0;
  ChipChoice chip;
};

/// What did not run is said here as well: the table may have gone to a file.
void warn(const ValidationReport& report) {
  for (const SuiteOutcome& outcome : report) {
    if (outcome.verdict == Verdict::kNotRun) {
      print_error(fmt::format("suite {}: {}", outcome.name, outcome.message));
    } else if (outcome.verdict == Verdict::kSkipped) {
      print_warning(fmt::format("SKIPPED suite {}: {}", outcome.name, outcome.message));
    }
    if (!outcome.result.missing.empty()) {
      print_warning(fmt::format("suite {}: not compared with {}", outcome.name,
                                fmt::join(outcome.result.missing, ", ")));
    }
  }
}

/// Puts the tables into the document; that of a suite that did not run is left as it is.
void write_tables(const ValidationReport& report, const std::filesystem::path& document) {
  std::string text;
  if (std::filesystem::exists(document)) {
    if (std::filesystem::is_directory(document)) throw IoError(document.string(), "read", EISDIR);
    std::ifstream stream(document, std::ios::binary);
    if (!stream) throw IoError(document.string(), "read", errno);
    text.assign(std::istreambuf_iterator<char>(stream), {});
  }
  write_file_atomically(document, with_validation_tables(text, report, document.string()));
}

int run(const Options& options, const CommonOptions& common) {
  if (options.list) {
    fmt::print("{}", list_suites());
    return kDone;
  }
  ValidationRequest request;
  request.suites = options.suites;
  if (options.data) request.data = *options.data;
  TerminalProgress progress(common);
  request.jobs = options.jobs > 0 ? options.jobs : hardware_cores();
  request.progress = &progress;
  request.chip = options.chip;
  const ValidationReport report = validate(request);
  fmt::print("{}", options.json ? validation_json(report) : validation_text(report));
  std::fflush(stdout);
  if (options.markdown) write_tables(report, *options.markdown);
  warn(report);
  const auto any = [&report](Verdict verdict) {
    return std::any_of(report.begin(), report.end(), [verdict](const SuiteOutcome& outcome) {
      return outcome.verdict == verdict;
    });
  };
  const bool asked_for = !options.suites.empty();
  if (any(Verdict::kNotRun) || (asked_for && any(Verdict::kIncomplete))) return kBadInput;
  return any(Verdict::kFellShort) ? kFellShort : kDone;
}

}  // namespace

void add_validate(CLI::App& app, const CommonOptions& common, Action& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "validate", "Compare figures of ours with other simulators' and with published ones");
  command->add_option("suite", options->suites, "Suites to run [all]")->type_name(kind::kSuite);
  command->add_flag("--list", options->list,
                    "Name the suites, their bounds and the data that they need");
  command->add_option("--data", options->data, "Folder of reference data [$DELTASIM_DATA]")
      ->type_name(kind::kFolder);
  command
      ->add_option("--markdown", options->markdown,
                   "Document whose marked sections get the tables, such as docs/validation.md")
      ->type_name(kind::kFile);
  command->add_flag("--json", options->json, "Every comparison as JSON");
  command->add_option("-j,--jobs", options->jobs, "Worker processes [one a core]")
      ->check(CLI::Range(1, 4096));
  command
      ->add_option("--network", options->chip.network,
                   "Suite eyeriss: the built-in network that was measured [alexnet]")
      ->type_name(kind::kNetwork);
  command
      ->add_option("--table", options->chip.table,
                   "Suite eyeriss: CSV file of what was measured, layer by layer")
      ->type_name(kind::kCsv);
  command
      ->add_option("--batch", options->chip.batch,
                   "Suite eyeriss: images that were measured [the table's batch_N]")
      ->check(CLI::Range(1, 1'000'000));
  command->callback([options, &common, &chosen] {
    chosen = [options, &common] { return run(*options, common); };
  });
}

}  // namespace deltasim::cli
