#pragma once
// One stream on its way into a trace: what enters its network, and what comes out of a frame.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/pipeline/workload.h"
#include "traces/trace.h"
#include "workloads/execution/quantized_network.h"
#include "workloads/faults/inject.h"
#include "workloads/video/clip.h"

namespace deltasim {

/// A network without batch norm, and which of its maps are recorded.
struct PreparedStream {
  std::string name;
  Graph graph;
  Weights weights;
  std::vector<RecordedMap> maps;
  std::optional<Weights> disturbed;  ///< what the weights' memory gives, where it has faults

  const Weights& read_weights() const { return disturbed ? *disturbed : weights; }
};

/// How the quantized network of a recording runs: by the delta recursion where its state is to be
/// disturbed, since dense execution keeps none.
ExecutionOptions execution_of(const RecordingSpec& spec);

/// Makes the network's input of one frame.
class StreamInput {
 public:
  /// @throws ConfigError where the network's input is not of the pictures' size
  StreamInput(const PreparedStream& stream, const VideoSpec& video);
  /// @return NHWC floats, valid until the next call
  std::span<const float> of(const ClipFrame& frame);

 private:
  bool temporal_;
  Normalisation normalisation_;
  std::vector<float> values_;
};

/// Runs a recorded stream frame by frame.
class StreamRecorder {
 public:
  /// @param stream outlives the recorder
  /// @param index of the stream in the trace
  StreamRecorder(const PreparedStream& stream, int index, const RecordingSpec& spec,
                 const Calibration& calibration, std::shared_ptr<Workers> workers);

  /// Bitmaps, top class and fidelity of the next frame.
  FrameRecord record(const ClipFrame& frame);
  /// Brings the network to where it is after this frame, and records nothing.
  void replay(const ClipFrame& frame);

 private:
  void step(std::span<const float> input);

  const PreparedStream& stream_;
  int index_;
  bool values_;
  StreamInput input_;
  std::unique_ptr<Backend> backend_;
  QuantizedNetwork network_;
  std::optional<StateFaults> state_faults_;
  std::optional<QuantizedNetwork> unquantized_;  ///< never disturbed
};

}  // namespace deltasim
