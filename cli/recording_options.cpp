#include "cli/recording_options.h"

#include <CLI/CLI.hpp>
#include <sstream>

#include "arch/errors.h"
#include "arch/resources.h"
#include "cli/value_kinds.h"
#include "sim/pipeline/experiment.h"

namespace deltasim::cli {
namespace {

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  return parts;
}

StemPad parse_stem_pad(const std::string& text) {
  if (text == "after") return StemPad::kAfter;
  if (text == "both") return StemPad::kBoth;
  throw ConfigError(Fault{.key_path = "--stem-pool-padding",
                          .found = "'" + text + "'",
                          .expected = "after (0 before, 1 after) or both (1 on every side)",
                          .nearest = nearest_name(text, {"after", "both"})});
}

RecordingSpec from_file(const RecordingOptions& options) {
  Overrides overrides;
  for (const std::string& text : options.overrides) overrides.push_back(parse_override(text));
  if (options.experiment) return load_recording(experiment_file(*options.experiment), overrides);
  if (!overrides.empty()) {
    throw ConfigError("--set", "changes keys of an experiment file, and none is given");
  }
  return {};
}

}  // namespace

std::filesystem::path experiment_file(const std::string& given) {
  std::error_code ignored;
  const bool is_path = given.find('/') != std::string::npos || given.ends_with(".yaml") ||
                       given.ends_with(".yml") || std::filesystem::exists(given, ignored);
  return is_path ? std::filesystem::path(given) : find_resource("experiments", given);
}

void add_network_options(CLI::App& command, RecordingOptions& options) {
  command
      .add_option("--network", options.network,
                  "resnet50, resnet18, vgg16, alexnet, mobilenet_v2, two_stream_NAME, or an "
                  "ONNX file [two_stream_resnet50]")
      ->type_name(kind::kNetwork);
  command.add_option("--weights", options.weights, "Weights, .npz [untrained, seeded]")
      ->type_name(kind::kWeights);
  command
      .add_option("--temporal-weights", options.temporal_weights,
                  "The temporal stream's own weights, .npz [cross-modality from --weights]")
      ->type_name(kind::kWeights);
  command.add_option("--seed", options.seed, "Seed of untrained weights [1]");
  command
      .add_option("--stem-pool-padding", options.stem_pool_padding,
                  "ResNets: 'after' (0 before, 1 after) or 'both' (torchvision)")
      ->type_name(kind::kPadding);
}

void add_recording_options(CLI::App& command, RecordingOptions& options) {
  command
      .add_option("experiment", options.experiment,
                  "Experiment: a YAML file, or the name of a shipped one")
      ->type_name(kind::kExperiment);
  command.add_option("--set", options.overrides, "key=value: changes a key of the experiment file")
      ->type_name(kind::kOverride)
      ->allow_extra_args(false);
  command
      .add_option("--video", options.video,
                  "Video file, folder of images, image, or .npy (uint8 [N,H,W,3])")
      ->type_name(kind::kVideo);
  command.add_option("--frames", options.frames, "START:COUNT[:STRIDE] [all]")
      ->type_name(kind::kFrames);
  add_network_options(command, options);
  command
      .add_option("--quantizer,-Q", options.quantizer,
                  "none, fixed_point:BITS, step:S[,S...], step:@FILE, step:sparsity=F, "
                  "threshold:T or sigma_delta:BITS [none]")
      ->type_name(kind::kQuantizer);
  command
      .add_option("--calibration", options.calibration,
                  "Frames that quantizers are calibrated on, START:COUNT[:STRIDE] [the recorded]")
      ->type_name(kind::kFrames);
  command.add_option("--streams", options.streams, "spatial, temporal or spatial,temporal")
      ->type_name(kind::kStreams);
  command.add_option("--backend", options.backend, "fp32 or int8 [fp32]")
      ->type_name(kind::kBackend);
  command
      .add_option("--site", options.sites,
                  "Delta sites: a pattern of activation names such as 'layer3.*'; may be "
                  "repeated [all]")
      ->type_name(kind::kPattern)
      ->allow_extra_args(false);
  command.add_flag("--no-fidelity", options.no_fidelity,
                   "Do not compare with the unquantized network: half the time");
  command.add_flag("--values", options.values, "Store the quantized values as well");
}

RecordingSpec recording_spec(const RecordingOptions& options) {
  RecordingSpec spec = from_file(options);
  if (options.video) spec.video.file = *options.video;
  if (options.frames) spec.video.frames = parse_frame_range(*options.frames);
  if (options.network) spec.network.network = *options.network;
  if (options.weights) spec.network.weights = *options.weights;
  if (options.temporal_weights) spec.network.temporal_weights = *options.temporal_weights;
  if (options.seed) spec.network.seed = *options.seed;
  if (options.stem_pool_padding) spec.network.stem_pad = parse_stem_pad(*options.stem_pool_padding);
  if (options.streams) spec.network.streams = split(*options.streams);
  if (!options.sites.empty()) spec.network.sites = options.sites;
  if (options.quantizer) {
    const QuantizerSpec before = spec.quantizer;
    spec.quantizer = parse_quantizer(*options.quantizer);
    spec.quantizer.quantize_input = before.quantize_input;
    spec.quantizer.quantize_output = before.quantize_output;
  }
  if (options.calibration) spec.calibration = parse_frame_range(*options.calibration);
  if (options.backend) spec.backend = parse_backend(*options.backend);
  if (options.no_fidelity) spec.fidelity = false;
  if (options.values) spec.values = true;
  return spec;
}

}  // namespace deltasim::cli
