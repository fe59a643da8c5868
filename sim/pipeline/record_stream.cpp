#include "sim/pipeline/record_stream.h"

#include <fmt/format.h>

#include "arch/errors.h"
#include "workloads/execution/fidelity.h"

namespace deltasim {
namespace {

SiteQuantizers no_quantizers(const PreparedStream& stream) {
  return make_site_quantizers({}, stream.graph, stream.maps, {});
}

}  // namespace

ExecutionOptions execution_of(const RecordingSpec& spec) {
  return {
      .precision = spec.backend == BackendKind::kInt8 ? Precision::kInteger8 : Precision::kFloat32,
      .execution = spec.faults.disturbs_state() ? Execution::kDelta : Execution::kDense};
}

StreamInput::StreamInput(const PreparedStream& stream, const VideoSpec& video)
    : temporal_(stream.name == kTemporalStream), normalisation_(video.normalisation) {
  const Shape& shape = stream.graph.input().shape;
  if (shape.height != video.transform.crop || shape.width != video.transform.crop) {
    throw ConfigError(Fault{
        .key_path = "video.crop",
        .found = std::to_string(video.transform.crop),
        .expected = fmt::format("the network's input size, {}x{}", shape.height, shape.width)});
  }
  values_.resize(static_cast<std::size_t>(shape.elements()));
}

std::span<const float> StreamInput::of(const ClipFrame& frame) {
  if (temporal_) {
    const auto& pictures = frame.pictures;
    temporal_input(std::span(pictures).last(kTemporalDifferences + 1), values_);
  } else {
    spatial_input(frame.picture(), normalisation_, values_);
  }
  return values_;
}

StreamRecorder::StreamRecorder(const PreparedStream& stream, int index, const RecordingSpec& spec,
                               const Calibration& calibration, std::shared_ptr<Workers> workers)
    : stream_(stream),
      index_(index),
      values_(spec.values),
      input_(stream, spec.video),
      backend_(make_onednn_backend()),
      network_(stream.graph, stream.read_weights(), stream.maps,
               make_site_quantizers(spec.quantizer, stream.graph, stream.maps, calibration),
               *backend_, workers, execution_of(spec)) {
  if (spec.faults.disturbs_state()) state_faults_.emplace(spec.faults, stream.name);
  if (spec.fidelity) {
    unquantized_.emplace(stream.graph, stream.weights, stream.maps, no_quantizers(stream),
                         *backend_, std::move(workers));
  }
}

FrameRecord StreamRecorder::record(const ClipFrame& frame) {
  const std::span<const float> input = input_.of(frame);
  step(input);
  FrameRecord record{.stream = index_,
                     .frame = frame.frame,
                     .source_frame = frame.source_frame,
                     .repeats_previous = frame.repeats_previous};
  const auto logits = network_.logits();
  record.top1 = top_classes(logits, 1).front();
  if (unquantized_) {
    unquantized_->step(input);
    const LogitComparison found = compare_logits(logits, unquantized_->logits());
    record.fidelity = Fidelity{.top1_agrees = found.top1_agrees,
                               .top5_agrees = found.top5_agrees,
                               .logit_cosine = found.cosine,
                               .logit_max_difference = found.max_difference};
  }
  FrameOutput output = network_.take_output();
  for (std::size_t map = 0; map < output.maps.size(); ++map) {
    MapOutput& bits = output.maps[map];
    record.maps.push_back({.active = std::move(bits.active), .delta = std::move(bits.delta)});
    if (values_) record.maps.back().values = network_.values(map);
  }
  return record;
}

void StreamRecorder::replay(const ClipFrame& frame) { step(input_.of(frame)); }

void StreamRecorder::step(std::span<const float> input) {
  if (state_faults_) state_faults_->disturb(network_.program());
  network_.step(input);
}

}  // namespace deltasim
