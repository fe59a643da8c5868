#pragma once
// Which levels of a sweep are those of its base experiment, so that designs can be set against it.

#include <cstddef>
#include <optional>
#include <vector>

#include "explore/sweep_spec.h"

namespace deltasim {

/// By parameter: the level that sets nothing but what the base experiment (with the sweep's `set`)
/// has anyway. None where no level does, or where the base's value is nowhere written down (a
/// default), or is a list.
/// @throws ConfigError, IoError where the base experiment cannot be read
std::vector<std::optional<std::size_t>> base_levels(const SweepSpec& spec);

}  // namespace deltasim
