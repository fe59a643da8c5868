#pragma once
// The options of a run that draw it: timeline and waveforms.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arch/atomic_file.h"
#include "arch/progress.h"
#include "arch/timeline.h"
#include "sim/pipeline/timeline_selection.h"

namespace CLI {
class App;
}

namespace deltasim::cli {

struct TimelineOptions {
  std::string timeline, waveform;  ///< files; empty: none
  std::string mode;
  std::vector<std::string> streams, layers;
  std::optional<std::string> frames, tiles;
  std::optional<std::int64_t> max_events;
};

void add_timeline_options(CLI::App& command, TimelineOptions& options);

/// Writes what the options ask for.
class TimelineFiles {
 public:
  /// Opens the files, so that one that cannot be written shows before anything is simulated.
  /// @throws IoError; ConfigError where a selection is given and no file
  explicit TimelineFiles(const TimelineOptions& options);

  /// None where no file is asked for.
  const std::optional<TimelineSelection>& selection() const { return selection_; }
  /// @throws IoError, Interrupted
  void write(const Timeline& timeline, ProgressListener& progress);

 private:
  std::optional<TimelineSelection> selection_;
  std::unique_ptr<AtomicFile> timeline_, waveform_;
};

}  // namespace deltasim::cli
