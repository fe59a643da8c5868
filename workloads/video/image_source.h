#pragma once
// Pictures out of image files.

#include <string_view>

#include "workloads/video/frame_source.h"

namespace deltasim {

/// Names in the order that people count in: runs of digits compare by value, so "f2" comes before
/// "f10"; equal values compare as text ("f02" before "f2").
bool natural_less(std::string_view left, std::string_view right);

/// The files of a folder that are images by their extension, in natural order of their names.
/// Hidden files are left out.
/// @throws ConfigError where there are none, IoError where the folder cannot be read
std::vector<std::filesystem::path> image_files(const std::filesystem::path& folder);

/// One image a frame; all must have the first one's size.
class ImageSource final : public FrameSource {
 public:
  /// @param files at least one
  explicit ImageSource(std::vector<std::filesystem::path> files);

  const SourceInfo& info() const override { return info_; }
  std::optional<Image> next() override;
  bool skip() override;
  std::vector<std::string> warnings() const override { return warnings_; }

 private:
  std::vector<std::filesystem::path> files_;
  std::size_t position_ = 0;
  SourceInfo info_;
  std::vector<std::string> warnings_;
};

}  // namespace deltasim
