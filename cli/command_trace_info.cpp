#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "cli/commands.h"
#include "cli/value_kinds.h"
#include "traces/reader.h"
#include "traces/summary.h"

namespace deltasim::cli {
namespace {

struct Options {
  std::filesystem::path file;
  bool json = false;
};

int trace_info(const Options& options) {
  TraceReader reader(options.file);
  const TraceSummary summary = summarise(reader);
  fmt::print("{}\n", options.json ? summary_json(summary) : summary_text(summary));
  return kDone;
}

}  // namespace

void add_trace_info(CLI::App& trace, const CommonOptions&, Action& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = trace.add_subcommand(
      "info", "Print a trace's header, its sparsity per site and its work per layer");
  command->add_option("file", options->file, "The .dtrace file")
      ->type_name(kind::kTrace)
      ->required();
  command->add_flag("--json", options->json, "Everything as JSON, with exact integers");
  command->callback([options, &chosen] { chosen = [options] { return trace_info(*options); }; });
}

}  // namespace deltasim::cli
