#include <CLI/CLI.hpp>
#include <memory>

#include "arch/interrupt.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/value_kinds.h"
#include "cli/version.h"
#include "traces/import.h"
#include "traces/writer.h"

namespace deltasim::cli {
namespace {

struct Options {
  std::string table, output;
};

int run(const Options& options, const CommonOptions& common) {
  MaskImport import(options.table, kVersion);
  TerminalProgress progress(common);
  TraceWriter writer(options.output, import.header());
  writer.keep_no_partial();
  progress.begin(
      "importing",
      import.header().video.count * static_cast<std::int64_t>(import.header().streams.size()),
      "records");
  FrameRecord record;
  while (import.next(record)) {
    if (interrupted()) throw Interrupted("interrupted");
    writer.append(record);
    progress.advance(1);
  }
  writer.finish();
  progress.end();
  return kDone;
}

}  // namespace

void add_trace_import(CLI::App& trace, const CommonOptions& common, Action& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      trace.add_subcommand("import", "Make a trace of .npy masks and a table of their layers");
  command
      ->add_option("table", options->table,
                   "CSV with columns layer,K,C,H,W (and R,S,stride,pad,groups); the masks "
                   "LAYER_activation_mask.npy and LAYER_delta_mask.npy lie beside it")
      ->type_name(kind::kCsv)
      ->required();
  command->add_option("-o,--output", options->output, "The .dtrace file to write")
      ->type_name(kind::kTrace)
      ->required();
  command->callback([options, &common, &chosen] {
    chosen = [options, &common] { return run(*options, common); };
  });
}

}  // namespace deltasim::cli
