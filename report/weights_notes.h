#pragma once
// Whose weights the networks of a sweep have. Every table of figures says so: those of an untrained
// network show that a design runs, not what it saves on a trained one.

#include <string>
#include <utility>
#include <vector>

#include "arch/sweep_result.h"

namespace deltasim {

/// Streams with the kind of their weights.
using StreamWeights = std::vector<std::pair<std::string, std::string>>;

/// What is kept of a point (SweepPoint::details), with its networks' weights.
/// @param details JSON, or empty
std::string with_weights(const std::string& details, const StreamWeights& weights);

/// A sentence for each of the ways in which the done points' networks came by their weights; none
/// where nothing was kept of them.
std::vector<std::string> weights_notes(const SweepResult& sweep);

}  // namespace deltasim
