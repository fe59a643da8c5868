#pragma once
// The thesis' two streams, made up with its sparsities, on a simulated accelerator.

#include <vector>

#include "sim/validation/suite.h"

namespace deltasim {

/// Simulates two frames of the "thesis" preset, densely and by deltas, on delta_event_256: the
/// MACs executed must be those that the maps ask for; what is left of the ideal reduction is told
/// step by step.
/// @throws ConfigError where a shipped configuration is missing; IoError for the scratch folder
std::vector<ValidationRow> run_thesis_on_hardware(const SuiteContext& context);

}  // namespace deltasim
