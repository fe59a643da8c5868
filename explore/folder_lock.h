#pragma once
// One driver a folder: two would evaluate the same points.

#include <sys/types.h>

#include <filesystem>
#include <optional>

namespace deltasim {

/// Holds a folder for this process until it ends, however it ends; children do not inherit it.
class FolderLock {
 public:
  /// @throws ConfigError where another process holds it, naming that; IoError
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_ = -1;
};

/// The process of this machine that holds the folder, if any.
std::optional<pid_t> holder_of(const std::filesystem::path& folder);

}  // namespace deltasim
