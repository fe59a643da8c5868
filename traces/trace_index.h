#pragma once
// Where in the file each frame's record begins: eight bytes of memory a frame.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "traces/record_file.h"

namespace deltasim {

class TraceIndex {
 public:
  explicit TraceIndex(std::size_t streams) : streams_(streams) {}

  std::size_t streams() const { return streams_.size(); }
  std::int64_t frames(std::size_t stream) const {
    return static_cast<std::int64_t>(streams_[stream].offsets.size());
  }
  std::uint64_t offset(std::size_t stream, std::int64_t frame) const {
    return streams_[stream].offsets[static_cast<std::size_t>(frame)];
  }
  /// The last key frame at or before `frame`, -1 where there is none.
  std::int64_t key_before(std::size_t stream, std::int64_t frame) const;
  std::int64_t records() const;

  /// Appends the next frame of a stream.
  /// @return false where `head` is no frame record, or not of the frame that comes next
  bool add(const RecordHead& head, std::uint64_t offset);
  /// Forgets the frames of `stream` from `frames` on.
  void cut(std::size_t stream, std::int64_t frames);

  /// As a serialized deltasim.trace.v1.Index.
  std::string encode() const;
  /// @return nothing where the bytes are no index of a file of this size
  static std::optional<TraceIndex> decode(std::string_view bytes, std::size_t streams,
                                          std::uint64_t file_size);

 private:
  struct StreamFrames {
    std::vector<std::uint64_t> offsets;
    std::vector<std::uint32_t> keys;
  };
  std::vector<StreamFrames> streams_;
};

/// What a walk over the records of a file without index found.
struct RecordScan {
  TraceIndex index;       ///< of the whole, undamaged frames before the first fault
  std::uint64_t end = 0;  ///< offset behind the last of them
};

/// Reads all records from `offset` on and compares their checksums, up to the first that is cut,
/// damaged or no frame of one of the streams.
RecordScan scan_records(const RecordFile& file, std::uint64_t offset, std::size_t streams);

}  // namespace deltasim
