#pragma once
// Draws the stages of the tile pipeline, and how many tiles their buffers hold.

#include <systemc>

#include <array>
#include <cstdint>

#include "sim/timeline/frame_observer.h"

namespace deltasim {

enum class Stage : std::uint8_t { kLoad, kFill, kCompute, kDrain, kStore };
inline constexpr std::size_t kStages = 5;

/// The frame starts in the moment it is made.
class StageTracks {
 public:
  explicit StageTracks(FrameObserver& observer);

  /// The stage has all that a tile waits for.
  void begin(Stage stage, std::size_t tile);
  /// It is done with the tile.
  void end(Stage stage, std::size_t tile);

 private:
  std::int64_t now() const;

  FrameObserver& observer_;
  sc_core::sc_time epoch_;
  std::array<int, kStages> tracks_{};
  int inputs_, outputs_;  ///< counters
};

}  // namespace deltasim
