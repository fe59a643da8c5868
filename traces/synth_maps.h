#pragma once
// The elements of one map of a synthetic trace, from frame to frame.

#include <cstdint>
#include <string>

#include "arch/bitmap.h"
#include "traces/synth.h"
#include "workloads/graph.h"

namespace deltasim {

/// Probabilities inside the changing region that keep the density of active elements and give the
/// density of changed ones.
struct ChangeRates {
  double zero_changes = 0;    ///< a zero element becomes active
  double active_changes = 0;  ///< an active element changes ...
  double active_dies = 0;     ///< ... and then to zero
};

/// @param map its name, for messages
/// @param region share of the pixels that may change
/// @throws ConfigError where no rates give these densities
ChangeRates change_rates(const std::string& map, const MapDensity& density, double region);

/// A map of a synthetic stream and its state.
struct SynthMap {
  Shape shape;
  MapDensity density;
  ChangeRates rates;
  double region = 1;      ///< share of the pixels that may change
  std::uint64_t key = 0;  ///< of its random numbers
  Bitmap active;          ///< in the frame made last
};

/// Elements of the pixels that are marked.
Bitmap elements_of_pixels(const Shape& shape, const std::vector<std::uint8_t>& pixels);

/// Makes map.active for frame 0: densities in expectation.
void draw_first(SynthMap& map);
/// Goes on to `frame`: changes map.active and gives the delta map.
/// @param region elements that may change, null for all
Bitmap draw_changes(SynthMap& map, std::int64_t frame, const Bitmap* region);

/// The same with exact counts.
void select_first(SynthMap& map);
Bitmap select_changes(SynthMap& map, std::int64_t frame);

}  // namespace deltasim
