#pragma once
// Which outputs of a layer an input event reaches: what the delta unit has to update, and which
// state it must fetch. No SystemC.

#include <cstdint>
#include <span>
#include <vector>

#include "arch/accelerator.h"
#include "arch/bitmap.h"
#include "sim/mapping/tile_program.h"
#include "workloads/graph.h"

namespace deltasim {

/// Consecutive elements of a map (NHWC).
struct TouchedRange {
  std::int64_t first = 0;
  std::int64_t count = 0;
  bool operator==(const TouchedRange&) const = default;
};

/// One bit an output element. An event touches every output channel (of its group) of every pixel
/// whose window it lies in: with dense weights no sum of that pixel stays what it was.
class TouchedMap {
 public:
  explicit TouchedMap(const Shape& output);

  /// Adds what a layer with this output does to it.
  /// @param operands events of the layer's input map
  void touch(const Layer& layer, const Bitmap& operands);
  /// Adds elements of a map of the same shape that are added to the sum.
  void touch(const Bitmap& elements);

  /// Touched outputs of the tile.
  std::int64_t count(const Tile& tile) const;
  /// State elements of the tile that are read and written, merged where they are neighbours:
  /// the touched ones, whole channel vectors [k] of touched pixels, or all if any is touched.
  void state_ranges(const Tile& tile, StateGranularity granularity,
                    std::vector<TouchedRange>& ranges) const;
  const Bitmap& bits() const { return bits_; }

 private:
  void touch_group(const Layer& layer, const Bitmap& operands, int group);
  bool any(int y, int x, const Range& k) const;
  std::size_t element(int y, int x, int k) const;

  Shape shape_;
  Bitmap bits_;
};

}  // namespace deltasim
