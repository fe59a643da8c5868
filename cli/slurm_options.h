#pragma once
// Options of `deltasim sweep --engine slurm`.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "explore/slurm/slurm_engine.h"

namespace CLI {
class App;
}

namespace deltasim::cli {

struct SlurmCommandOptions {
  std::string partition, account, time, memory;
  std::vector<std::string> sbatch_arguments;
  double chunk_minutes = 10;
  bool wait = false;
  bool print_script = false;
};

void add_slurm_options(CLI::App& command, SlurmCommandOptions& options);

/// @throws ConfigError where one is given although the engine is another
void refuse_slurm_options(const CLI::App& command, const std::string& engine);

/// @param estimate measures, where there is something to submit
std::unique_ptr<SlurmEngine> make_slurm_engine(const SlurmCommandOptions& options,
                                               const std::filesystem::path& output,
                                               std::function<WorkEstimate()> estimate);

}  // namespace deltasim::cli
