#pragma once
// The main job of exploration: read the sweep -> points -> evaluate -> store.

#include <filesystem>

#include "arch/progress.h"
#include "arch/sweep_result.h"
#include "explore/engine.h"
#include "explore/folder_lock.h"
#include "explore/sweep_spec.h"
#include "explore/sweep_store.h"

namespace deltasim {

/// Of a sweep's folder: what its clips and other files hold (explore/file_hashes.h).
inline constexpr const char* kHashesFile = "file_hashes.txt";

struct SweepOptions {
  std::filesystem::path output;  ///< folder: sweep.sqlite, shared work, sweep.csv
  bool resume = false;           ///< go on with what lies there; else it must not hold a sweep
  std::string tool_version;
  std::string command;  ///< for provenance
  StoreUsers users = StoreUsers::kOneMachine;
  FolderUse use = FolderUse::kWorks;
};

/// Runs a sweep to its end or to its budget. A point that fails is recorded and the others go on.
/// @throws ConfigError, IoError, Interrupted
SweepResult run_sweep(const SweepSpec& spec, const SweepOptions& options, Engine& engine,
                      ProgressListener& progress);

}  // namespace deltasim
