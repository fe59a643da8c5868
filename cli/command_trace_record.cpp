#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "arch/errors.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/recording_options.h"
#include "cli/value_kinds.h"
#include "cli/version.h"
#include "sim/pipeline/record.h"

namespace deltasim::cli {
namespace {

struct Options {
  RecordingOptions recording;
  std::string output;
  bool resume = false;
};

int trace_record(const Options& options, const CommonOptions& common) {
  const RecordingSpec spec = recording_spec(options.recording);
  TerminalProgress progress(common);
  const RecordReport report =
      record_trace(spec, options.output, options.resume, kVersion, progress);
  if (!common.quiet) {
    fmt::print(
        "{}: {} frames a stream, {} of them repeat the picture before; see it with\n"
        "  deltasim trace info {}\n",
        options.output, report.frames, report.repeated, options.output);
  }
  return kDone;
}

}  // namespace

void add_trace_record(CLI::App& trace, const CommonOptions& common, Action& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      trace.add_subcommand("record", "Run a network on a video and record what its activations do");
  add_recording_options(*command, options->recording);
  command->add_option("-o,--output", options->output, "The .dtrace file to write")
      ->type_name(kind::kTrace)
      ->required();
  command->add_flag("--resume", options->resume, "Go on with an interrupted recording");
  command->callback([options, &common, &chosen] {
    chosen = [options, &common] { return trace_record(*options, common); };
  });
}

}  // namespace deltasim::cli
