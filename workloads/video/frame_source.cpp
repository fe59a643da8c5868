#include "workloads/video/frame_source.h"

#include "arch/errors.h"
#include "workloads/video/image_source.h"
#include "workloads/video/npy_source.h"
#include "workloads/video/video_source.h"

namespace deltasim {

std::unique_ptr<FrameSource> open_frame_source(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) throw ConfigError(path.string(), "there is no such file");
  if (std::filesystem::is_directory(status))
    return std::make_unique<ImageSource>(image_files(path));
  if (!std::filesystem::is_regular_file(status))
    throw ConfigError(path.string(), "is neither a file nor a folder");
  if (std::filesystem::file_size(path, error) == 0 && !error)
    throw ConfigError(path.string(), "is empty");
  if (path.extension() == ".npy") return std::make_unique<NpySource>(path);
  return std::make_unique<VideoSource>(path);
}

}  // namespace deltasim
