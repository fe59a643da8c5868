#include "sim/pipeline/fault_study.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "arch/accelerator_reader.h"
#include "arch/dram_part.h"
#include "arch/errors.h"
#include "arch/interrupt.h"
#include "arch/resources.h"
#include "energy/dram_power.h"
#include "sim/pipeline/prepare.h"
#include "workloads/execution/fidelity.h"

namespace deltasim {
namespace {

using Logits = std::vector<float>;

/// What the frames of one stream gave.
struct StreamOutcome {
  std::vector<Logits> logits;  ///< by frame
  SiteSparsity sparsity;
  FlipCount weight_flips, state_flips;
  std::int64_t noisy_weights = 0;
};

/// Counts zeros of the delta sites.
class SparsityCount {
 public:
  void add(const std::vector<RecordedMap>& maps, const FrameOutput& output) {
    for (std::size_t m = 0; m < maps.size(); ++m) {
      if (maps[m].kind != RecordedMap::Kind::kSite) continue;
      elements_ += maps[m].shape.elements();
      active_ += static_cast<std::int64_t>(output.maps[m].active.count());
      if (first_) continue;
      later_elements_ += maps[m].shape.elements();
      changed_ += static_cast<std::int64_t>(output.maps[m].delta.count());
    }
    first_ = false;
  }

  SiteSparsity sparsity() const {
    SiteSparsity result{.activation = zeros(active_, elements_), .temporal = {}};
    if (later_elements_ > 0) result.temporal = zeros(changed_, later_elements_);
    return result;
  }

 private:
  static double zeros(std::int64_t ones, std::int64_t elements) {
    return elements == 0 ? 0 : 1 - static_cast<double>(ones) / static_cast<double>(elements);
  }

  bool first_ = true;
  std::int64_t elements_ = 0, active_ = 0, later_elements_ = 0, changed_ = 0;
};

class Study {
 public:
  Study(const FaultStudySpec& spec, ProgressListener& progress)
      : spec_(spec), progress_(progress), prepared_(prepare_recording(spec.recording, progress)) {
    const bool state = std::ranges::any_of(
        spec.points, [](const FaultPoint& point) { return point.faults.disturbs_state(); });
    options_ = execution_of(spec.recording);
    if (state) options_.execution = Execution::kDelta;
    // A wrong name shows before the first network has run.
    for (const FaultPoint& point : spec.points) {
      for (const PreparedStream& stream : prepared_.streams)
        check_noise(stream.graph, point.faults);
    }
  }

  FaultStudyResult run() {
    FaultStudyResult result;
    result.frames = prepared_.frames.count;
    result.execution = options_.execution == Execution::kDelta ? "delta" : "dense";
    const auto runs = static_cast<std::int64_t>(spec_.points.size() + 1) *
                      static_cast<std::int64_t>(prepared_.streams.size());
    progress_.begin("running faults", runs * prepared_.frames.count, "frames");
    const std::vector<StreamOutcome> undisturbed = outcomes({});
    for (std::size_t s = 0; s < prepared_.streams.size(); ++s) {
      const PreparedStream& stream = prepared_.streams[s];
      result.undisturbed.push_back(
          {stream.name, std::string(to_string(stream.weights.kind)), undisturbed[s].sparsity});
    }
    for (const FaultPoint& point : spec_.points) {
      result.points.push_back(figures(point, undisturbed, outcomes(point.faults)));
    }
    progress_.end();
    return result;
  }

  const Preparation& prepared() const { return prepared_; }

 private:
  std::vector<StreamOutcome> outcomes(const FaultSpec& faults) {
    std::vector<StreamOutcome> result;
    for (std::size_t s = 0; s < prepared_.streams.size(); ++s) result.push_back(outcome(s, faults));
    return result;
  }

  StreamOutcome outcome(std::size_t index, const FaultSpec& faults) {
    const PreparedStream& stream = prepared_.streams[index];
    const RecordingSpec& recording = spec_.recording;
    DisturbedWeights read;
    if (faults.disturbs_weights()) {
      read = disturb_weights(stream.graph, stream.weights, faults, stream.name);
    }
    const Weights& weights = faults.disturbs_weights() ? read.weights : stream.weights;
    const auto backend = make_onednn_backend();
    QuantizedNetwork network(stream.graph, weights, stream.maps,
                             make_site_quantizers(recording.quantizer, stream.graph, stream.maps,
                                                  prepared_.calibrations[index]),
                             *backend, prepared_.workers, options_);
    StateFaults state(faults, stream.name);
    StreamInput input(stream, recording.video);
    ClipReader clip = open_clip(recording.video, prepared_.frames, prepared_.history);
    StreamOutcome result;
    SparsityCount sparsity;
    while (const auto frame = clip.next()) {
      if (interrupted()) throw Interrupted("interrupted; nothing was written");
      if (faults.disturbs_state()) state.disturb(network.program());
      sparsity.add(stream.maps, network.step(input.of(*frame)));
      result.logits.emplace_back(network.logits().begin(), network.logits().end());
      progress_.advance();
    }
    result.sparsity = sparsity.sparsity();
    result.weight_flips = read.flips;
    result.noisy_weights = read.noisy;
    result.state_flips = state.count();
    return result;
  }

  static LogitChange logit_change(const std::vector<Logits>& expected,
                                  const std::vector<Logits>& found) {
    LogitChange change;
    double sum = 0, reference = 0, largest = 0;
    std::size_t count = 0;
    for (std::size_t t = 0; t < expected.size(); ++t) {
      for (std::size_t i = 0; i < expected[t].size(); ++i, ++count) {
        const double difference = std::abs(double{found[t][i]} - double{expected[t][i]});
        sum += difference;
        change.max = std::max(change.max, difference);
        reference += std::abs(double{expected[t][i]});
        largest = std::max(largest, std::abs(double{expected[t][i]}));
      }
    }
    change.mean = sum / static_cast<double>(count);
    change.mean_relative = reference > 0 ? sum / reference : 0;
    change.max_relative = largest > 0 ? change.max / largest : 0;
    return change;
  }

  /// Top class of a frame: of one stream, or of the average of the streams' probabilities.
  static int top_class(const std::vector<StreamOutcome>& outcomes, std::size_t frame) {
    std::vector<float> scores = softmax(outcomes.front().logits[frame]);
    for (std::size_t s = 1; s < outcomes.size(); ++s) {
      const std::vector<float> more = softmax(outcomes[s].logits[frame]);
      for (std::size_t i = 0; i < scores.size(); ++i) scores[i] += more[i];
    }
    return top_classes(scores, 1).front();
  }

  template <typename TopOf>
  double agreement(TopOf top_of) const {
    std::int64_t agree = 0;
    const auto frames = static_cast<std::size_t>(prepared_.frames.count);
    for (std::size_t t = 0; t < frames; ++t) agree += top_of(t) ? 1 : 0;
    return static_cast<double>(agree) / static_cast<double>(frames);
  }

  FaultPointFigures figures(const FaultPoint& point, const std::vector<StreamOutcome>& undisturbed,
                            const std::vector<StreamOutcome>& disturbed) const {
    const FaultSpec& faults = point.faults;
    FaultPointFigures figures;
    figures.faults = to_string(faults);
    figures.weight_bit_error_rate = faults.weight_bit_error_rate;
    figures.state_bit_error_rate = faults.state.bit_error_rate;
    for (const WeightNoiseSpec& noise : faults.noise) figures.noise_sigmas.push_back(noise.sigma);
    for (std::size_t s = 0; s < disturbed.size(); ++s) {
      const StreamOutcome& expected = undisturbed[s];
      const StreamOutcome& found = disturbed[s];
      const double agrees = agreement([&](std::size_t t) {
        return top_classes(expected.logits[t], 1) == top_classes(found.logits[t], 1);
      });
      figures.streams.push_back({.name = prepared_.streams[s].name,
                                 .top1_agreement = agrees,
                                 .logits = logit_change(expected.logits, found.logits),
                                 .sparsity = found.sparsity,
                                 .weights = {found.weight_flips.stored, found.weight_flips.flipped},
                                 .state = {found.state_flips.stored, found.state_flips.flipped},
                                 .noisy_weights = found.noisy_weights});
    }
    figures.top1_agreement = agreement(
        [&](std::size_t t) { return top_class(undisturbed, t) == top_class(disturbed, t); });
    return figures;
  }

  const FaultStudySpec& spec_;
  ProgressListener& progress_;
  Preparation prepared_;
  ExecutionOptions options_;
};

/// Of the accelerator's DRAM at a multiple of its standard refresh interval.
class Refresh {
 public:
  explicit Refresh(const FaultStudySpec& spec)
      : accelerator_(read_accelerator(spec.accelerator, spec.accelerator_overrides)),
        part_(dram::load_dram_part(configs_folder() / "dram", accelerator_.dram.part)) {}

  RefreshFigures at(double multiple) const {
    const double interval_s =
        static_cast<double>(part_.refresh_interval * part_.clock_period_ps) * 1e-12;
    const double ranks = static_cast<double>(accelerator_.dram.channels) * accelerator_.dram.ranks;
    const double standard = ranks / interval_s;
    RefreshFigures figures{.interval_multiple = multiple,
                           .saved_share = 1 - 1 / multiple,
                           .commands_per_second = standard / multiple,
                           .power = {},
                           .saved_power = {}};
    if (const auto command = command_energy()) {
      figures.power = *command * figures.commands_per_second / Seconds(1);
      figures.saved_power = *command * (standard - figures.commands_per_second) / Seconds(1);
    }
    return figures;
  }
  const std::string& part() const { return part_.name; }
  const std::string& accelerator() const { return accelerator_.name; }

 private:
  /// Of one rank, where the part states what it takes.
  std::optional<Picojoules> command_energy() const {
    if (!part_.power) return std::nullopt;
    const dram::DramPower power(part_);
    const dram::UnitEnergy& refresh = power.unit(dram::PowerTerm::kRefresh);
    return refresh.known() ? std::optional(refresh.energy) : std::nullopt;
  }

  AcceleratorSpec accelerator_;
  dram::DramPart part_;
};

std::string frames_text(const FrameRange& frames) {
  return fmt::format("{} from {} every {}", frames.count, frames.start, frames.stride);
}

}  // namespace

FaultStudyResult study_faults(const FaultStudySpec& spec, std::string_view tool_version,
                              ProgressListener& progress) {
  const Refresh refresh(spec);
  Study study(spec, progress);
  FaultStudyResult result = study.run();
  const Preparation& prepared = study.prepared();
  result.provenance = {{"experiment", spec.name},
                       {"deltasim", std::string(tool_version)},
                       {"video", prepared.video.file},
                       {"video_sha256", prepared.video.sha256},
                       {"frames", frames_text(prepared.frames)},
                       {"quantizer", to_string(spec.recording.quantizer)},
                       {"backend", std::string(to_string(spec.recording.backend))},
                       {"seed", std::to_string(spec.points.front().faults.seed)},
                       {"accelerator", refresh.accelerator()},
                       {"dram", refresh.part()}};
  for (const PreparedStream& stream : prepared.streams) {
    result.provenance.emplace_back("network_" + stream.name, stream.graph.name);
    result.provenance.emplace_back("weights_" + stream.name, to_string(stream.weights.kind));
    result.provenance.emplace_back("weights_sha256_" + stream.name,
                                   weights_sha256(stream.graph, stream.weights));
  }
  for (std::size_t i = 0; i < spec.points.size(); ++i) {
    const FaultPoint& point = spec.points[i];
    if (point.refresh_multiple) result.points[i].refresh = refresh.at(*point.refresh_multiple);
    for (const std::string& note : point.notes) {
      if (std::ranges::find(result.notes, note) == result.notes.end()) result.notes.push_back(note);
    }
  }
  return result;
}

}  // namespace deltasim
