#pragma once
// A range of a source's frames, made ready for the network, with the history that the temporal
// stream needs.

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "workloads/video/frame_range.h"
#include "workloads/video/frame_source.h"
#include "workloads/video/preprocess.h"

namespace deltasim {

/// Stacked differences of the temporal stream (Simonyan and Zisserman 2014: L = 10).
inline constexpr int kTemporalDifferences = 10;

struct ClipOptions {
  FrameRange range;
  PictureTransform transform;
  int history = 0;  ///< earlier frames to keep: kTemporalDifferences with the temporal stream
  /// Mean absolute difference, of 255 levels, below which a picture counts as a repetition; 0
  /// asks for equal bytes. A frame that was doubled before the clip was compressed differs from
  /// its twin by a few coding residues (0.001 to 0.1 levels in UCF101), never by nothing.
  double repeat_tolerance = 0.05;
};

/// Mean of |a - b| over all bytes of two pictures of one size.
double mean_absolute_difference(const Image& a, const Image& b);

/// One recorded frame.
struct ClipFrame {
  std::int64_t frame = 0;         ///< 0-based in the recording
  std::int64_t source_frame = 0;  ///< 0-based in the source
  /// The source picture repeats that of the recorded frame before, within
  /// ClipOptions::repeat_tolerance; false for the first recorded frame.
  bool repeats_previous = false;
  /// Network-sized pictures of source frames s - history * stride, ..., s - stride, s.
  std::vector<std::shared_ptr<const Image>> pictures;

  const Image& picture() const { return *pictures.back(); }
};

/// Reads the frames of a range one after the other. Holds history + 1 network-sized pictures and
/// one source picture, however long the range.
class ClipReader {
 public:
  /// @param file names the source in messages
  /// @throws ConfigError as check() does for range and transform, and where the source is known
  ///         to end before the range does
  ClipReader(std::unique_ptr<FrameSource> source, std::string file, const ClipOptions& options);

  /// The next recorded frame, nothing after the last one.
  /// @throws ConfigError where the source ends too early (the message says how many frames it
  ///         has) or is damaged
  std::optional<ClipFrame> next();

  /// Frames read so far that repeat their predecessor.
  std::int64_t repeated_frames() const { return repeated_; }
  const FrameRange& range() const { return options_.range; }
  const FrameSource& source() const { return *source_; }

 private:
  bool repeats(const Image& picture) const;
  void skip_to(std::int64_t source_frame);
  Image read(std::int64_t source_frame);
  void add_to_history(const Image& picture);
  [[noreturn]] void fail_at_end(std::int64_t frames) const;

  std::unique_ptr<FrameSource> source_;
  std::string file_;
  ClipOptions options_;
  std::int64_t position_ = 0;  ///< source frame that comes next
  std::int64_t frame_ = 0;     ///< recorded frame that comes next
  std::int64_t repeated_ = 0;
  std::optional<Image> previous_;  ///< source picture of the recorded frame before
  std::deque<std::shared_ptr<const Image>> history_;
};

/// What a trace says of its source.
struct VideoDescription {
  std::string file;    ///< file name without its folders
  std::string sha256;  ///< as source_sha256()
  SourceInfo info;
};

/// Hexadecimal SHA-256 of a file's bytes; of a folder, of its images' bytes one after the other in
/// the order in which they are read.
/// @throws ConfigError where there is no such file, IoError where it cannot be read
std::string source_sha256(const std::filesystem::path& path);

/// @throws ConfigError, IoError as open_frame_source() and source_sha256() do
VideoDescription describe_video(const std::filesystem::path& path);

/// Frames of a source, by decoding all of it where nothing else is certain.
std::int64_t count_frames(const std::filesystem::path& path);

/// The longest range that a source allows: from history * stride to its end.
/// @throws ConfigError where it has fewer frames than one recorded frame needs
FrameRange full_range(const std::filesystem::path& path, int history = 0, std::int64_t stride = 1);

/// Decodes as far as the range reaches, so that a range beyond the end is found before anything is
/// written.
/// @throws ConfigError as check() and ClipReader::next() do
void require_range(const std::filesystem::path& path, const FrameRange& range, int history = 0);

}  // namespace deltasim
