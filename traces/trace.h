#pragma once
// What a delta-map trace says, as plain values; writer.h and reader.h bring it to and from disk.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arch/bitmap.h"
#include "workloads/graph.h"
#include "workloads/tensor.h"

namespace deltasim {

/// Where the frames came from.
struct VideoInfo {
  std::string file;    ///< file name without its folders; "synthetic" for made-up traces
  std::string sha256;  ///< of the file's bytes, hexadecimal
  std::string codec;   ///< FFmpeg's name, "npy" or "images"
  int width = 0;
  int height = 0;
  double frames_per_second = 0;  ///< of the source; 0 where unknown
  std::int64_t start = 0;        ///< first recorded frame, in source frames
  std::int64_t count = 0;        ///< recorded frames
  std::int64_t stride = 1;       ///< source frames per recorded frame
  bool operator==(const VideoInfo&) const = default;
};

/// One stream's network and the maps that are recorded of it.
struct StreamInfo {
  std::string name;  ///< "spatial", "temporal", or what an importer calls it
  Graph graph;       ///< batch norm folded
  std::vector<RecordedMap> maps;
  WeightsKind weights_kind = WeightsKind::kUntrained;
  std::string weights_sha256;  ///< over the folded parameters, in node order
  bool operator==(const StreamInfo&) const = default;
};

struct TraceHeader {
  std::string tool_version;
  std::string quantizer;  ///< as on the command line: "fixed_point:8"
  std::string backend;    ///< "fp32", "int8", or what made the trace
  VideoInfo video;
  std::vector<StreamInfo> streams;
  bool has_values = false;  ///< the frames carry quantized values as well
  /// Faults of the memories that were put into weights and state, as text; empty for none.
  std::string faults;
  bool operator==(const TraceHeader&) const = default;
};

/// How the quantized network's logits compare with the unquantized network's on one frame.
struct Fidelity {
  bool top1_agrees = false;
  bool top5_agrees = false;  ///< the unquantized top class is among the quantized top five
  double logit_cosine = 0;
  double logit_max_difference = 0;
  bool operator==(const Fidelity&) const = default;
};

/// The bitmaps of one map in one frame.
struct MapBits {
  Bitmap active;              ///< element of X[t] is not zero
  Bitmap delta;               ///< element of X[t] - X[t-1] is not zero; X[-1] = 0
  std::vector<float> values;  ///< of X[t], NHWC; empty unless TraceHeader::has_values
  bool operator==(const MapBits&) const = default;
};

struct FrameRecord {
  int stream = 0;          ///< index into TraceHeader::streams
  std::int64_t frame = 0;  ///< 0-based in the recording
  std::int64_t source_frame = 0;
  bool repeats_previous = false;  ///< the source picture equals the one before: false zeros
  int top1 = -1;                  ///< class of the largest logit, -1 where there are none
  std::optional<Fidelity> fidelity;
  std::vector<MapBits> maps;  ///< parallel to StreamInfo::maps
  bool operator==(const FrameRecord&) const = default;
};

}  // namespace deltasim
