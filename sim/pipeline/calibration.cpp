#include "sim/pipeline/calibration.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fstream>
#include <optional>
#include <sstream>

#include "arch/atomic_file.h"
#include "arch/errors.h"
#include "arch/interrupt.h"
#include "arch/sha256.h"
#include "workloads/execution/calibrator.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

struct CalibrationRange {
  VideoSpec video;
  FrameRange frames;
};

std::vector<CalibrationRange> ranges_of(const RecordingSpec& spec, const Preparation& prepared) {
  if (spec.calibration_clips.empty()) {
    return {{spec.video, spec.calibration.value_or(prepared.frames)}};
  }
  std::vector<CalibrationRange> ranges;
  for (const fs::path& clip : spec.calibration_clips) {
    CalibrationRange range{spec.video, {}};
    range.video.file = clip;
    range.frames = spec.calibration ? *spec.calibration : full_range(clip, prepared.history);
    ranges.push_back(std::move(range));
  }
  return ranges;
}

Calibration calibrate(const PreparedStream& stream, const RecordingSpec& spec,
                      const Preparation& prepared, ProgressListener& progress) {
  const std::vector<CalibrationRange> ranges = ranges_of(spec, prepared);
  const auto backend = make_onednn_backend();
  Calibrator calibrator(stream.graph, stream.weights, stream.maps, spec.quantizer, *backend,
                        prepared.workers);
  StreamInput input(stream, spec.video);
  std::int64_t frames = 0;
  for (const CalibrationRange& range : ranges) frames += range.frames.count;
  progress.begin("calibrating " + stream.name, frames, "frames");
  for (const CalibrationRange& range : ranges) {
    ClipReader clip = open_clip(range.video, range.frames, prepared.history);
    while (const auto frame = clip.next()) {
      if (interrupted()) throw Interrupted("interrupted while calibrating; nothing was written");
      calibrator.observe(input.of(*frame));
      progress.advance();
    }
  }
  progress.end();
  return calibrator.finish();
}

/// Everything that a calibration over clips depends on. Counts up with the format below.
std::string calibration_key(const PreparedStream& stream, const RecordingSpec& spec) {
  const Normalisation& n = spec.video.normalisation;
  std::string text = fmt::format(
      "calibration 1\n{} {}\n{}\ninput {}\nresize {} crop {} mean {} scale {} {}\n", stream.name,
      weights_sha256(stream.graph, stream.weights), to_string(spec.quantizer),
      spec.quantizer.quantize_input, spec.video.transform.resize_short, spec.video.transform.crop,
      n.mean, n.scale, n.bgr ? "bgr" : "rgb");
  for (const RecordedMap& map : stream.maps) text += map.name + "\n";
  if (spec.calibration) {
    text += fmt::format("frames {}:{}:{}\n", spec.calibration->start, spec.calibration->count,
                        spec.calibration->stride);
  }
  for (const fs::path& clip : spec.calibration_clips) text += source_sha256(clip) + "\n";
  Sha256 hash;
  hash.update(text);
  return hash.finish();
}

constexpr std::string_view kLargest = "max_abs", kStep = "step", kEnd = "end";

std::string to_text(const Calibration& calibration) {
  std::string text;
  for (const auto& [name, value] : calibration.max_abs) {
    text += fmt::format("{} {} {}\n", kLargest, value, name);
  }
  for (const auto& [name, value] : calibration.steps) {
    text += fmt::format("{} {} {}\n", kStep, value, name);
  }
  return text + std::string(kEnd) + "\n";
}

/// Nothing where the file is not there, or not whole.
std::optional<Calibration> read_calibration(const fs::path& file) {
  std::ifstream stream(file);
  Calibration calibration;
  for (std::string line; std::getline(stream, line);) {
    if (line == kEnd) return calibration;
    std::istringstream words(line);
    std::string kind, name;
    float value = 0;
    if (!(words >> kind >> value) || !std::getline(words >> std::ws, name)) return std::nullopt;
    (kind == kLargest ? calibration.max_abs : calibration.steps)[name] = value;
  }
  return std::nullopt;
}

}  // namespace

void require_calibration_range(const RecordingSpec& spec, int history) {
  if (!spec.calibration) return;
  if (spec.calibration_clips.empty()) {
    require_range(spec.video.file, *spec.calibration, history);
  }
  for (const fs::path& clip : spec.calibration_clips) {
    require_range(clip, *spec.calibration, history);
  }
}

Calibration calibration_of(const PreparedStream& stream, const RecordingSpec& spec,
                           const Preparation& prepared, const fs::path& folder,
                           ProgressListener& progress) {
  if (spec.calibration_clips.empty() || folder.empty()) {
    return calibrate(stream, spec, prepared, progress);
  }
  const fs::path file = folder / (calibration_key(stream, spec) + ".calibration");
  if (auto known = read_calibration(file)) return *std::move(known);
  Calibration calibration = calibrate(stream, spec, prepared, progress);
  make_folder(folder);
  write_file_atomically(file, to_text(calibration));
  return calibration;
}

}  // namespace deltasim
