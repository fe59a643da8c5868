#pragma once
// The reference network: runs frames of one stream, one after another, quantized at every site.

#include <memory>
#include <span>
#include <vector>

#include "workloads/execution/frame_output.h"
#include "workloads/execution/program.h"

namespace deltasim {

/// Maps of this and the previous frame are kept, and change places; memory does not grow with the
/// number of frames. The same frames give the same bits whatever the number of threads.
class QuantizedNetwork {
 public:
  /// @param graph without batch norm (fold_batch_norm)
  /// @param maps of recorded_maps()
  /// @param workers may be shared by networks that do not run at the same time
  /// @throws ConfigError where weights are missing or have another shape
  QuantizedNetwork(const Graph& graph, const Weights& weights, std::span<const RecordedMap> maps,
                   SiteQuantizers quantizers, const Backend& backend,
                   std::shared_ptr<Workers> workers, const ExecutionOptions& options = {});

  /// Runs one frame.
  /// @param input NHWC floats of the input's shape
  /// @return valid until the next step() or take_output()
  /// @throws ConfigError where a step is so small that int8 execution cannot hold its codes
  const FrameOutput& step(std::span<const float> input);
  /// Runs one frame no further than to a recorded map; the maps behind it are left undefined.
  void step_until(std::span<const float> input, std::size_t map);
  /// Moves the last frame's bitmaps out.
  FrameOutput take_output() { return std::move(output_); }

  /// Of the last frame, before any softmax.
  std::span<const float> logits() const;
  /// Quantized values of a recorded map (NHWC) in the last frame.
  std::vector<float> values(std::size_t map) const;
  /// The same without a copy, nothing where the map is held as codes.
  std::optional<std::span<const float>> float_values(std::size_t map) const;

  /// Layers that run in integers.
  int integer_layers() const;

  /// For comparing executions operation by operation.
  Program& program() { return program_; }
  /// Prepares a frame without running it, for the same.
  void begin_frame(std::span<const float> input);

 private:
  void make_tasks();

  std::vector<Shape> map_shapes_;
  SiteQuantizers quantizers_;
  std::shared_ptr<Workers> workers_;
  Program program_;
  std::vector<Workers::Task> tasks_;
  FrameOutput output_;
};

}  // namespace deltasim
