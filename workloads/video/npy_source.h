#pragma once
// Pictures out of a NumPy array file.

#include <fstream>

#include "workloads/video/frame_source.h"

namespace deltasim {

/// A .npy of uint8 [N,H,W,3] in C order, read one picture at a time.
class NpySource final : public FrameSource {
 public:
  /// @throws ConfigError where the array is of another type or shape, or the file's size is not
  ///         what its header says
  explicit NpySource(const std::filesystem::path& path);

  const SourceInfo& info() const override { return info_; }
  std::optional<Image> next() override;
  bool skip() override;

 private:
  std::string file_;
  std::ifstream stream_;
  std::streamoff data_ = 0;  ///< where the first picture starts
  std::int64_t position_ = 0;
  SourceInfo info_;
};

}  // namespace deltasim
