#pragma once
// The first half of a run: everything of an experiment that no price changes. What it costs is
// found after it (account_run.h), as often as one likes.

#include <cstdint>
#include <string>
#include <vector>

#include "arch/progress.h"
#include "sim/pipeline/aggregate.h"
#include "sim/pipeline/claims.h"
#include "sim/pipeline/experiment.h"
#include "sim/pipeline/placement.h"
#include "sim/pipeline/priced_machine.h"
#include "sim/pipeline/record_source.h"

namespace deltasim {

inline constexpr const char* kSelectiveMode = "selective";
inline constexpr const char* kBaselineMode = "baseline";

/// One mode that was simulated; `baseline` is one too.
struct SimulatedMode {
  ModeSetup setup;
  ModeResults results;
  ModeSum sum;  ///< of the results

  const std::string& name() const { return setup.name; }
};

/// What was recorded, as far as a result tells of it.
struct RecordedInput {
  TraceHeader header;
  std::string trace_name, trace_sha256;
  std::int64_t frames = 0;                                ///< of every stream, that were simulated
  int batch = 1;                                          ///< of these, that went side by side
  std::vector<std::string> stream_names, stream_weights;  ///< parallel
  TraceSparsity sparsity;
  std::vector<SiteFigures> sites;
  std::vector<FidelityFigures> fidelity;
  TraceSummary summary;
};

struct SimulatedExperiment {
  LoadedMachines machines;
  RecordedInput input;
  std::vector<SimulatedMode> modes;  ///< without selective execution, which depends on prices

  /// Null where it was not simulated.
  const SimulatedMode* find(const std::string& mode) const;
  /// @throws InternalError where it was not simulated
  const SimulatedMode& mode(const std::string& mode) const;
};

/// Simulates the modes that the experiment asks for, and those that selective execution chooses
/// from.
/// @throws ConfigError, IoError, Interrupted; InternalError where a worker crashed
SimulatedExperiment simulate_experiment(const LoadedMachines& machines, RecordSource& records,
                                        const RunSpec& spec, ProgressListener& progress);

/// Plans, maps and lays out every stream for a choice of its own.
/// @param name of the mode
/// @param choices a mode a layer, and where its state lives; by stream
/// @param must_fit state must fit where it is to live on chip (see StatePlacement)
/// @throws ConfigError where a layer has no legal mapping, or state does not fit
ModeSetup set_up(const std::string& name, const LoadedMachine& machine,
                 const std::vector<StreamChoice>& choices, const RecordSource& records,
                 bool must_fit = true);

/// Simulates a mixture of modes on the experiment's accelerator.
/// @param choices by stream
/// @throws as simulate_experiment()
SimulatedMode simulate_mixture(const SimulatedExperiment& simulated,
                               const std::vector<StreamChoice>& choices, RecordSource& records,
                               ProgressListener& progress);

}  // namespace deltasim
