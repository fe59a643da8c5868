#pragma once
// How the modules draw themselves: what slices and tracks are called, and a track of one resource.

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "arch/activity.h"
#include "sim/components/transfer.h"
#include "sim/timeline/parts.h"
#include "sim/timeline/timeline_recorder.h"

namespace deltasim {

/// "read weight", "write state"
inline std::string label_of(DataKind kind, bool read) {
  return fmt::format("{} {}", read ? "read" : "write", to_string(kind));
}

/// "bank 0", "bank 1", ...
inline std::vector<int> numbered_tracks(TimelineRecorder& recorder, const char* part,
                                        std::string_view name, int count, const char* amount) {
  std::vector<int> tracks;
  for (int i = 0; i < count; ++i) {
    tracks.push_back(recorder.add_track({part, fmt::format("{} {}", name, i), amount}));
  }
  return tracks;
}

/// A track that a module fills as time goes on. The frame starts in the moment it is made.
class ModuleTracks {
 public:
  ModuleTracks(TimelineRecorder& recorder, int track)
      : recorder_(recorder), track_(track), epoch_(sc_core::sc_time_stamp()) {}

  /// The resource is busy from now on, and up to now.
  void begin(std::string_view label) { recorder_.begin(track_, recorder_.label(label), now()); }
  void end(std::int64_t amount) { recorder_.end(track_, now(), amount); }
  /// It is busy in cycles of a clock that started with the frame.
  void busy(const ClockDomain& clock, std::int64_t begin, std::int64_t end, std::string_view label,
            std::int64_t amount) {
    recorder_.slice(track_, recorder_.label(label), begin * clock.period_ps(),
                    end * clock.period_ps(), amount);
  }

 private:
  std::int64_t now() const {
    return static_cast<std::int64_t>((sc_core::sc_time_stamp() - epoch_).value());
  }

  TimelineRecorder& recorder_;
  int track_;
  sc_core::sc_time epoch_;
};

}  // namespace deltasim
