#include "sim/pipeline/experiment.h"

#include <cmath>

#include "arch/errors.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

/// Runs a parser that throws, and reports its complaint at the key.
template <typename Parse>
auto parsed(const ConfigNode& node, std::string_view key, const std::string& text, Parse parse)
    -> decltype(parse(text)) {
  try {
    return parse(text);
  } catch (const ConfigError& error) {
    const Fault& fault = error.faults().front();
    node.reject(key, fault.expected.empty() ? fault.found : fault.expected, fault.nearest);
    return {};
  }
}

std::optional<fs::path> read_path(const ConfigNode& node, std::string_view key,
                                  const fs::path& folder) {
  const auto text = node.maybe<std::string>(key);
  if (!text) return std::nullopt;
  const fs::path path(*text);
  return path.is_absolute() ? path : (folder / path).lexically_normal();
}

std::vector<std::string> read_strings(const ConfigNode& node, std::string_view key) {
  std::vector<std::string> texts;
  if (!node.has(key)) return texts;
  const ConfigNode value = node.any(key);
  if (value.is(ConfigTree::Kind::kScalar)) return {value.as<std::string>()};
  for (const ConfigNode& item : value.items()) texts.push_back(item.as<std::string>());
  return texts;
}

NetworkSpec read_network(const ConfigNode& root, const fs::path& folder) {
  NetworkSpec spec;
  const auto child = root.maybe_child("network");
  if (!child) return spec;
  const ConfigNode& node = *child;
  spec.network = node.optional<std::string>("name", spec.network);
  if (fs::path(spec.network).extension() == ".onnx" && fs::path(spec.network).is_relative()) {
    spec.network = (folder / spec.network).lexically_normal().string();
  }
  spec.weights = read_path(node, "weights", folder);
  spec.temporal_weights = read_path(node, "temporal_weights", folder);
  spec.seed = node.optional<std::uint64_t>("seed", spec.seed);
  spec.streams = read_strings(node, "streams");
  spec.sites = read_strings(node, "sites");
  if (node.has("stem_pool_padding")) {
    spec.stem_pad = node.choice<StemPad>("stem_pool_padding",
                                         {{"after", StemPad::kAfter}, {"both", StemPad::kBoth}});
  }
  return spec;
}

std::array<float, 3> read_triple(const ConfigNode& node, std::string_view key,
                                 std::array<float, 3> fallback) {
  if (!node.has(key)) return fallback;
  const auto items = node.list(key);
  if (items.size() != 3) {
    node.reject(key, "three numbers, for red, green and blue");
    return fallback;
  }
  for (std::size_t i = 0; i < 3; ++i) fallback[i] = static_cast<float>(items[i].as<double>());
  return fallback;
}

VideoSpec read_video(const ConfigNode& root, const fs::path& folder) {
  VideoSpec spec;
  const auto child = root.maybe_child("video");
  if (!child) return spec;
  const ConfigNode& node = *child;
  spec.file = read_path(node, "file", folder).value_or("");
  if (const auto frames = node.maybe<std::string>("frames")) {
    spec.frames = parsed(node, "frames", *frames, parse_frame_range);
  }
  spec.transform.resize_short = node.optional<int>("resize_short", 256, between(1, 16384));
  spec.transform.crop = node.optional<int>("crop", 224, between(1, 16384));
  spec.normalisation.mean = read_triple(node, "mean", spec.normalisation.mean);
  spec.normalisation.scale = read_triple(node, "scale", spec.normalisation.scale);
  spec.normalisation.bgr =
      node.one_of("channel_order", {"rgb", "bgr"}, std::string("rgb")) == "bgr";
  return spec;
}

StepSpec read_step(const ConfigNode& node, const fs::path& folder) {
  StepSpec step;
  if (const auto file = read_path(node, "file", folder)) step.file = file->string();
  step.sparsity = node.maybe<double>("sparsity");
  if (node.has("steps")) {
    const ConfigNode steps = node.any("steps");
    if (steps.is(ConfigTree::Kind::kScalar)) {
      step.stages = {steps.as<double>()};
    } else {
      for (const ConfigNode& item : steps.items()) step.stages.push_back(item.as<double>());
    }
  }
  return step;
}

QuantizerSpec read_quantizer(const ConfigNode& root, const fs::path& folder,
                             std::optional<FrameRange>& calibration) {
  QuantizerSpec spec;
  const auto child = root.maybe_child("quantizer");
  if (!child) return spec;
  const ConfigNode& node = *child;
  const auto bits = between(QuantizerSpec::kMinBits, QuantizerSpec::kMaxBits);
  const std::string kind = node.one_of(
      "kind", {"none", "fixed_point", "step", "threshold", "sigma_delta"}, std::string("none"));
  if (kind == "fixed_point") spec.kind = FixedPointSpec{node.optional<int>("bits", 8, bits)};
  if (kind == "step") spec.kind = read_step(node, folder);
  if (kind == "threshold") spec.kind = ThresholdSpec{node.required<double>("theta")};
  if (kind == "sigma_delta") spec.kind = SigmaDeltaSpec{node.optional<int>("bits", 8, bits)};
  spec.quantize_input = node.optional<bool>("input", false);
  spec.quantize_output = node.optional<bool>("output", false);
  if (const auto frames = node.maybe<std::string>("calibration")) {
    calibration = parsed(node, "calibration", *frames, parse_frame_range);
  }
  try {
    check_quantizer(spec, "quantizer");
  } catch (const ConfigError& error) {
    const Fault& fault = error.faults().front();
    root.reject("quantizer", fault.expected.empty() ? fault.found : fault.expected, fault.nearest);
  }
  return spec;
}

}  // namespace

std::pair<std::string, std::string> parse_override(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw ConfigError(Fault{.key_path = "--set",
                            .found = "'" + text + "'",
                            .expected = "key=value, such as quantizer.bits=7"});
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

RecordingSpec read_recording(const ConfigNode& root, const fs::path& folder) {
  RecordingSpec spec;
  spec.network = read_network(root, folder);
  spec.video = read_video(root, folder);
  spec.quantizer = read_quantizer(root, folder, spec.calibration);
  spec.backend = root.choice<BackendKind>(
      "backend", {{"fp32", BackendKind::kFloat32}, {"int8", BackendKind::kInt8}},
      BackendKind::kFloat32);
  spec.fidelity = root.optional<bool>("fidelity", true);
  spec.values = root.optional<bool>("values", false);
  return spec;
}

RecordingSpec load_recording(const fs::path& file, const Overrides& overrides) {
  ConfigDocument document = ConfigDocument::load(file);
  for (const auto& [key, value] : overrides) document.set(key, value);
  RecordingSpec spec = read_recording(document.root(), file.parent_path());
  document.finish();
  return spec;
}

std::string_view to_string(BackendKind kind) {
  return kind == BackendKind::kInt8 ? "int8" : "fp32";
}

BackendKind parse_backend(std::string_view name) {
  if (name == "fp32") return BackendKind::kFloat32;
  if (name == "int8") return BackendKind::kInt8;
  throw ConfigError(Fault{.key_path = "backend",
                          .found = "'" + std::string(name) + "'",
                          .expected = "fp32 or int8",
                          .nearest = nearest_name(name, {"fp32", "int8"})});
}

}  // namespace deltasim
