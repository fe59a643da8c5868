#pragma once
// What a task of the cluster does.

#include <cstddef>
#include <filesystem>
#include <string>

#include "arch/progress.h"
#include "explore/engine.h"

namespace deltasim {

/// Evaluates the points of a chunk that its database does not have yet, so that a task that was
/// requeued goes on where it was. The database may be written by one task only.
/// @param sweep the sweep's folder
/// @param engine evaluates on this machine
/// A point whose trace or clip this machine cannot read fails, with a message that says so.
/// @throws ConfigError where this machine does not see the folder or the base experiment, has
///         another deltasim, or a file that the points stand on has changed; IoError, Interrupted
void work_on_chunk(const std::filesystem::path& sweep, std::size_t chunk,
                   const std::string& tool_version, Engine& engine, ProgressListener& progress);

}  // namespace deltasim
