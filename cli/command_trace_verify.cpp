#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "arch/errors.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/recording_options.h"
#include "cli/value_kinds.h"
#include "sim/pipeline/verify.h"

namespace deltasim::cli {
namespace {

struct Options {
  RecordingOptions recording;
  std::string file;
  bool recursion = false;
};

void print(const TraceCheck& check, const std::string& file) {
  fmt::print("{}: {} records read\n", file, check.records);
  if (!check.damage.empty()) fmt::print("  damaged: {}\n", check.damage);
  for (const std::string& line : check.contradictions) fmt::print("  contradiction: {}\n", line);
  if (check.holds()) fmt::print("  whole, checksums right, bitmaps consistent\n");
}

void print(const StreamRecursion& stream) {
  const auto& entries = stream.report.entries;
  const auto broken = std::count_if(entries.begin(), entries.end(),
                                    [](const RecursionEntry& entry) { return !entry.holds; });
  const auto exact = std::count_if(entries.begin(), entries.end(), [](const RecursionEntry& entry) {
    return entry.max_error == 0;
  });
  fmt::print(
      "{}: recursion against dense network, {} sums over {} frames: {} equal to the bit, {} "
      "beyond {:g} of max|Y|\n",
      stream.stream, entries.size(), stream.frames, exact, broken, kRecursionTolerance);
  if (const RecursionEntry* worst = stream.report.worst()) {
    fmt::print("  worst: {} in frame {}, {:.2e} of max|Y| = {:.4g}{}\n", worst->name, worst->frame,
               worst->max_magnitude > 0 ? worst->max_error / worst->max_magnitude : 0.0,
               worst->max_magnitude, worst->integer ? " (integers)" : "");
  }
  fmt::print("  {} layers in integers\n", stream.integer_layers);
  for (const std::string& line : stream.differences) {
    fmt::print("  the trace has other bitmaps: {}\n", line);
  }
  if (stream.differences.empty()) fmt::print("  all bitmaps equal the trace's\n");
}

int run(const Options& options, const CommonOptions& common) {
  TerminalProgress progress(common);
  const TraceCheck check = check_trace(options.file, progress);
  print(check, options.file);
  bool holds = check.holds();
  if (options.recursion) {
    const RecordingSpec given = recording_spec(options.recording);
    const TraceHeader header = TraceReader(options.file).header();
    const RecordingSpec spec =
        complete_from(header, given, options.recording.quantizer.has_value());
    for (const StreamRecursion& stream : verify_recursion(options.file, spec, progress)) {
      print(stream);
      holds = holds && stream.holds();
    }
  }
  return holds ? kDone : kFellShort;
}

}  // namespace

void add_trace_verify(CLI::App& trace, const CommonOptions& common, Action& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = trace.add_subcommand(
      "verify", "Check a trace's checksums and bitmaps, and prove the delta recursion");
  command->add_option("file", options->file, "The .dtrace file")
      ->type_name(kind::kTrace)
      ->required();
  CLI::Option* recursion =
      command->add_flag("--recursion", options->recursion,
                        "Run the recorded frames again, densely and by Y[t] = Y[t-1] + W dX[t], "
                        "and compare every layer; needs --video, and --weights as recorded");
  add_network_options(*command, options->recording);
  command->add_option("--video", options->recording.video, "The recorded video")
      ->type_name(kind::kVideo)
      ->needs(recursion);
  command
      ->add_option("--experiment", options->recording.experiment,
                   "Experiment file of the recording: crop, mean and the like")
      ->type_name(kind::kExperiment)
      ->needs(recursion);
  command
      ->add_option("--quantizer,-Q", options->recording.quantizer,
                   "Only where the trace's own cannot be read again")
      ->type_name(kind::kQuantizer);
  command
      ->add_option("--calibration", options->recording.calibration,
                   "As in the recording [the recorded frames]")
      ->type_name(kind::kFrames);
  command->callback([options, &common, &chosen] {
    chosen = [options, &common] { return run(*options, common); };
  });
}

}  // namespace deltasim::cli
