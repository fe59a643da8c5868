#include "sim/pipeline/trace_frames.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "arch/errors.h"

namespace deltasim {
std::int64_t frames_to_run(const std::filesystem::path& trace, const TraceReader& reader,
                           std::optional<std::int64_t> wanted) {
  std::int64_t frames = reader.frames(0);
  for (std::size_t s = 1; s < reader.header().streams.size(); ++s) {
    frames = std::min(frames, reader.frames(static_cast<int>(s)));
  }
  if (wanted && *wanted > frames) {
    throw ConfigError(Fault{.file = trace.string(),
                            .key_path = "frames",
                            .found = std::to_string(*wanted),
                            .expected = fmt::format("at most {}, which the trace has", frames)});
  }
  if (wanted) frames = *wanted;
  if (frames == 0) throw ConfigError(trace.string(), "this trace has no whole frame");
  return frames;
}

std::vector<std::vector<FrameRecord>> sample_frames(TraceReader& reader) {
  std::vector<std::vector<FrameRecord>> samples(reader.header().streams.size());
  for (std::size_t s = 0; s < samples.size(); ++s) {
    const std::int64_t recorded = reader.frames(static_cast<int>(s));
    for (std::int64_t frame = recorded > 1 ? kFirstSample : 0;
         frame < recorded && samples[s].size() < kExpectedFrames; ++frame) {
      reader.read(static_cast<int>(s), frame, samples[s].emplace_back());
    }
  }
  return samples;
}

}  // namespace deltasim
