#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "arch/atomic_file.h"
#include "arch/errors.h"
#include "cli/commands.h"
#include "cli/value_kinds.h"
#include "cli/version.h"
#include "explore/sweep_store.h"
#include "report/comparison.h"
#include "report/figures.h"
#include "report/html_report.h"
#include "report/latex_report.h"
#include "report/result_tables.h"
#include "report/sweep_report.h"

namespace deltasim::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<std::string> runs;
  std::string output;
  std::vector<std::string> formats{"html"};
  bool force = false;
};

std::vector<ResultDocument> load(const std::vector<std::string>& paths) {
  std::vector<ResultDocument> documents;
  documents.reserve(paths.size());
  for (const std::string& path : paths) documents.emplace_back(path);
  return documents;
}

/// Runs that are not about the same thing stand side by side only when that is asked for.
std::vector<std::string> checked_differences(const std::vector<ResultDocument>& documents,
                                             bool force) {
  std::vector<std::string> found = differences(documents);
  if (found.empty() || force) return found;
  throw ConfigError("report",
                    fmt::format("these runs do not compare:\n  {}\n--force puts them side "
                                "by side all the same, and marks it",
                                fmt::join(found, "\n  ")));
}

fs::path output_folder(const Options& options, const std::vector<ResultDocument>& documents) {
  if (!options.output.empty()) return options.output;
  if (documents.size() == 1) return documents.front().folder();
  throw ConfigError(Fault{.key_path = "--out",
                          .found = "nothing",
                          .expected = "a folder for the report about several runs"});
}

const std::vector<std::string> kFormats{"html", "figures", "latex", "csv", "json"};

void check_formats(const std::vector<std::string>& formats) {
  for (const std::string& format : formats) {
    if (std::ranges::find(kFormats, format) != kFormats.end()) continue;
    throw ConfigError(Fault{.key_path = "--format",
                            .found = "'" + format + "'",
                            .expected = fmt::format("one or more of {}", fmt::join(kFormats, ",")),
                            .nearest = nearest_name(format, kFormats)});
  }
}

void write_figure_files(const std::vector<Figure>& figures, const fs::path& folder) {
  for (const std::string& note : write_figures(figures, folder)) {
    fmt::print(stderr, "deltasim: {}\n", note);
  }
  fmt::print("{}\n", folder.string());
}

bool wants(const Options& options, const char* format) {
  return std::ranges::find(options.formats, format) != options.formats.end();
}

/// The database of a sweep, where that is what lies there.
std::optional<fs::path> sweep_store(const fs::path& path) {
  if (path.filename() == kStoreFile) return path;
  std::error_code ignored;
  if (fs::exists(path / kStoreFile, ignored)) return path / kStoreFile;
  return std::nullopt;
}

void refuse_beside_sweep(const Options& options, const std::string& sweep) {
  if (options.runs.size() > 1) {
    throw ConfigError("report", fmt::format("{} is a sweep, which has a report of its own: name it "
                                            "alone",
                                            sweep));
  }
  for (const char* format : {"csv", "json"}) {
    if (!wants(options, format)) continue;
    throw ConfigError(Fault{.key_path = "--format",
                            .found = fmt::format("'{}' of a sweep", format),
                            .expected = "html, figures or latex; deltasim sweep export writes its "
                                        "points as CSV"});
  }
}

int report_sweep(const Options& options, const fs::path& store) {
  const SweepResult sweep = read_sweep(store);
  const fs::path folder = options.output.empty() ? store.parent_path() : fs::path(options.output);
  const SweepAnalysis analysis = analyse(sweep);
  make_folder(folder);
  if (wants(options, "figures") || wants(options, "latex")) {
    const bool latex = wants(options, "latex");
    for (const std::string& note : write_sweep_figures(sweep, analysis, folder, latex, kVersion)) {
      fmt::print(stderr, "deltasim: {}\n", note);
    }
    fmt::print("{}\n", (folder / kFigureFolder).string());
    if (latex) fmt::print("{}\n", (folder / kSweepDocument).string());
  }
  if (wants(options, "html")) {
    write_sweep_page(sweep, analysis, folder, kVersion);
    fmt::print("{}\n", (folder / kSweepPage).string());
  }
  return kDone;
}

int run(const Options& options) {
  check_formats(options.formats);
  for (const std::string& path : options.runs) {
    if (const std::optional<fs::path> store = sweep_store(path)) {
      refuse_beside_sweep(options, path);
      return report_sweep(options, *store);
    }
  }
  const auto wanted = [&](const char* format) { return wants(options, format); };
  const std::vector<ResultDocument> documents = load(options.runs);
  const std::vector<std::string> found = checked_differences(documents, options.force);
  const fs::path folder = output_folder(options, documents);
  const std::vector<RunView> runs = run_views(documents);
  make_folder(folder);
  if (wanted("figures") || wanted("latex")) {
    const std::vector<Figure> figures = figures_of(runs);
    write_figure_files(figures, folder / "figures");
    if (wanted("latex")) {
      const fs::path document = folder / "report.tex";
      write_file_atomically(document, latex_report(runs, figures, found, kVersion));
      fmt::print("{}\n", document.string());
    }
  }
  if (wanted("csv")) write_csv_tables(runs, folder / "tables");
  if (wanted("json")) write_json_tables(runs, folder / "tables");
  if (wanted("csv") || wanted("json")) fmt::print("{}\n", (folder / "tables").string());
  if (wanted("html")) {
    const fs::path page = folder / "report.html";
    write_file_atomically(page, html_report(documents, found, kVersion));
    fmt::print("{}\n", page.string());
  }
  return kDone;
}

}  // namespace

void add_report(CLI::App& app, const CommonOptions&, Action& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "report", "Make a page, tables and figures of a run, or put several runs side by side");
  command
      ->add_option("results", options->runs,
                   "Folders of runs (or their result.json), or of a sweep")
      ->type_name(kind::kFolder)
      ->required();
  command->add_option("-o,--out", options->output, "Folder of the report [the run's own]")
      ->type_name(kind::kFolder);
  command
      ->add_option("--format", options->formats, "What to make: html,figures,latex,csv,json [html]")
      ->delimiter(',')
      ->type_name(kind::kFormats);
  command->add_flag("--force", options->force,
                    "Compare runs of different workloads or energy tables, and mark it");
  command->callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace deltasim::cli
