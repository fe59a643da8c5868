#pragma once
// What is to be recorded: a network with its weights, a video, a quantizer.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "workloads/faults/fault_spec.h"
#include "workloads/networks/network.h"
#include "workloads/quantizers/quantizer_spec.h"
#include "workloads/tensor.h"
#include "workloads/video/frame_range.h"
#include "workloads/video/preprocess.h"

namespace deltasim {

enum class BackendKind : std::uint8_t { kFloat32, kInt8 };
/// "fp32", "int8"
std::string_view to_string(BackendKind kind);
/// @throws ConfigError for any other name
BackendKind parse_backend(std::string_view name);

inline constexpr std::string_view kSpatialStream = "spatial";
inline constexpr std::string_view kTemporalStream = "temporal";

struct NetworkSpec {
  /// A built-in name, two_stream_NAME (both streams), or an ONNX file.
  std::string network = "two_stream_resnet50";
  std::optional<std::filesystem::path> weights;           ///< .npz; none: untrained
  std::optional<std::filesystem::path> temporal_weights;  ///< none: cross-modality initialisation
  std::uint64_t seed = 1;                                 ///< of the untrained weights
  std::vector<std::string> streams;                       ///< empty: all that the network has
  std::optional<StemPad> stem_pad;
  /// Delta sites: patterns of activation names ("layer3.*"), empty for all of them.
  std::vector<std::string> sites;
};

struct VideoSpec {
  std::filesystem::path file;
  std::optional<FrameRange> frames;  ///< none: all that there are
  PictureTransform transform;
  Normalisation normalisation;
};

struct RecordingSpec {
  NetworkSpec network;
  VideoSpec video;
  /// Of the video's frames only the first so many are recorded; none: all. Whatever is calibrated
  /// is calibrated on all of them, so that a frame's record does not depend on it.
  std::optional<std::int64_t> first_frames{};
  QuantizerSpec quantizer;
  std::optional<FrameRange> calibration;  ///< none: the recorded range
  /// Clips over which quantizers are calibrated instead of the recorded one: `calibration` of each,
  /// or all its frames. Empty: every recording is calibrated on its own frames.
  std::vector<std::filesystem::path> calibration_clips{};
  BackendKind backend = BackendKind::kFloat32;
  bool fidelity = true;  ///< compare every frame with the unquantized network
  bool values = false;   ///< store the quantized values as well
  FaultSpec faults;      ///< of the memories of weights and state
};

}  // namespace deltasim
