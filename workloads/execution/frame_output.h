#pragma once
// What a frame leaves behind: the bitmaps of every recorded map.

#include <vector>

#include "arch/bitmap.h"

namespace deltasim {

/// X[t] and X[t] - X[t-1] of one map, X[-1] = 0: one bit an element, set where it is not zero.
struct MapOutput {
  Bitmap active;
  Bitmap delta;
  bool operator==(const MapOutput&) const = default;
};

struct FrameOutput {
  std::vector<MapOutput> maps;  ///< parallel to the recorded maps
  bool operator==(const FrameOutput&) const = default;
};

}  // namespace deltasim
