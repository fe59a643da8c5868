#include "workloads/video/clip.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "arch/errors.h"

namespace deltasim {
namespace {

[[noreturn]] void range_exceeds(const std::string& file, const FrameRange& range,
                                std::int64_t frames) {
  throw ConfigError(Fault{
      file, 0, "frames", to_string(range) + fmt::format(" (up to frame {})", range.last()),
      fmt::format("a range within the {} frames of the source (0..{})", frames, frames - 1), ""});
}

void check_known_length(const FrameSource& source, const std::string& file,
                        const FrameRange& range) {
  const std::optional<std::int64_t> frames = source.info().frames;
  if (frames && range.last() >= *frames) range_exceeds(file, range, *frames);
}

std::int64_t skip_rest(FrameSource& source) {
  std::int64_t frames = 0;
  while (source.skip()) ++frames;
  return frames;
}

}  // namespace

double mean_absolute_difference(const Image& a, const Image& b) {
  DELTASIM_INVARIANT(a.rgb.size() == b.rgb.size() && !a.rgb.empty(), "pictures of one size");
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < a.rgb.size(); ++i) sum += std::abs(a.rgb[i] - b.rgb[i]);
  return static_cast<double>(sum) / static_cast<double>(a.rgb.size());
}

ClipReader::ClipReader(std::unique_ptr<FrameSource> source, std::string file,
                       const ClipOptions& options)
    : source_(std::move(source)), file_(std::move(file)), options_(options) {
  check(options_.range, options_.history);
  check(options_.transform);
  check_known_length(*source_, file_, options_.range);
}

std::optional<ClipFrame> ClipReader::next() {
  const FrameRange& range = options_.range;
  if (frame_ == range.count) return std::nullopt;
  if (frame_ == 0)
    for (std::int64_t back = options_.history; back > 0; --back)
      add_to_history(read(range.start - back * range.stride));

  ClipFrame result;
  result.frame = frame_;
  result.source_frame = range.source_frame(frame_);
  Image picture = read(result.source_frame);
  result.repeats_previous = repeats(picture);
  if (result.repeats_previous) ++repeated_;
  add_to_history(picture);
  previous_ = std::move(picture);
  result.pictures.assign(history_.begin(), history_.end());
  ++frame_;
  return result;
}

bool ClipReader::repeats(const Image& picture) const {
  if (!previous_) return false;
  if (*previous_ == picture) return true;
  return mean_absolute_difference(*previous_, picture) < options_.repeat_tolerance;
}

void ClipReader::skip_to(std::int64_t source_frame) {
  for (; position_ < source_frame; ++position_)
    if (!source_->skip()) fail_at_end(position_);
}

Image ClipReader::read(std::int64_t source_frame) {
  skip_to(source_frame);
  std::optional<Image> picture = source_->next();
  if (!picture) fail_at_end(position_);
  ++position_;
  return std::move(*picture);
}

void ClipReader::add_to_history(const Image& picture) {
  history_.push_back(std::make_shared<const Image>(resize_and_crop(picture, options_.transform)));
  if (history_.size() > static_cast<std::size_t>(options_.history) + 1) history_.pop_front();
}

void ClipReader::fail_at_end(std::int64_t frames) const {
  range_exceeds(file_, options_.range, frames);
}

VideoDescription describe_video(const std::filesystem::path& path) {
  return {path.filename().string(), source_sha256(path), open_frame_source(path)->info()};
}

std::int64_t count_frames(const std::filesystem::path& path) {
  const std::unique_ptr<FrameSource> source = open_frame_source(path);
  return source->info().frames ? *source->info().frames : skip_rest(*source);
}

FrameRange full_range(const std::filesystem::path& path, int history, std::int64_t stride) {
  check(FrameRange{0, 1, stride});
  const std::int64_t frames = count_frames(path);
  // A stride beyond the end leaves no room for any history; it is not multiplied, to not overflow.
  const std::int64_t start = history == 0 ? 0 : history * std::min(stride, frames);
  if (frames <= start)
    throw ConfigError(Fault{path.string(), 0, "frames", fmt::format("{} frames", frames),
                            fmt::format("more than {} frames of stride {}, over which the "
                                        "temporal stream looks back",
                                        history, stride),
                            ""});
  return {start, (frames - start - 1) / stride + 1, stride};
}

void require_range(const std::filesystem::path& path, const FrameRange& range, int history) {
  check(range, history);
  const std::unique_ptr<FrameSource> source = open_frame_source(path);
  check_known_length(*source, path.string(), range);
  if (source->info().frames) return;
  for (std::int64_t frame = 0; frame <= range.last(); ++frame)
    if (!source->skip()) range_exceeds(path.string(), range, frame);
}

}  // namespace deltasim
