#pragma once
// What the commands below `deltasim sweep` share.

#include <filesystem>
#include <string>

#include "cli/commands.h"
#include "explore/sweep_estimate.h"

namespace deltasim::cli {

/// Of a sweep's folder: traces and work items that points share, the table of its points, the page.
inline constexpr const char* kSharedFolder = "shared";
inline constexpr const char* kSweepCsv = "sweep.csv";

/// The table, the page and the figures of a sweep's folder. @throws IoError
void write_sweep_files(const SweepResult& sweep, const std::filesystem::path& output);

void add_sweep_status(CLI::App& sweep, Action& chosen);
void add_sweep_export(CLI::App& sweep, Action& chosen);
void add_sweep_hypervolume(CLI::App& sweep, Action& chosen);
void add_sweep_work(CLI::App& sweep, const CommonOptions& common, Action& chosen);
void add_sweep_merge(CLI::App& sweep, Action& chosen);
void add_sweep_cancel(CLI::App& sweep, Action& chosen);

/// What --dry-run prints.
std::string estimate_text(const SweepSpec& spec, const SweepEstimate& estimate, int jobs);

}  // namespace deltasim::cli
