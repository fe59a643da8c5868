#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>

#include "arch/errors.h"
#include "arch/interrupt.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/value_kinds.h"
#include "cli/version.h"
#include "sim/pipeline/streams.h"
#include "traces/synth.h"
#include "traces/writer.h"

namespace deltasim::cli {
namespace {

struct Options {
  std::string output;
  std::optional<std::string> preset, network;
  std::optional<double> active, delta;
  std::vector<std::string> maps;
  SynthOptions synth;
};

double share(const std::string& text, const std::string& option) {
  std::size_t used = 0;
  double value = -1;
  try {
    value = std::stod(text, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  if (used != text.size() || text.empty() || !(value >= 0 && value <= 1)) {
    throw ConfigError(
        Fault{.key_path = option, .found = "'" + text + "'", .expected = "a share from 0 to 1"});
  }
  return value;
}

/// "NAME=ACTIVE,DELTA" for one map of every stream that has it.
void set_map(SynthOptions& synth, const std::string& text) {
  const auto equals = text.rfind('=');
  const auto comma = text.find(',', equals == std::string::npos ? 0 : equals);
  if (equals == std::string::npos || comma == std::string::npos) {
    throw ConfigError(Fault{.key_path = "--map",
                            .found = "'" + text + "'",
                            .expected = "NAME=ACTIVE,DELTA such as 'layer1.0.relu#0=0.6,0.1'"});
  }
  const std::string name = text.substr(0, equals);
  const MapDensity density{share(text.substr(equals + 1, comma - equals - 1), "--map"),
                           share(text.substr(comma + 1), "--map")};
  std::vector<std::string> names;
  for (SynthStream& stream : synth.streams) {
    for (const RecordedMap& map : stream.info.maps) {
      names.push_back(map.name);
      if (map.name == name) stream.maps[name] = density;
    }
  }
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    throw ConfigError(Fault{.key_path = "--map",
                            .found = "'" + name + "'",
                            .expected = "the name of a recorded map",
                            .nearest = nearest_name(name, names)});
  }
}

SynthOptions synth_options(const Options& options) {
  SynthOptions synth = options.synth;
  if (options.preset && options.network) {
    throw ConfigError("--network", "a preset has its own network: give one of the two");
  }
  if (options.network) {
    NetworkSpec spec;
    spec.network = *options.network;
    for (const StreamNetwork& stream : load_streams(spec)) {
      synth.streams.push_back({.info = synth_stream_info(stream.name, stream.graph)});
    }
  } else {
    SynthOptions preset = synth_preset(options.preset.value_or("thesis"));
    synth.streams = std::move(preset.streams);
    synth.name = preset.name;
    synth.exact = synth.exact || preset.exact;
  }
  for (SynthStream& stream : synth.streams) {
    if (options.active) stream.density.active = *options.active;
    if (options.delta) stream.density.delta = *options.delta;
  }
  for (const std::string& map : options.maps) set_map(synth, map);
  synth.tool_version = kVersion;
  return synth;
}

int run(const Options& options, const CommonOptions& common) {
  SyntheticTrace trace(synth_options(options));
  TerminalProgress progress(common);
  TraceWriter writer(options.output, trace.header());
  writer.keep_no_partial();
  const auto streams = static_cast<std::int64_t>(trace.header().streams.size());
  progress.begin("making up", options.synth.frames * streams, "records");
  FrameRecord record;
  while (trace.next(record)) {
    if (interrupted()) throw Interrupted("interrupted");
    writer.append(record);
    progress.advance(1);
  }
  writer.finish();
  progress.end();
  return kDone;
}

}  // namespace

void add_trace_synth(CLI::App& trace, const CommonOptions& common, Action& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      trace.add_subcommand("synth", "Make up a trace with given densities, clusters, persistence");
  command->add_option("-o,--output", options->output, "The .dtrace file to write")
      ->type_name(kind::kTrace)
      ->required();
  command
      ->add_option("--preset", options->preset,
                   "thesis (deltas 86 % and 89 % zero) or uniform:S (share S zero) [thesis]")
      ->type_name(kind::kPreset);
  command
      ->add_option("--network", options->network,
                   "Instead of a preset: a built-in network, two_stream_NAME, or an ONNX file")
      ->type_name(kind::kNetwork);
  command->add_option("--active", options->active, "Share of activations that are not zero [0.52]")
      ->check(CLI::Range(0.0, 1.0));
  command->add_option("--delta", options->delta, "Share of activations that change [0.12]")
      ->check(CLI::Range(0.0, 1.0));
  command->add_option("--map", options->maps, "NAME=ACTIVE,DELTA of one map; may be repeated")
      ->type_name(kind::kMap)
      ->type_name(kind::kMap)
      ->allow_extra_args(false);
  command->add_option("--frames", options->synth.frames, "Frames of every stream [4]")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}));
  command->add_option("--seed", options->synth.seed, "The same seed gives the same bits [1]");
  command
      ->add_option("--still-pixels", options->synth.still_pixels,
                   "Share of pixels outside the changing region [0]")
      ->check(CLI::Range(0.0, 1.0));
  command
      ->add_option("--blob", options->synth.blob,
                   "Extent of the region's blobs, of the map's height and width [0.2]")
      ->check(CLI::Range(0.0, 1.0));
  command
      ->add_option("--persistence", options->synth.persistence,
                   "Correlation of the region from frame to frame [0.9]")
      ->check(CLI::Range(0.0, 1.0));
  command->add_flag("--exact", options->synth.exact,
                    "Counts are exactly the shares in every map and frame");
  command->callback([options, &common, &chosen] {
    chosen = [options, &common] { return run(*options, common); };
  });
}

}  // namespace deltasim::cli
