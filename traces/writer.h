#pragma once
// Writes a .dtrace file frame by frame (docs/trace-format.md).

#include <filesystem>
#include <memory>

#include "traces/trace.h"

namespace deltasim {

/// The file grows under the name FILE.partial and gets its own name in finish(); what has been
/// written can be read, and resumed, at any time. Compression and disk run beside the caller on
/// one thread, with at most two records waiting.
class TraceWriter {
 public:
  /// @param header what the frames will be; written at once
  /// @throws IoError where the file cannot be made, ConfigError where it is a device
  TraceWriter(const std::filesystem::path& file, const TraceHeader& header);
  /// Goes on after the last whole frame of FILE.partial.
  /// @throws ConfigError where its header differs from `header` (says in what)
  static TraceWriter resume(const std::filesystem::path& file, const TraceHeader& header);
  TraceWriter(TraceWriter&&) noexcept;
  ~TraceWriter();

  /// Frames of one stream come in order; streams may interleave.
  /// @throws IoError (a fault of an earlier record may show here)
  void append(FrameRecord record);
  /// Writes the index, flushes to disk and gives the file its name.
  void finish();

  /// What cannot be resumed need not stay: without finish(), no FILE.partial is left.
  void keep_no_partial();

  /// Records that were already there when resume() opened the file.
  std::int64_t resumed_records() const;

 private:
  class Implementation;
  explicit TraceWriter(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace deltasim
