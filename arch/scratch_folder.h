#pragma once
// A folder for files that nobody is to see.

#include <filesystem>
#include <string_view>

namespace deltasim {

/// A new folder, removed with all that is in it when the object goes.
class ScratchFolder {
 public:
  /// @param purpose a word for the folder's name, for whoever finds it after a SIGKILL
  /// @throws IoError
  explicit ScratchFolder(std::string_view purpose);
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace deltasim
