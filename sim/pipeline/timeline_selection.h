#pragma once
// What of a run is drawn as a timeline: what the user asks for, held against what there is.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "traces/trace.h"
#include "workloads/video/frame_range.h"

namespace deltasim {

struct TimelineSelection {
  std::string mode;                  ///< empty: delta, or the last one where that is not run
  std::vector<std::string> streams;  ///< none: all
  /// START:COUNT of the frames that are run. None: the second, which is no first frame, or the
  /// only.
  std::optional<FrameRange> frames;
  std::vector<std::string> layers;  ///< shell patterns of names; none: all
  std::optional<FrameRange> tiles;  ///< START:COUNT of every layer; none: all
  std::int64_t max_events = 500'000;
  bool one_layer = false;  ///< it must come to one layer of one frame of one stream
};

/// "START:COUNT" of an option. @throws ConfigError that names it
FrameRange parse_timeline_range(const std::string& option, const std::string& text);

/// A selection that there is.
struct TimelineChoice {
  std::string mode;
  std::int64_t first_frame = 0;
  std::int64_t frames = 1;
  std::vector<std::vector<bool>> layers;  ///< [stream][layer]; none of a stream that is left out

  bool has_stream(std::size_t stream) const;
};

/// @param modes that are run
/// @param frames of every stream that are run
/// @throws ConfigError with the nearest name where a mode, a stream or a layer does not exist, a
///         frame is not run, or not one layer is left where it must be
TimelineChoice choose_timeline(const TimelineSelection& selection,
                               const std::vector<std::string>& modes,
                               const std::vector<StreamInfo>& streams, std::int64_t frames);

}  // namespace deltasim
