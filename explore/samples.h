#pragma once
// Points drawn at random: the same for the same seed on every machine.

#include "explore/constraint_set.h"

namespace deltasim {

/// Most points that a plan may have.
inline constexpr std::int64_t kMostPoints = 1'000'000;

/// Different points that meet the constraints, each set of them as likely as any other.
/// @throws ConfigError where there are fewer
std::vector<DesignPoint> random_points(const SweepSpec& spec, const ConstraintSet& constraints,
                                       std::int64_t count, std::uint64_t seed);

/// The same where every level of a parameter is used as often as any other, but for one (McKay,
/// Beckman and Conover, Technometrics 21(2), 1979). Points that break a constraint or stand twice
/// exchange levels with others, which keeps the levels even; where that does not mend them,
/// others drawn at random take their places.
std::vector<DesignPoint> latin_hypercube_points(const SweepSpec& spec,
                                                const ConstraintSet& constraints,
                                                std::int64_t count, std::uint64_t seed);

}  // namespace deltasim
