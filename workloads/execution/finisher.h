#pragma once
// The end of every operation: activation, quantization, comparison with the frame before, and
// the bitmaps, in one pass while the elements are in the nearest cache.

#include <cstddef>
#include <optional>
#include <string>

#include "workloads/execution/frame_output.h"
#include "workloads/execution/fusion.h"
#include "workloads/execution/value.h"
#include "workloads/quantizers/quantizer.h"

namespace deltasim {

class Finisher {
 public:
  /// @param quantizer of the site, nullptr where there is none
  /// @param name for messages
  Finisher(Value& value, const FusedOperation& operation, SiteQuantizer* quantizer,
           std::string name);

  /// Where this frame's bitmaps go; nullptr for maps that are not recorded.
  void set_output(MapOutput* output) { output_ = output; }
  int map() const { return map_; }

  /// Takes elements [offset, offset + n) of the map as they come out of the sum; `z` is changed.
  /// offset is a multiple of 64, and so is n but for the map's last elements.
  /// @throws ConfigError where a code needs more than 16 bits
  void finish(float* z, std::size_t offset, std::size_t n);
  /// What a pass over sums that does all this at once has to know; nothing where it cannot: no
  /// bitmaps to write, a quantizer that remembers, codes of more than a byte in the last frame.
  struct OnePass {
    float low, high;
    std::optional<Grid> grid;  ///< to round to
    Value& value;
    MapOutput& output;
  };
  std::optional<OnePass> one_pass() const;
  /// The same elements have been written to the value as they are.
  void compare(std::size_t offset, std::size_t n);

 private:
  void store_codes(const float* z, std::size_t offset, std::size_t n);
  void store_high_codes(const float* z, std::size_t offset, std::size_t n);
  void compare_codes(std::size_t offset, std::size_t n);

  Value& value_;
  float low_, high_;
  SiteQuantizer* quantizer_;
  int map_;
  std::string name_;
  MapOutput* output_ = nullptr;
};

}  // namespace deltasim
