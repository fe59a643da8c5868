#pragma once
// Ranges of a sweep file, written out as values.

#include <optional>
#include <string>
#include <vector>

#include "arch/config_reader.h"

namespace deltasim {

/// Most values that one parameter may have.
inline constexpr std::int64_t kMostLevels = 100'000;

/// The values of {from: A, to: B, scale: linear, points: N} (or step: S instead of points),
/// {..., scale: log, points: N} or {..., scale: power_of_two}, by rising value. Both ends belong to
/// it. Sizes, bits, cycles and numbers written without a point stay whole. Powers of two are those
/// of the number as it is written: 128, 256 and 512 MHz lie from 100 MHz to 800 MHz.
/// @return nothing where something is wrong, which is then reported in the document
std::vector<std::string> read_range(const ConfigNode& node);

}  // namespace deltasim
