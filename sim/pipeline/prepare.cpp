#include "sim/pipeline/prepare.h"

#include <fmt/format.h>

#include <algorithm>

#include "arch/errors.h"
#include "sim/pipeline/calibration.h"
#include "sim/pipeline/recorded_frames.h"
#include "sim/pipeline/streams.h"
#include "workloads/execution/batch_norm_calibration.h"

namespace deltasim {
namespace {

/// Frames on which the batch norms of an untrained network are calibrated.
constexpr std::int64_t kBatchNormFrames = kFewestFrames;

/// Earlier frames that a frame of the streams needs.
int history_of(const NetworkSpec& network) {
  const std::vector<std::string> streams = stream_names(network);
  return std::ranges::find(streams, kTemporalStream) != streams.end() ? kTemporalDifferences : 0;
}

FrameRange first_frames(const FrameRange& range, std::int64_t count) {
  return {range.start, std::min(range.count, count), range.stride};
}

PreparedStream prepare_stream(StreamNetwork network, const RecordingSpec& spec,
                              const Preparation& prepared) {
  PreparedStream stream{network.name, {}, {}, {}, {}};
  if (network.weights.kind == WeightsKind::kUntrained) {
    PreparedStream unfolded{network.name, network.graph, network.weights, {}, {}};
    StreamInput input(unfolded, spec.video);
    std::vector<std::vector<float>> inputs;
    ClipReader clip =
        open_clip(spec.video, first_frames(prepared.frames, kBatchNormFrames), prepared.history);
    while (const auto frame = clip.next()) {
      const auto values = input.of(*frame);
      inputs.emplace_back(values.begin(), values.end());
    }
    network.weights = calibrate_batch_norm(network.graph, std::move(network.weights), inputs,
                                           *make_onednn_backend());
  }
  // Kept apart: quantized values then follow PyTorch's to the bit, where oneDNN sums alike.
  FoldedNetwork folded = fold_batch_norm(network.graph, network.weights, FoldStyle::kApart);
  stream.graph = std::move(folded.graph);
  stream.weights = std::move(folded.weights);
  stream.maps = recorded_maps(stream.graph, place_sites(stream.graph, spec.network.sites));
  return stream;
}

void tell(const Preparation& prepared, const RecordingSpec& spec, ProgressListener& progress) {
  if (!progress.wants_detail()) return;
  progress.detail(fmt::format("video: {}, {} frames from {} every {}", prepared.video.file,
                              prepared.frames.count, prepared.frames.start,
                              prepared.frames.stride));
  for (const PreparedStream& stream : prepared.streams) {
    progress.detail(fmt::format("{} stream: {}, {} weights, {} recorded maps, quantizer {}, {}",
                                stream.name, stream.graph.name, to_string(stream.weights.kind),
                                stream.maps.size(), to_string(spec.quantizer),
                                to_string(spec.backend)));
  }
  progress.detail(fmt::format("{} threads", prepared.workers->count()));
}

}  // namespace

FrameRange frames_to_record(const RecordingSpec& spec) {
  const int history = history_of(spec.network);
  return spec.video.frames ? *spec.video.frames : full_range(spec.video.file, history);
}

ClipReader open_clip(const VideoSpec& video, const FrameRange& frames, int history) {
  return ClipReader(open_frame_source(video.file), video.file.string(),
                    {.range = frames, .transform = video.transform, .history = history});
}

Preparation prepare_recording(const RecordingSpec& spec, ProgressListener& progress,
                              const PreparationOptions& options) {
  const int history = history_of(spec.network);
  if (spec.video.file.empty()) {
    throw ConfigError("--video",
                      "say which video is to be recorded (or video.file in the experiment file)");
  }
  Preparation prepared;
  prepared.history = history;
  check(spec.video.transform);
  prepared.frames = frames_to_record(spec);
  require_range(spec.video.file, prepared.frames, prepared.history);
  require_calibration_range(spec, prepared.history);
  prepared.video = describe_video(spec.video.file);
  prepared.workers = std::make_shared<Workers>(options.threads);
  for (StreamNetwork& network : load_streams(spec.network)) {
    prepared.streams.push_back(prepare_stream(std::move(network), spec, prepared));
    PreparedStream& stream = prepared.streams.back();
    prepared.calibrations.push_back(
        needs_calibration(spec.quantizer)
            ? calibration_of(stream, spec, prepared, options.calibrations, progress)
            : Calibration{});
    // What does not fit the network (a step file, a list of steps) shows before a file is made.
    make_site_quantizers(spec.quantizer, stream.graph, stream.maps, prepared.calibrations.back());
    // Quantizers are calibrated on the network as it was meant to be.
    check_noise(stream.graph, spec.faults);
    if (spec.faults.disturbs_weights()) {
      stream.disturbed =
          disturb_weights(stream.graph, stream.weights, spec.faults, stream.name).weights;
    }
  }
  if (spec.first_frames) prepared.frames = first_frames(prepared.frames, *spec.first_frames);
  tell(prepared, spec, progress);
  return prepared;
}

TraceHeader recording_header(const RecordingSpec& spec, const Preparation& prepared,
                             std::string_view tool_version) {
  TraceHeader header{.tool_version = std::string(tool_version),
                     .quantizer = to_string(spec.quantizer),
                     .backend = std::string(to_string(spec.backend)),
                     .video = {.file = prepared.video.file,
                               .sha256 = prepared.video.sha256,
                               .codec = prepared.video.info.codec,
                               .width = prepared.video.info.width,
                               .height = prepared.video.info.height,
                               .frames_per_second = prepared.video.info.frames_per_second,
                               .start = prepared.frames.start,
                               .count = prepared.frames.count,
                               .stride = prepared.frames.stride},
                     .streams = {},
                     .has_values = spec.values,
                     .faults = to_string(spec.faults)};
  for (const PreparedStream& stream : prepared.streams) {
    header.streams.push_back({.name = stream.name,
                              .graph = stream.graph,
                              .maps = stream.maps,
                              .weights_kind = stream.weights.kind,
                              .weights_sha256 = weights_sha256(stream.graph, stream.weights)});
  }
  return header;
}

std::vector<std::unique_ptr<StreamRecorder>> make_recorders(const RecordingSpec& spec,
                                                            const Preparation& prepared) {
  std::vector<std::unique_ptr<StreamRecorder>> recorders;
  for (std::size_t i = 0; i < prepared.streams.size(); ++i) {
    recorders.push_back(std::make_unique<StreamRecorder>(prepared.streams[i], static_cast<int>(i),
                                                         spec, prepared.calibrations[i],
                                                         prepared.workers));
  }
  return recorders;
}

}  // namespace deltasim
