#pragma once
// One driver a folder: two would evaluate the same points.

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace deltasim {

/// Holds a folder for this process until it ends, however it ends; children do not inherit it. The
/// lock's file names machine and process.
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

/// Who holds a folder; on a shared file system that may be a process of another machine.
struct FolderHolder {
  std::string host;      ///< empty: not known
  pid_t process = 0;     ///< of `host`; 0: not known
  bool is_here = false;  ///< the kernel of this machine knows it by that number
  /// "process 12", "process 12 on node3", "a process that is not known"
  std::string text() const;
};

std::optional<FolderHolder> holder_of(const std::filesystem::path& folder);

}  // namespace deltasim
