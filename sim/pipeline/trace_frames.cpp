#include "sim/pipeline/trace_frames.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

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

void require_whole_batches(const std::filesystem::path& source, std::int64_t frames,
                           std::int64_t recorded, int batch) {
  if (frames % batch == 0) return;
  const auto either = [](const char* key, const std::vector<std::int64_t>& values) {
    return fmt::format("{}: {}", key, fmt::join(values, " or "));
  };
  std::vector<std::string> usable;
  const std::int64_t below = frames / batch * batch;
  std::vector<std::int64_t> lengths;
  if (below > 0) lengths.push_back(below);
  if (below + batch <= recorded) lengths.push_back(below + batch);
  if (!lengths.empty()) usable.push_back(either("frames", lengths));
  std::int64_t fewer = std::min<std::int64_t>(batch, frames);
  while (frames % fewer != 0) --fewer;
  std::int64_t more = batch;
  while (more < frames && frames % more != 0) ++more;
  usable.push_back(more <= frames ? either("batch", {fewer, more}) : either("batch", {fewer}));
  throw ConfigError(Fault{.file = source.string(),
                          .key_path = "batch",
                          .found = fmt::format("{} pieces of {} frames", batch, frames),
                          .expected = fmt::format("pieces of equal length, such as with {}",
                                                  fmt::join(usable, ", or with "))});
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
