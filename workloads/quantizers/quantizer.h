#pragma once
// The quantizer of a delta site: q of the delta layer, X[t] = q(Z[t]).

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

namespace deltasim {

/// A uniform grid: every quantized value is an integer code times `step`.
struct Grid {
  float step = 1;
  int max_code = 0;  ///< clipping bound of the code's magnitude; 0 = no clipping
  bool operator==(const Grid&) const = default;
};

/// Quantizes one site's map frame by frame. Rounding is to nearest, ties to even. One object a
/// site and stream: what it must remember between frames (residue, reference) is its own.
class SiteQuantizer {
 public:
  virtual ~SiteQuantizer() = default;
  /// Replaces the activations (NHWC) by their quantized values. May be called for disjoint ranges
  /// of the same frame from several threads; `offset` is the range's first element in the map.
  /// Each element is seen once a frame.
  virtual void quantize(std::span<float> values, std::size_t offset) = 0;
  /// The grid that all values of this site lie on for good, if there is one grid for the whole
  /// map: what lets the next layer run in integers.
  virtual std::optional<Grid> grid() const { return std::nullopt; }
  /// Whether quantize() is nothing but rounding to grid() and clipping, so that it can be done in
  /// passing.
  virtual bool only_rounds() const { return false; }
};

}  // namespace deltasim
