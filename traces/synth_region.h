#pragma once
// The changing region of a synthetic trace: blobs that drift slowly.

#include <cstdint>
#include <vector>

#include "workloads/graph.h"

namespace deltasim {

/// A smooth random field over the unit square, one step a frame. The region is where the field is
/// largest, so its share can be met on any resolution and its place is the same on all of them.
class ChangingRegion {
 public:
  /// @param blob extent of a blob as a share of the square's side
  /// @param persistence correlation of the field with the one of the frame before
  ChangingRegion(double blob, double persistence, std::uint64_t key);

  /// To the next frame.
  void advance();
  /// One byte a pixel of a map of this extent, 1 inside. The number of pixels inside is `share`
  /// of them, rounded at random so that it is right in expectation.
  std::vector<std::uint8_t> pixels(const Shape& shape, double share, std::uint64_t key) const;

 private:
  double value(double y, double x) const;

  int side_;  ///< lattice points along a side
  double persistence_;
  std::uint64_t key_;
  std::int64_t frame_ = -1;
  std::vector<double> lattice_;
};

}  // namespace deltasim
