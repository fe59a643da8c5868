#pragma once
// The options that say what is recorded, shared by `trace record`, `trace verify` and `classify`.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/pipeline/workload.h"

namespace CLI {
class App;
}

namespace deltasim::cli {

/// As the user typed them; nothing where the experiment file or the default decides.
struct RecordingOptions {
  std::optional<std::string> experiment;
  std::vector<std::string> overrides;
  std::optional<std::string> video, frames, network, weights, temporal_weights, quantizer, streams,
      backend, calibration, stem_pool_padding;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> sites;
  bool no_fidelity = false;
  bool values = false;
};

/// The experiment that a user means: a file, or the name of a shipped one.
/// @throws ConfigError for a name that is none, with the nearest
std::filesystem::path experiment_file(const std::string& given);

/// Adds --network, --weights and the like.
void add_network_options(CLI::App& command, RecordingOptions& options);
/// Adds all of them.
void add_recording_options(CLI::App& command, RecordingOptions& options);

/// The experiment file (if any) with what the command line says instead.
/// @throws ConfigError
RecordingSpec recording_spec(const RecordingOptions& options);

}  // namespace deltasim::cli
