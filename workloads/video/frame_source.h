#pragma once
// Pictures in order, from whatever holds them.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace deltasim {

/// 8-bit RGB, [height][width][3].
struct Image {
  int height = 0;
  int width = 0;
  std::vector<std::uint8_t> rgb;
  bool operator==(const Image&) const = default;
};

/// What is known before the first picture is decoded.
struct SourceInfo {
  std::string codec;  ///< FFmpeg's name, "npy" or "images"
  int width = 0;
  int height = 0;
  double frames_per_second = 0;  ///< 0 where unknown
};

/// Reads forwards only; memory does not grow with the length.
class FrameSource {
 public:
  virtual ~FrameSource() = default;
  virtual const SourceInfo& info() const = 0;
  /// The next picture, nothing at the end.
  /// @throws ConfigError where the stream is damaged
  virtual std::optional<Image> next() = 0;
};

/// Opens a video (any container and codec of FFmpeg), a folder of images (sorted by name), one
/// image, or a .npy file (uint8 [N,H,W,3]).
/// @throws ConfigError naming the file and what is wrong with it
std::unique_ptr<FrameSource> open_frame_source(const std::filesystem::path& path);

}  // namespace deltasim
