#include "sim/pipeline/timeline_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "arch/errors.h"
#include "sim/engine/waveform.h"
#include "sim/pipeline/timeline_bytes.h"
#include "sim/pipeline/worker_pool.h"
#include "sim/timeline/clock_period.h"
#include "traces/reader.h"

namespace deltasim {
namespace {

constexpr double kPicosecondsAMicrosecond = 1e6;

/// Runs `work` in a process of its own. @return what it returns
std::string in_a_worker(const std::function<std::string()>& work, const std::string& what) {
  ItemOutcome outcome;
  run_in_workers(
      {0}, 1, [&](std::size_t) { return work(); }, [&](ItemOutcome done) { outcome = done; });
  if (outcome.fault.empty()) return std::move(outcome.bytes);
  if (outcome.user_fault) throw ConfigError(what, outcome.fault);
  throw InternalError(what + ": " + outcome.fault);
}

/// The frame's figures as text in front of its timeline: what a run found must be found again.
std::string with_figures(const FrameResult& result, const Timeline& timeline) {
  const std::string figures = to_bytes(result);
  return fmt::format("{} ", figures.size()) + figures + to_bytes(timeline);
}

Timeline checked_timeline(const std::string& bytes, const FrameResult& expected,
                          const std::string& what) {
  const std::string figures = to_bytes(expected);
  const std::string head = fmt::format("{} ", figures.size()) + figures;
  if (!bytes.starts_with(head)) {
    throw InternalError(what + ": its figures came out other than in the run");
  }
  auto timeline = timeline_from(std::string_view(bytes).substr(head.size()));
  if (!timeline) throw InternalError(what + ": its timeline came damaged");
  return std::move(*timeline);
}

class Recording {
 public:
  Recording(const TimelineSelection& selection, const TimelineChoice& choice,
            const TimelineSource& source)
      : selection_(selection),
        choice_(choice),
        source_(source),
        header_(TraceReader(source.trace).header()) {}

  Timeline run(ProgressListener& progress) {
    require_tiles();
    progress.begin("drawing the timeline", choice_.frames * streams(), "frames");
    for (std::int64_t frame = choice_.first_frame; frame < choice_.first_frame + choice_.frames;
         ++frame) {
      for (std::size_t stream = 0; stream < source_.setup.streams.size(); ++stream) {
        add(frame, stream);
        if (choice_.has_stream(stream)) progress.advance();
      }
    }
    progress.end();
    if (frames_left_out_ > 0) {
      timeline_.notes.push_back(
          fmt::format("{} more of the selected frames are left out", frames_left_out_));
    }
    if (timeline_.slices.empty()) {
      throw ConfigError("--timeline",
                        "the selection has no events; allow more by "
                        "--timeline-events, or select other layers or tiles");
    }
    const AcceleratorSpec& spec = source_.setup.streams.front().accelerator;
    timeline_.provenance = {{"accelerator", spec.name},
                            {"clock", print(spec.clock)},
                            {"mode", choice_.mode},
                            {"trace", source_.trace.filename().string()}};
    return std::move(timeline_);
  }

 private:
  std::int64_t streams() const {
    std::int64_t count = 0;
    for (std::size_t s = 0; s < choice_.layers.size(); ++s) count += choice_.has_stream(s) ? 1 : 0;
    return count;
  }

  /// A selection of tiles that no layer has would draw nothing.
  void require_tiles() const {
    if (!selection_.tiles) return;
    std::size_t most = 0;
    for (std::size_t s = 0; s < choice_.layers.size(); ++s) {
      for (std::size_t i = 0; i < choice_.layers[s].size(); ++i) {
        const std::vector<Tile>& tiles = source_.setup.streams[s].programs[i].tiles;
        if (choice_.layers[s][i]) most = std::max(most, tiles.size());
      }
    }
    if (selection_.tiles->start < static_cast<std::int64_t>(most)) return;
    throw ConfigError(Fault{.key_path = "--timeline-tiles",
                            .found = to_string(*selection_.tiles),
                            .expected = fmt::format("a start below {}, the most tiles that a "
                                                    "selected layer has",
                                                    most)});
  }

  FrameSelection selection_of(std::size_t stream) const {
    FrameSelection selection{.layers = choice_.layers[stream]};
    if (selection_.tiles) {
      selection.first_tile = selection_.tiles->start;
      selection.tiles = selection_.tiles->count;
    }
    return selection;
  }

  std::string name_of(std::int64_t frame, std::size_t stream) const {
    return fmt::format("frame {}, {} stream", frame, header_.streams[stream].name);
  }

  /// What was left out; empty where nothing was.
  std::string note_of(const TimelineRecorder& recorder, const std::string& frame) const {
    if (recorder.cut_at() < 0) return {};
    return fmt::format(
        "the timeline ends {:.3f} us after the begin of {}: its limit of {} events is reached, and "
        "about {} more are left out; select layers or tiles, or raise --timeline-events",
        static_cast<double>(recorder.cut_at()) / kPicosecondsAMicrosecond, frame,
        selection_.max_events, recorder.left_out());
  }

  /// In a worker process.
  std::string simulate(std::int64_t frame, std::size_t stream) const {
    TraceReader reader(source_.trace);
    FrameRecord record;
    reader.read(static_cast<int>(stream), frame, record);
    const std::int64_t left = selection_.max_events - timeline_.events();
    FrameObserver observer(selection_of(stream), std::max<std::int64_t>(left, 1));
    const FrameResult result =
        simulate_frame(source_.setup.streams[stream], record, frame == 0, &observer);
    const std::string note = note_of(observer.recorder(), name_of(frame, stream));
    Timeline timeline = observer.recorder().finish();
    if (!note.empty()) timeline.notes.push_back(note);
    return with_figures(result, timeline);
  }

  void add(std::int64_t frame, std::size_t stream) {
    const FrameResult& expected = source_.results[stream][static_cast<std::size_t>(frame)];
    const std::int64_t length =
        expected.cycles * clock_period_ps(source_.setup.streams[stream].accelerator.clock);
    if (choice_.has_stream(stream)) {
      if (full_) {
        ++frames_left_out_;
        return;
      }
      const std::string what = name_of(frame, stream);
      Timeline drawn = checked_timeline(in_a_worker([&] { return simulate(frame, stream); }, what),
                                        expected, what);
      full_ = !drawn.notes.empty();
      timeline_.spans.push_back({.level = "frame",
                                 .name = what,
                                 .begin = end_,
                                 .end = end_ + length,
                                 .texts = {{"mode", choice_.mode}},
                                 .figures = {{"cycles", expected.cycles}}});
      append(timeline_, drawn, end_);
    }
    end_ += length;
  }

  const TimelineSelection& selection_;
  const TimelineChoice& choice_;
  const TimelineSource& source_;
  TraceHeader header_;
  Timeline timeline_;
  std::int64_t end_ = 0;  ///< of the frames so far
  bool full_ = false;
  std::int64_t frames_left_out_ = 0;
};

}  // namespace

Timeline record_timeline(const TimelineSelection& selection, const TimelineChoice& choice,
                         const TimelineSource& source, ProgressListener& progress) {
  return Recording(selection, choice, source).run(progress);
}

std::string record_waveform(const Timeline& timeline) {
  return in_a_worker([&] { return waveform(timeline); }, "--vcd");
}

}  // namespace deltasim
