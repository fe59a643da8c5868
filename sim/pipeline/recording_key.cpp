#include "sim/pipeline/recording_key.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/sha256.h"
#include "sim/pipeline/streams.h"
#include "workloads/video/clip.h"

namespace deltasim {
namespace {

std::string file_text(const std::optional<std::filesystem::path>& file) {
  return file ? sha256_of_file(*file) : "none";
}

std::string range_text(const std::optional<FrameRange>& range) {
  if (!range) return "all";
  return fmt::format("{}:{}:{}", range->start, range->count, range->stride);
}

std::string network_text(const NetworkSpec& spec) {
  const bool is_file = std::filesystem::path(spec.network).extension() == ".onnx";
  std::string text =
      fmt::format("network {}\n", is_file ? sha256_of_file(spec.network) : spec.network);
  text += fmt::format("weights {} {}\nseed {}\n", file_text(spec.weights),
                      file_text(spec.temporal_weights), spec.seed);
  text += fmt::format("streams {}\nsites {}\n", stream_names(spec), spec.sites);
  if (spec.stem_pad) text += *spec.stem_pad == StemPad::kBoth ? "pad both\n" : "pad after\n";
  return text;
}

std::string video_text(const VideoSpec& spec) {
  const Normalisation& n = spec.normalisation;
  return fmt::format("video {}\nframes {}\nresize {} crop {}\nmean {} scale {} {}\n",
                     source_sha256(spec.file), range_text(spec.frames), spec.transform.resize_short,
                     spec.transform.crop, n.mean, n.scale, n.bgr ? "bgr" : "rgb");
}

std::string quantizer_text(const RecordingSpec& spec) {
  std::string text = fmt::format("quantizer {} input {} output {}\ncalibration {}\n",
                                 to_string(spec.quantizer), spec.quantizer.quantize_input,
                                 spec.quantizer.quantize_output, range_text(spec.calibration));
  for (const std::filesystem::path& clip : spec.calibration_clips) {
    text += fmt::format("calibration clip {}\n", source_sha256(clip));
  }
  const auto* step = spec.quantizer.as<StepSpec>();
  if (step != nullptr && !step->file.empty()) {
    text += fmt::format("steps {}\n", sha256_of_file(step->file));
  }
  return text;
}

/// Nothing without faults, so that a seed that is not used counts for nothing.
std::string faults_text(const FaultSpec& faults) {
  return faults.any() ? fmt::format("faults {}\n", to_string(faults)) : "";
}

constexpr const char* kFirstFrames = "first frames ";

/// The last line of a key. Nothing where all frames are recorded.
std::string first_frames_text(const RecordingSpec& spec) {
  const std::optional<FrameRange>& all = spec.video.frames;
  if (!spec.first_frames || (all && all->count <= *spec.first_frames)) return "";
  return fmt::format("{}{}\n", kFirstFrames, *spec.first_frames);
}

}  // namespace

std::string recording_key(const RecordingSpec& spec, std::string_view tool_version) {
  return fmt::format("deltasim {}\n", tool_version) + network_text(spec.network) +
         video_text(spec.video) + quantizer_text(spec) +
         fmt::format("backend {}\nfidelity {}\nvalues {}\n", to_string(spec.backend), spec.fidelity,
                     spec.values) +
         faults_text(spec.faults) + first_frames_text(spec);
}

std::string key_of_all_frames(std::string key) {
  const std::size_t line = key.rfind(std::string("\n") + kFirstFrames);
  return line == std::string::npos ? key : key.erase(line + 1);
}

}  // namespace deltasim
