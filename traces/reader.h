#pragma once
// Reads a .dtrace file: in order, or any frame through its index. Memory does not grow with the
// number of frames.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "traces/trace.h"

namespace deltasim {

class TraceReader {
 public:
  /// @throws ConfigError where this is no trace, a newer schema, or the header is damaged
  explicit TraceReader(const std::filesystem::path& file);
  TraceReader(TraceReader&&) noexcept;
  ~TraceReader();

  const TraceHeader& header() const;
  /// Whole, undamaged frames per stream; a cut file has fewer than its header's video.count. Where
  /// next() meets damage in a file whose index is whole, these become the frames before it (read()
  /// still finds those behind the next key record).
  std::int64_t frames(int stream) const;
  /// Empty for a whole file; otherwise one sentence: what is missing and what can be read. Says
  /// what is known so far: the records of a file with an index are checked as they are read.
  const std::string& damage() const;

  /// The next record in file order, in `record` (whose memory is used again); false at the end.
  bool next(FrameRecord& record);
  /// A record by stream and frame; decodes from the nearest key record.
  /// @throws ConfigError where there is no such frame or it is damaged
  void read(int stream, std::int64_t frame, FrameRecord& record);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace deltasim
