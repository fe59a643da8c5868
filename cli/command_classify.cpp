#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/recording_options.h"
#include "cli/value_kinds.h"
#include "sim/pipeline/classify.h"

namespace deltasim::cli {
namespace {

struct Options {
  RecordingOptions recording;
  std::optional<std::string> labels;
  int top = 5;
  bool json = false;
};

std::string as_json(const Classification& result) {
  nlohmann::ordered_json json;
  json["frames"] = result.frames;
  json["weights"] = to_string(result.weights_kind);
  for (const ClassScore& score : result.top) {
    json["top"].push_back(
        {{"output", score.output}, {"label", score.label}, {"probability", score.probability}});
  }
  return json.dump(2);
}

std::string as_text(const Classification& result) {
  std::string text = fmt::format("{} frame{}, weights: {}\n", result.frames,
                                 result.frames == 1 ? "" : "s", to_string(result.weights_kind));
  for (const ClassScore& score : result.top) {
    text +=
        fmt::format("  {:6.4f}  output {:4}  {}\n", score.probability, score.output, score.label);
  }
  return text;
}

int run(const Options& options, const CommonOptions& common) {
  RecordingSpec spec = recording_spec(options.recording);
  if (!options.recording.network && !options.recording.experiment)
    spec.network.network = "resnet50";
  spec.quantizer = {};
  TerminalProgress progress(common);
  const std::optional<std::filesystem::path> labels =
      options.labels ? std::optional<std::filesystem::path>(*options.labels) : std::nullopt;
  const Classification result = classify(spec, labels, options.top, progress);
  fmt::print("{}", options.json ? as_json(result) + "\n" : as_text(result));
  return kDone;
}

}  // namespace

void add_classify(CLI::App& app, const CommonOptions& common, Action& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "classify", "Print what the unquantized network sees in an image or a video");
  command->add_option("input", options->recording.video, "Image, video, folder or .npy")
      ->type_name(kind::kVideo)
      ->required();
  add_network_options(*command, options->recording);
  command->add_option("--frames", options->recording.frames, "START:COUNT[:STRIDE] [all]")
      ->type_name(kind::kFrames);
  command
      ->add_option("--streams", options->recording.streams, "spatial, temporal or spatial,temporal")
      ->type_name(kind::kStreams);
  command->add_option("--labels", options->labels, "Names of the classes, one a line")
      ->type_name(kind::kFile);
  command->add_option("--top", options->top, "How many classes to print [5]")
      ->check(CLI::Range(1, 100000));
  command->add_flag("--json", options->json, "As JSON");
  command->callback([options, &common, &chosen] {
    chosen = [options, &common] { return run(*options, common); };
  });
}

}  // namespace deltasim::cli
