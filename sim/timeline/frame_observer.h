#pragma once
// Which part of a frame is written down: layers, and tiles of them.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/timeline/timeline_recorder.h"

namespace deltasim {

/// What of a frame is wanted.
struct FrameSelection {
  std::vector<bool> layers;        ///< of each layer in execution order
  std::int64_t first_tile = 0;     ///< of every selected layer
  std::int64_t tiles = INT64_MAX;  ///< from that one on

  bool all_tiles() const { return first_tile == 0 && tiles == INT64_MAX; }
};

/// Opens and closes the recorder's windows as the frame goes on. A selection of tiles is a window
/// of time, from the moment when the first one begins to be loaded to when the last is stored: what
/// the machine does for others meanwhile is part of the picture. Times are picoseconds since the
/// frame's start.
class FrameObserver {
 public:
  FrameObserver(FrameSelection selection, std::int64_t limit)
      : selection_(std::move(selection)), recorder_(limit) {}

  TimelineRecorder& recorder() { return recorder_; }

  void begin_layer(std::size_t layer, std::int64_t now);
  bool wants_layer() const { return wanted_; }
  void tile_begins(std::size_t tile, std::int64_t now);
  void tile_ends(std::size_t tile, std::int64_t now);
  void end_layer(std::int64_t now);

 private:
  bool wants(std::size_t layer) const {
    return layer < selection_.layers.size() && selection_.layers[layer];
  }

  FrameSelection selection_;
  TimelineRecorder recorder_;
  std::size_t layer_ = 0;
  bool wanted_ = false;
};

}  // namespace deltasim
