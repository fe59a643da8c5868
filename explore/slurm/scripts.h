#pragma once
// The scripts that sbatch takes.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace deltasim {

/// What the user asks of the cluster; handed to sbatch as it stands.
struct SlurmRequest {
  std::optional<std::string> partition;
  std::optional<std::string> account;
  std::optional<std::string> time;            ///< limit of a task: "30:00", "1-12:00:00"
  std::optional<std::string> memory;          ///< of a task: "4G"
  std::vector<std::string> sbatch_arguments;  ///< further ones, such as "--qos=long"
};

/// @throws ConfigError where a value cannot stand in a script
void check_request(const SlurmRequest& request);

/// What a submission's scripts say.
struct ScriptFacts {
  std::string sweep;  ///< its name
  std::string tool_version;
  std::filesystem::path program;  ///< deltasim
  std::filesystem::path folder;   ///< of the sweep; absolute
  std::filesystem::path log_folder;
  std::size_t first_chunk = 0;
  std::size_t chunks = 0;  ///< at least 1
  SlurmRequest request;
};

/// An array of tasks, one a chunk; each is requeued where its node fails.
/// @throws ConfigError as check_request()
std::string array_script(const ScriptFacts& facts);

/// The job that takes the tasks' results together.
std::string merge_script(const ScriptFacts& facts);

}  // namespace deltasim
