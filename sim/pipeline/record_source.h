#pragma once
// Where the frames of a run come from: a trace's file, or a recording that goes on meanwhile.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arch/progress.h"
#include "sim/pipeline/simulation.h"
#include "sim/pipeline/workload.h"
#include "traces/summary.h"

namespace deltasim {

/// Of each stream, the frames whose densities the mapping may expect (trace_frames.h).
using SampleFrames = std::vector<std::vector<FrameRecord>>;

class RecordSource {
 public:
  virtual ~RecordSource() = default;

  virtual const TraceHeader& header() const = 0;
  /// Of every stream, that are simulated.
  virtual std::int64_t frames() const = 0;
  /// Frames that are simulated side by side; frames() is a multiple of it.
  virtual int batch() const = 0;
  virtual const SampleFrames& samples() const = 0;
  /// Simulates every frame in each setup. May be called again, with other setups.
  /// @return parallel to `setups`; the same for any number of jobs
  /// @throws as simulate_modes()
  virtual std::vector<ModeResults> simulate(const std::vector<ModeSetup>& setups,
                                            ProgressListener& progress) = 0;
  /// Of all recorded frames. Complete once simulate() has been called.
  virtual const TraceSummary& summary() const = 0;
  /// What result.json's provenance says of the trace: its name and SHA-256, or that there is none.
  virtual std::string trace_name() const = 0;
  virtual std::string trace_sha256() = 0;
  /// Of the trace; empty where none is stored.
  virtual std::filesystem::path file() const { return {}; }
};

/// How frames are simulated, wherever they come from.
struct SourceOptions {
  std::optional<std::int64_t> frames;  ///< the first so many of every stream; none: all
  int batch = 1;                       ///< pieces of the recording that are simulated side by side
  std::string tool_version;
  std::filesystem::path items;  ///< folder of the work items that are done; of a stored trace
  int jobs = 1;
  /// Folder that keeps calibrations over clips, for recordings to come; empty: none is kept.
  std::filesystem::path calibrations{};
};

/// The frames of a trace that lies on the disk. What was simulated before is read from the items.
/// @throws ConfigError where it is no trace, has too few frames or does not make whole batches;
///         IoError
std::unique_ptr<RecordSource> stored_records(const std::filesystem::path& trace,
                                             const SourceOptions& options);

/// The frames of a video, each simulated in all setups while it is in memory, and dropped: neither
/// disk nor memory grows with the clip's maps. The figures are those of its stored trace. A second
/// call of simulate() records once more. Nothing is kept for a run that is interrupted. Frames of a
/// batch wait in memory until the last piece of the recording has come to theirs.
/// @throws ConfigError, IoError as prepare_recording()
std::unique_ptr<RecordSource> live_records(const RecordingSpec& spec, const SourceOptions& options,
                                           ProgressListener& progress);

}  // namespace deltasim
