#pragma once
// What the commands below `deltasim sweep` share.

#include <string>

#include "cli/commands.h"
#include "explore/sweep_estimate.h"

namespace deltasim::cli {

/// Of a sweep's folder: traces and work items that points share, the table of its points, the page.
inline constexpr const char* kSharedFolder = "shared";
inline constexpr const char* kSweepCsv = "sweep.csv";

void add_sweep_status(CLI::App& sweep, Action& chosen);
void add_sweep_export(CLI::App& sweep, Action& chosen);

/// What --dry-run prints.
std::string estimate_text(const SweepSpec& spec, const SweepEstimate& estimate, int jobs);

}  // namespace deltasim::cli
