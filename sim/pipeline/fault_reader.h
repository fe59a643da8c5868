#pragma once
// The key `faults` of an experiment.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "arch/config_reader.h"
#include "workloads/faults/fault_spec.h"

namespace deltasim {

/// One point of a study: the faults, and the refresh that they come from.
struct FaultPoint {
  FaultSpec faults;
  /// Standard refresh intervals between two refreshes; of weights and state the shorter, since a
  /// refresh command concerns them both. Nothing where no rate comes from a retention model.
  std::optional<double> refresh_multiple;
  /// What the reader of the results should know of the rates: what was extrapolated, and which
  /// published points nobody verified.
  std::vector<std::string> notes;
};

/// Reads `faults`, none where it does not stand there. A rate, a multiple and a sigma may be lists:
/// then point i takes value i of each, and a single value serves all points. What is wrong is
/// collected in the document.
/// @return at least one point
std::vector<FaultPoint> read_fault_points(const ConfigNode& root,
                                          const std::filesystem::path& folder);

}  // namespace deltasim
