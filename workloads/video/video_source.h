#pragma once
// Pictures out of any file that FFmpeg reads.

#include <memory>

#include "workloads/video/frame_source.h"

namespace deltasim {

/// Decodes the first video stream of a file, in one thread, so that the same bytes give the same
/// pictures. See open_frame_source() for what counts as a frame and as damage.
class VideoSource final : public FrameSource {
 public:
  /// Opens the file and decodes its first picture.
  /// @throws ConfigError where FFmpeg does not know the format, there is no video in it, or not
  ///         one picture can be decoded
  explicit VideoSource(const std::filesystem::path& path);
  ~VideoSource() override;

  const SourceInfo& info() const override;
  std::optional<Image> next() override;
  bool skip() override;
  std::vector<std::string> warnings() const override;

 private:
  class Decoder;
  std::unique_ptr<Decoder> decoder_;
};

}  // namespace deltasim
