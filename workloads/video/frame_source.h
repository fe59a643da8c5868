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
  /// Pictures in all, where that is certain without decoding them (.npy, folders, images). What
  /// the header of a video says is not certain.
  std::optional<std::int64_t> frames;
};

/// Reads forwards only; memory does not grow with the length.
class FrameSource {
 public:
  virtual ~FrameSource() = default;
  virtual const SourceInfo& info() const = 0;
  /// The next picture, nothing at the end.
  /// @throws ConfigError where the stream is damaged
  virtual std::optional<Image> next() = 0;
  /// Passes over one picture without making it; false at the end.
  virtual bool skip() { return next().has_value(); }
  /// What the user should know about this source, as sentences: it was cut short, metadata was
  /// ignored. Complete only once the end was reached.
  virtual std::vector<std::string> warnings() const { return {}; }
};

/// Opens a video (any container and codec of FFmpeg), a folder of images (sorted by name, numbers
/// by value: 2 before 10), one image, or a .npy file (uint8 [N,H,W,3]).
///
/// Every picture that can be decoded counts as a frame, in display order; time stamps, rotation
/// and pixel aspect ratio are ignored. How colours are converted is said in rgb_conversion.h. A
/// video that was cut short is read up to its last whole frame, and warnings() say so; damage
/// that is followed by further frames is an error, and so is a file without a single frame.
/// @throws ConfigError naming the file and what is wrong with it
std::unique_ptr<FrameSource> open_frame_source(const std::filesystem::path& path);

}  // namespace deltasim
