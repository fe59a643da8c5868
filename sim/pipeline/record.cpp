#include "sim/pipeline/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "arch/errors.h"
#include "arch/interrupt.h"
#include "sim/pipeline/prepare.h"
#include "sim/pipeline/record_stream.h"
#include "traces/writer.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

void check_output(const fs::path& output) {
  const fs::path folder = output.has_parent_path() ? output.parent_path() : fs::path(".");
  if (!fs::is_directory(folder)) {
    throw ConfigError(output.string(), "its folder '" + folder.string() + "' does not exist");
  }
  if (fs::is_directory(output)) throw ConfigError(output.string(), "this is a folder, not a file");
}

/// Quantizers with a memory of their own and a state with faults need every frame from the first
/// one on; the others only the frame before, to compare with.
std::int64_t first_to_replay(const RecordingSpec& spec, std::int64_t frames_done) {
  const bool has_memory = spec.quantizer.as<ThresholdSpec>() ||
                          spec.quantizer.as<SigmaDeltaSpec>() || spec.faults.disturbs_state();
  return has_memory ? 0 : std::max<std::int64_t>(frames_done - 1, 0);
}

class Recording {
 public:
  Recording(const RecordingSpec& spec, const Preparation& prepared, TraceWriter& writer)
      : spec_(spec), writer_(writer), recorders_(make_recorders(spec, prepared)) {
    whole_frames_ = writer.resumed_records() / static_cast<std::int64_t>(recorders_.size());
  }

  /// Runs the frame, and appends what the file does not have yet.
  void take(const ClipFrame& frame) {
    if (frame.frame < first_to_replay(spec_, whole_frames_)) return;
    for (const auto& recorder : recorders_) {
      if (frame.frame < whole_frames_) {
        recorder->replay(frame);
      } else {
        writer_.append(recorder->record(frame));
      }
    }
  }

 private:
  const RecordingSpec& spec_;
  TraceWriter& writer_;
  std::vector<std::unique_ptr<StreamRecorder>> recorders_;
  std::int64_t whole_frames_ = 0;  ///< in the file when it was opened
};

std::string interrupted_text(std::int64_t done, std::int64_t count, const fs::path& output) {
  return fmt::format(
      "interrupted after {} of {} frames, which are in {}.partial; the same command goes on with "
      "them (`trace record` with --resume)",
      done, count, output.string());
}

}  // namespace

RecordReport record_trace(const RecordingSpec& spec, const fs::path& output, bool resume,
                          std::string_view tool_version, ProgressListener& progress) {
  check_output(output);
  const Preparation prepared = prepare_recording(spec, progress);
  const TraceHeader header = recording_header(spec, prepared, tool_version);
  const bool goes_on = resume && fs::exists(output.string() + ".partial");
  TraceWriter writer = goes_on ? TraceWriter::resume(output, header) : TraceWriter(output, header);
  Recording recording(spec, prepared, writer);

  const auto begin = std::chrono::steady_clock::now();
  RecordReport report;
  ClipReader clip = open_clip(spec.video, prepared.frames, prepared.history);
  progress.begin("recording", prepared.frames.count, "frames");
  while (const std::optional<ClipFrame> frame = clip.next()) {
    if (interrupted()) {
      throw Interrupted(interrupted_text(report.frames, prepared.frames.count, output));
    }
    recording.take(*frame);
    ++report.frames;
    progress.advance();
  }
  writer.finish();
  progress.end();
  report.repeated = clip.repeated_frames();
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  for (const std::string& warning : clip.source().warnings()) progress.note(warning);
  if (report.repeated > 0) {
    progress.note(
        fmt::format("{} of {} frames (nearly) repeat the picture before them: their "
                    "zeros are the video's, not the scene's",
                    report.repeated, report.frames));
  }
  return report;
}

}  // namespace deltasim
