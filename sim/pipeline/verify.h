#pragma once
// Is a trace sound, and does the delta recursion give what it says?

#include <filesystem>
#include <string>
#include <vector>

#include "arch/progress.h"
#include "sim/pipeline/workload.h"
#include "traces/reader.h"
#include "workloads/execution/recursion.h"

namespace deltasim {

/// What reading every record of a file showed.
struct TraceCheck {
  std::int64_t records = 0;
  std::string damage;  ///< TraceReader::damage(), empty for a whole file
  /// Records whose bitmaps contradict each other: an element that changed between zero and
  /// non-zero without an event, or a first frame whose delta is not its activation.
  std::vector<std::string> contradictions;
  bool holds() const { return damage.empty() && contradictions.empty(); }
};

/// Reads the whole file.
/// @throws ConfigError where it cannot be read at all
TraceCheck check_trace(const std::filesystem::path& file, ProgressListener& progress);

struct StreamRecursion {
  std::string stream;
  std::int64_t frames = 0;
  int integer_layers = 0;
  RecursionReport report;
  /// Maps and frames in which running the network again gives other bitmaps than the trace has.
  std::vector<std::string> differences;
  bool holds() const { return report.holds() && differences.empty(); }
};

/// The spec with what the trace's header knows filled in: frames, quantizer, backend, network,
/// streams and sites.
RecordingSpec complete_from(const TraceHeader& header, RecordingSpec spec, bool quantizer_given);

/// Runs the recorded frames again, densely and by the delta recursion, and compares every layer's
/// sums and every bitmap.
/// @throws ConfigError where video, weights or network are not those of the trace
std::vector<StreamRecursion> verify_recursion(const std::filesystem::path& file,
                                              const RecordingSpec& spec,
                                              ProgressListener& progress);

}  // namespace deltasim
