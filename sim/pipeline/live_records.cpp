#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "arch/errors.h"
#include "arch/interrupt.h"
#include "sim/pipeline/prepare.h"
#include "sim/pipeline/record_source.h"
#include "sim/pipeline/trace_frames.h"
#include "sim/pipeline/worker_pool.h"

namespace deltasim {
namespace {

/// A frame of the recording: a record a stream.
using RecordedFrame = std::vector<FrameRecord>;

/// One way through the clip: frames as the networks make them.
class Walk {
 public:
  Walk(const RecordingSpec& spec, const Preparation& prepared)
      : recorders_(make_recorders(spec, prepared)),
        clip_(open_clip(spec.video, prepared.frames, prepared.history)) {}

  /// The next frames, at most `count`; none at the end.
  std::vector<RecordedFrame> next(std::size_t count, ProgressListener& progress) {
    std::vector<RecordedFrame> frames;
    while (frames.size() < count) {
      if (interrupted()) throw Interrupted("interrupted; of this clip nothing is kept");
      const std::optional<ClipFrame> frame = clip_.next();
      if (!frame) break;
      RecordedFrame& records = frames.emplace_back();
      for (const auto& recorder : recorders_) records.push_back(recorder->record(*frame));
      progress.advance();
    }
    return frames;
  }

  std::vector<std::string> warnings() const { return clip_.source().warnings(); }

 private:
  std::vector<std::unique_ptr<StreamRecorder>> recorders_;
  ClipReader clip_;
};

/// A step of one stream in one mode.
struct Item {
  std::size_t mode = 0;
  std::size_t stream = 0;
  std::size_t step = 0;
};

/// Simulates frames of a recording that goes on, a few at a time.
class LiveSimulation {
 public:
  LiveSimulation(const std::vector<ModeSetup>& setups, std::int64_t frames, int batch, int jobs)
      : setups_(setups),
        batch_(static_cast<std::size_t>(batch)),
        jobs_(jobs),
        results_(setups.size()),
        steps_(static_cast<std::size_t>(frames / batch)) {
    for (std::size_t mode = 0; mode < setups.size(); ++mode) {
      results_[mode].resize(setups[mode].streams.size());
      for (auto& stream : results_[mode]) stream.resize(steps_.size());
    }
  }

  /// Simulates the steps whose last frame is among these; the frames of others wait.
  void take(std::span<RecordedFrame> frames) {
    std::vector<Item> items;
    std::vector<std::size_t> complete;
    for (RecordedFrame& frame : frames) {
      const std::size_t step = static_cast<std::size_t>(frame.front().frame) % steps_.size();
      steps_[step].push_back(std::move(frame));
      if (steps_[step].size() == batch_) complete.push_back(step);
    }
    for (const std::size_t step : complete) {
      for (std::size_t mode = 0; mode < setups_.size(); ++mode) {
        for (std::size_t stream = 0; stream < steps_[step].front().size(); ++stream) {
          items.push_back({mode, stream, step});
        }
      }
    }
    std::vector<std::size_t> all(items.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    run_in_workers(
        all, jobs_, [&](std::size_t i) { return simulate(items[i]); },
        [&](ItemOutcome outcome) { keep(items[outcome.item], std::move(outcome)); });
    for (const std::size_t step : complete) steps_[step] = {};
    report_faults();
  }

  std::vector<ModeResults> results() { return std::move(results_); }

 private:
  /// In a worker process.
  std::string simulate(const Item& item) const {
    std::vector<BatchFrame> frames;
    for (const RecordedFrame& frame : steps_[item.step]) {
      const FrameRecord& record = frame[item.stream];
      frames.push_back({&record, record.frame == 0});
    }
    return to_bytes(simulate_batch(setups_[item.mode].streams[item.stream], frames));
  }

  void keep(const Item& item, ItemOutcome outcome) {
    auto result = outcome.fault.empty() ? frame_result_from(outcome.bytes) : std::nullopt;
    if (outcome.fault.empty() && !result) outcome.fault = "its result came damaged";
    if (result) {
      results_[item.mode][item.stream][item.step] = std::move(*result);
      return;
    }
    std::vector<std::int64_t> numbers;
    for (const RecordedFrame& frame : steps_[item.step]) numbers.push_back(frame.front().frame);
    faults_.push_back(fmt::format("{} execution, stream {}, frame {}: {}", setups_[item.mode].name,
                                  item.stream, fmt::join(numbers, ", "), outcome.fault));
    users_ = users_ && outcome.user_fault;
  }

  void report_faults() const {
    if (faults_.empty()) return;
    const std::string text =
        fmt::format("{} work items failed:\n  {}", faults_.size(), fmt::join(faults_, "\n  "));
    if (users_) throw ConfigError("recording", text);
    throw InternalError(text);
  }

  const std::vector<ModeSetup>& setups_;
  std::size_t batch_;
  int jobs_;
  std::vector<ModeResults> results_;
  std::vector<std::vector<RecordedFrame>> steps_;  ///< the frames that there are so far, by piece
  std::vector<std::string> faults_;
  bool users_ = true;  ///< all faults are the user's
};

class LiveRecords final : public RecordSource {
 public:
  LiveRecords(const RecordingSpec& spec, const SourceOptions& options, ProgressListener& progress)
      : spec_(spec),
        options_(options),
        prepared_(prepare_recording(spec, progress,
                                    {.threads = std::min(options.jobs, available_threads()),
                                     .calibrations = options.calibrations})),
        header_(recording_header(spec, prepared_, options.tool_version)),
        frames_(options.frames.value_or(prepared_.frames.count)) {
    if (frames_ > prepared_.frames.count) {
      throw ConfigError(
          Fault{.file = spec.video.file.string(),
                .key_path = "frames",
                .found = std::to_string(frames_),
                .expected = fmt::format("at most {}, which are recorded", prepared_.frames.count)});
    }
    require_whole_batches(spec.video.file, frames_, prepared_.frames.count, options.batch);
    begin_summary();
    first_walk_.emplace(spec_, prepared_);
    progress.begin("recording for the mapping", static_cast<std::int64_t>(at_a_time()), "frames");
    ahead_ = first_walk_->next(at_a_time(), progress);
    progress.end();
    samples_.resize(header_.streams.size());
    for (std::size_t stream = 0; stream < samples_.size(); ++stream) take_samples(stream);
  }

  const TraceHeader& header() const override { return header_; }
  std::int64_t frames() const override { return frames_; }
  int batch() const override { return options_.batch; }
  const SampleFrames& samples() const override { return samples_; }
  const TraceSummary& summary() const override { return summary_; }
  std::string trace_name() const override { return "none: simulated while it was recorded"; }
  std::string trace_sha256() override { return "none"; }

  std::vector<ModeResults> simulate(const std::vector<ModeSetup>& setups,
                                    ProgressListener& progress) override {
    LiveSimulation simulation(setups, frames_, options_.batch, options_.jobs);
    const bool first = first_walk_.has_value();
    std::optional<Walk> walk = std::move(first_walk_);
    first_walk_.reset();
    if (!first) walk.emplace(spec_, prepared_);
    // A later walk is for its simulations only.
    std::int64_t open = first ? prepared_.frames.count : frames_;
    progress.begin("recording and simulating", open, "frames");
    std::vector<RecordedFrame> some = std::move(ahead_);
    ahead_.clear();
    for (std::size_t i = 0; i < some.size(); ++i) progress.advance();
    open -= static_cast<std::int64_t>(some.size());
    while (true) {
      if (first) count(some);
      simulation.take(wanted_of(some));
      if (open <= 0) break;
      some = walk->next(std::min(at_a_time(), static_cast<std::size_t>(open)), progress);
      open -= static_cast<std::int64_t>(some.size());
      if (some.empty()) break;
    }
    progress.end();
    if (first) finish_summary(walk->warnings(), progress);
    return simulation.results();
  }

 private:
  /// Frames that are held at once: enough to keep the workers busy, and for the mapping's samples.
  std::size_t at_a_time() const {
    constexpr std::size_t kMost = 32;
    return std::clamp(static_cast<std::size_t>(options_.jobs), kFirstSample + kExpectedFrames,
                      kMost);
  }

  /// Those that sample_frames() finds in a trace.
  void take_samples(std::size_t stream) {
    for (std::size_t frame = prepared_.frames.count > 1 ? kFirstSample : 0;
         frame < ahead_.size() && samples_[stream].size() < kExpectedFrames; ++frame) {
      samples_[stream].push_back(ahead_[frame][stream]);
    }
  }

  std::span<RecordedFrame> wanted_of(std::vector<RecordedFrame>& frames) const {
    const auto end = std::ranges::find_if(
        frames, [this](const RecordedFrame& frame) { return frame.front().frame >= frames_; });
    return {frames.begin(), end};
  }

  void begin_summary() {
    summary_.header = header_;
    for (StreamInfo& stream : summary_.header.streams) {
      counters_.emplace_back(stream);
      stream.graph = Graph();
      stream.maps.clear();
    }
  }
  void count(const std::vector<RecordedFrame>& frames) {
    for (const RecordedFrame& frame : frames) {
      for (std::size_t stream = 0; stream < frame.size(); ++stream) {
        counters_[stream].add(frame[stream]);
      }
    }
  }
  void finish_summary(const std::vector<std::string>& warnings, ProgressListener& progress) {
    for (const FrameCounter& counter : counters_) summary_.streams.push_back(counter.summary());
    for (const std::string& warning : warnings) progress.note(warning);
  }

  RecordingSpec spec_;
  SourceOptions options_;
  Preparation prepared_;
  TraceHeader header_;
  std::int64_t frames_ = 0;
  std::optional<Walk> first_walk_;    ///< until simulate() takes it on
  std::vector<RecordedFrame> ahead_;  ///< that it has recorded so far
  SampleFrames samples_;
  std::vector<FrameCounter> counters_;
  TraceSummary summary_;
};

}  // namespace

std::unique_ptr<RecordSource> live_records(const RecordingSpec& spec, const SourceOptions& options,
                                           ProgressListener& progress) {
  return std::make_unique<LiveRecords>(spec, options, progress);
}

}  // namespace deltasim
