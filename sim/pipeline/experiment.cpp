#include "sim/pipeline/experiment.h"

#include <fmt/format.h>

#include <algorithm>

#include "arch/errors.h"
#include "arch/resources.h"
#include "energy/entry_fields.h"
#include "sim/pipeline/fault_reader.h"
#include "sim/pipeline/file_keys.h"
#include "sim/pipeline/recorded_frames.h"

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

/// @param path of the key in the table of file keys; its last step stands in `node`
std::optional<fs::path> read_path(const ConfigNode& node, std::string_view path,
                                  const fs::path& folder) {
  const auto text = node.maybe<std::string>(path.substr(path.rfind('.') + 1));
  return text ? std::optional(path_at(path, *text, folder)) : std::nullopt;
}

std::vector<std::string> read_strings(const ConfigNode& node, std::string_view key) {
  std::vector<std::string> texts;
  if (!node.has(key)) return texts;
  const ConfigNode value = node.any(key);
  if (value.is(ConfigTree::Kind::kScalar)) return {value.as<std::string>()};
  for (const ConfigNode& item : value.items()) texts.push_back(item.as<std::string>());
  return texts;
}

/// One of the names. Unlike ConfigNode::one_of(), which other keys are right does not hang on it,
/// so that these are still checked where the name is wrong.
std::string read_name(const ConfigNode& node, std::string_view key,
                      const std::vector<std::string>& names) {
  std::string text = node.required<std::string>(key);
  if (std::find(names.begin(), names.end(), text) == names.end()) {
    node.reject(key, fmt::format("one of {}", fmt::join(names, ", ")), nearest_name(text, names));
  }
  return text;
}

NetworkSpec read_network(const ConfigNode& root, const fs::path& folder) {
  NetworkSpec spec;
  const auto child = root.maybe_child("network");
  if (!child) return spec;
  const ConfigNode& node = *child;
  spec.network = node.optional<std::string>("name", spec.network);
  spec.network = path_at("network.name", spec.network, folder).string();
  spec.weights = read_path(node, "network.weights", folder);
  spec.temporal_weights = read_path(node, "network.temporal_weights", folder);
  spec.seed = node.optional<std::uint64_t>("seed", spec.seed);
  spec.streams = read_strings(node, "streams");
  spec.sites = read_strings(node, "sites");
  if (node.has("stem_pool_padding")) {
    spec.stem_pad = read_name(node, "stem_pool_padding", {"after", "both"}) == "both"
                        ? StemPad::kBoth
                        : StemPad::kAfter;
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
  spec.file = read_path(node, "video.file", folder).value_or("");
  if (const auto frames = node.maybe<std::string>("frames")) {
    spec.frames = parsed(node, "frames", *frames, parse_frame_range);
  }
  spec.transform.resize_short = node.optional<int>("resize_short", 256, between(1, 16384));
  spec.transform.crop = node.optional<int>("crop", 224, between(1, 16384));
  spec.normalisation.mean = read_triple(node, "mean", spec.normalisation.mean);
  spec.normalisation.scale = read_triple(node, "scale", spec.normalisation.scale);
  if (node.has("channel_order")) {
    spec.normalisation.bgr = read_name(node, "channel_order", {"rgb", "bgr"}) == "bgr";
  }
  return spec;
}

StepSpec read_step(const ConfigNode& node, const fs::path& folder) {
  StepSpec step;
  if (const auto file = read_path(node, "quantizer.file", folder)) step.file = file->string();
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

/// Of the recording it sets the quantizer, and what that is calibrated on.
QuantizerSpec read_quantizer(const ConfigNode& root, const fs::path& folder,
                             RecordingSpec& recording) {
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
    recording.calibration = parsed(node, "calibration", *frames, parse_frame_range);
  }
  for (const std::string& clip : read_strings(node, "calibration_clips")) {
    recording.calibration_clips.push_back(path_at("quantizer.calibration_clips", clip, folder));
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
                            .expected = "key=value, such as accelerator.pe_array.fifo_depth=8"});
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

namespace {

/// All but the faults.
RecordingSpec read_sound_recording(const ConfigNode& root, const fs::path& folder) {
  RecordingSpec spec;
  spec.network = read_network(root, folder);
  spec.video = read_video(root, folder);
  spec.quantizer = read_quantizer(root, folder, spec);
  if (root.has("backend")) {
    spec.backend = read_name(root, "backend", {"fp32", "int8"}) == "int8" ? BackendKind::kInt8
                                                                          : BackendKind::kFloat32;
  }
  spec.fidelity = root.optional<bool>("fidelity", true);
  spec.values = root.optional<bool>("values", false);
  return spec;
}

}  // namespace

RecordingSpec read_recording(const ConfigNode& root, const fs::path& folder) {
  RecordingSpec spec = read_sound_recording(root, folder);
  const std::vector<FaultPoint> points = read_fault_points(root, folder);
  if (points.size() > 1) {
    root.reject("faults", "one value a key: lists of rates are for `deltasim faults`");
  }
  spec.faults = points.front().faults;
  return spec;
}

namespace {

constexpr Hertz kSlowestVideo(1e-3), kFastestVideo(1e6);
/// More cameras than one accelerator is ever given.
constexpr int kLargestBatch = 1024;

/// A name of the shipped files, or a path that starts at the experiment's folder.
fs::path resource_at(const ConfigNode& root, std::string_view key, const fs::path& folder,
                     const std::string& text) {
  const std::string_view kind = find_file_key(key)->shipped;
  return parsed(root, key, path_at(key, text, folder).lexically_normal().string(),
                [&](const std::string& name) { return find_resource(kind, name); });
}

std::vector<std::string> read_modes(const ConfigNode& root) {
  if (!root.has("modes")) return mode_names();
  const std::string expected = "dense, spatial, delta and selective, or some of them";
  const ConfigNode value = root.any("modes");
  std::vector<ConfigNode> items{value};
  if (!value.is(ConfigTree::Kind::kScalar)) items = value.items();
  if (items.empty() && value.is(ConfigTree::Kind::kList)) value.reject_this(expected);
  std::vector<std::string> given;
  for (const ConfigNode& item : items) {
    const std::string& name = given.emplace_back(item.as<std::string>());
    if (std::find(mode_names().begin(), mode_names().end(), name) == mode_names().end()) {
      item.reject_this(expected, nearest_name(name, mode_names()));
    }
  }
  std::vector<std::string> modes;
  for (const std::string& name : mode_names()) {
    if (std::find(given.begin(), given.end(), name) != given.end()) modes.push_back(name);
  }
  return modes;
}

/// A map, or the path of a file that has one: beside the experiment, or where the user is.
std::optional<PlacementSpec> read_placement_key(const ConfigNode& root, const fs::path& folder,
                                                const std::string& file) {
  if (!root.has("placement")) return std::nullopt;
  const ConfigNode node = root.any("placement");
  if (!node.is(ConfigTree::Kind::kScalar)) return read_placement(node, file);
  const auto given = node.as<std::string>();
  const auto found = named_file(*find_file_key("placement"), given, folder);
  if (found) return load_placement(found->lexically_normal().string());
  node.reject_this(fmt::format("a map of streams, or a file that is there; tried {} and {}",
                               path_at("placement", given, folder).string(), given));
  return std::nullopt;
}

constexpr std::string_view kAccelerator = "accelerator.";
constexpr std::string_view kEnergy = "energy.";

/// Keys that a recording takes and a run takes too; asked for here so that both may stand in one
/// file.
RunSpec read_run(const ConfigNode& root, const fs::path& file) {
  const fs::path folder = file.parent_path();
  RunSpec spec;
  spec.name = root.optional<std::string>("name", "");
  spec.trace = read_path(root, "trace", folder);
  spec.accelerator = resource_at(root, "accelerator", folder,
                                 root.optional<std::string>("accelerator", "delta_event_256"));
  spec.energy =
      resource_at(root, "energy", folder, root.optional<std::string>("energy", "horowitz_45nm"));
  if (root.has("dram_energy")) {
    spec.dram_energy = read_name(root, "dram_energy", {"table", "currents"}) == "currents"
                           ? DramEnergyModel::kCurrents
                           : DramEnergyModel::kTable;
  }
  if (const auto scale = root.maybe_child("energy_scale")) {
    spec.energy_scale = read_technology_point(*scale);
  }
  if (const auto baseline = root.maybe<std::string>("baseline")) {
    spec.baseline = resource_at(root, "baseline", folder, *baseline);
  }
  spec.modes = read_modes(root);
  spec.placement = read_placement_key(root, folder, file.string());
  spec.frames = root.maybe<std::int64_t>("frames", at_least<std::int64_t>(1));
  spec.batch = root.optional<int>("batch", 1, between(1, kLargestBatch));
  if (spec.frames && spec.batch > *spec.frames) {
    root.reject("batch", fmt::format("at most the {} frames that are run", *spec.frames));
  }
  spec.store_trace = root.optional<bool>("store_trace", true);
  if (spec.trace && !spec.store_trace) {
    root.reject("store_trace", "true, or no `trace`: this one is stored already");
  }
  spec.frame_rate = root.maybe<Hertz>("frame_rate", between(kSlowestVideo, kFastestVideo));
  if (root.has("dram_idle")) {
    spec.dram_idle = root.choice<dram::IdleState>(
        "dram_idle", {{"precharged_standby", dram::IdleState::kPrechargedStandby},
                      {"precharged_power_down", dram::IdleState::kPrechargedPowerDown},
                      {"self_refresh", dram::IdleState::kSelfRefresh}});
    if (!spec.frame_rate)
      root.reject("dram_idle", "a frame_rate as well: without it nothing idles");
  }
  return spec;
}

/// What a recording is made of cannot be changed where there is a recording already.
void refuse_recording_keys(const Overrides& overrides) {
  std::vector<Fault> faults;
  for (const auto& [key, value] : overrides) {
    for (const char* recorded :
         {"network", "video", "quantizer", "backend", "fidelity", "values", "faults"}) {
      if (key != recorded && !key.starts_with(std::string(recorded) + ".")) continue;
      faults.push_back({.key_path = "--set",
                        .found = "'" + key + "=" + value + "'",
                        .expected = "no key of the recording: the experiment names a trace"});
    }
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
}

}  // namespace

const std::vector<std::string>& mode_names() {
  static const std::vector<std::string> names{"dense", "spatial", "delta", "selective"};
  return names;
}

RunSpec load_experiment(const fs::path& file, const Overrides& overrides) {
  ConfigDocument document = ConfigDocument::load(file);
  Overrides accelerator, energy;
  for (const auto& [key, value] : overrides) {
    if (key.starts_with(kAccelerator)) {
      accelerator.emplace_back(key.substr(kAccelerator.size()), value);
    } else if (key.starts_with(kEnergy)) {
      energy.emplace_back(key.substr(kEnergy.size()), value);
    } else if (key == "clock") {
      accelerator.emplace_back(key, value);
    } else {
      document.set(key, value);
    }
  }
  const ConfigNode root = document.root();
  RunSpec spec = read_run(root, file);
  spec.recording = read_recording(root, file.parent_path());
  spec.recording.first_frames = frames_to_record(spec.frames);
  if (!spec.trace && spec.recording.video.file.empty()) {
    root.reject_this("a `trace`, or a `video` with a `file`");
  }
  if (spec.trace && root.has("faults")) {
    root.reject("faults", "none here: the experiment names a trace, which has its own");
  }
  document.finish();
  if (spec.trace) refuse_recording_keys(overrides);
  spec.accelerator_overrides = std::move(accelerator);
  spec.energy_overrides = std::move(energy);
  if (spec.name.empty()) spec.name = file.stem().string();
  return spec;
}

FaultStudySpec load_fault_study(const fs::path& file, const Overrides& overrides) {
  ConfigDocument document = ConfigDocument::load(file);
  FaultStudySpec spec;
  for (const auto& [key, value] : overrides) {
    if (key.starts_with(kAccelerator)) {
      spec.accelerator_overrides.emplace_back(key.substr(kAccelerator.size()), value);
    } else {
      document.set(key, value);
    }
  }
  const ConfigNode root = document.root();
  const RunSpec run = read_run(root, file);
  if (run.trace) root.reject("trace", "no trace: a study runs the network on the video itself");
  spec.name = run.name.empty() ? file.stem().string() : run.name;
  spec.accelerator = run.accelerator;
  spec.recording = read_sound_recording(root, file.parent_path());
  spec.points = read_fault_points(root, file.parent_path());
  if (spec.recording.video.file.empty()) root.reject_this("a `video` with a `file`");
  if (!root.has("faults")) root.reject_this("a `faults` map");
  document.finish();
  return spec;
}

RecordingSpec load_recording(const fs::path& file, const Overrides& overrides) {
  ConfigDocument document = ConfigDocument::load(file);
  for (const auto& [key, value] : overrides) document.set(key, value);
  const ConfigNode root = document.root();
  read_run(root, file);
  RecordingSpec spec = read_recording(root, file.parent_path());
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
