#pragma once
// The experiment file: what is recorded, and (for `deltasim run`) on what it is simulated.

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arch/config_reader.h"
#include "energy/dram_power.h"
#include "energy/energy_table.h"
#include "energy/technology_scaling.h"
#include "sim/pipeline/fault_reader.h"
#include "sim/pipeline/placement.h"
#include "sim/pipeline/workload.h"

namespace deltasim {

/// Key and value of one --set option.
using Overrides = std::vector<std::pair<std::string, std::string>>;

/// Splits "key.path=value".
/// @throws ConfigError where there is no '=' or no key
std::pair<std::string, std::string> parse_override(const std::string& text);

/// Reads the keys `network`, `video`, `quantizer`, `backend`, `fidelity`, `values` and `faults` of
/// an experiment; what is wrong is collected in the document. Relative paths start at `folder`.
RecordingSpec read_recording(const ConfigNode& root, const std::filesystem::path& folder);

/// What `deltasim run` does.
struct RunSpec {
  std::string name;                            ///< of the experiment; the file's name by default
  std::optional<std::filesystem::path> trace;  ///< none: recorded on the way
  RecordingSpec recording;                     ///< used where there is no trace
  bool store_trace = true;  ///< false: frames are simulated as they are recorded, and dropped
  std::filesystem::path accelerator;              ///< file
  std::optional<std::filesystem::path> baseline;  ///< accelerator of dense execution, to compare
  std::filesystem::path energy;                   ///< file
  std::optional<DramEnergyModel> dram_energy;     ///< none: what the energy table asks for
  std::optional<TechnologyPoint> energy_scale;    ///< to which the energy table is scaled
  std::vector<std::string> modes;                 ///< of mode_names(), in that order
  std::optional<PlacementSpec> placement;         ///< none: selective execution chooses by itself
  std::optional<std::int64_t> frames;             ///< the first so many of every stream; none: all
  int batch = 1;                                  ///< pieces of it that share weight fetches
  std::optional<Hertz> frame_rate;                ///< of the video; none: frames follow each other
  std::optional<dram::IdleState> dram_idle;       ///< while frames are waited for; none: not priced
  Overrides accelerator_overrides;                ///< --set accelerator.KEY=VALUE
  Overrides energy_overrides;                     ///< --set energy.KEY=VALUE

  bool wants(const std::string& mode) const {
    return std::find(modes.begin(), modes.end(), mode) != modes.end();
  }
};

/// "dense", "spatial", "delta", "selective"
const std::vector<std::string>& mode_names();

/// Reads an experiment. Overrides whose key starts with "accelerator." change the accelerator's
/// description, and so does "clock", short for accelerator.clock; those with "energy." change the
/// energy table; the others the experiment.
/// @throws ConfigError with all its faults
RunSpec load_experiment(const std::filesystem::path& file, const Overrides& overrides);

/// What `deltasim faults` does.
struct FaultStudySpec {
  std::string name;
  RecordingSpec recording;         ///< without faults
  std::vector<FaultPoint> points;  ///< at least one
  std::filesystem::path accelerator;
  Overrides accelerator_overrides;
};

/// Reads an experiment whose `faults` may have lists; what `run` needs may stand in it too.
/// @throws ConfigError with all its faults
FaultStudySpec load_fault_study(const std::filesystem::path& file, const Overrides& overrides);

/// Reads an experiment file that is only to be recorded; what `run` needs may stand in it too.
/// @throws ConfigError with all its faults
RecordingSpec load_recording(const std::filesystem::path& file, const Overrides& overrides);

}  // namespace deltasim
