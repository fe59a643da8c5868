#pragma once
// One process at a time.

#include <filesystem>
#include <functional>

namespace deltasim {

/// Holds a lock file as long as it lives. The kernel lets go of it when the holder ends, however it
/// ends (flock). The file stays; it says nothing.
class FileLock {
 public:
  /// Waits until whoever holds it lets go.
  /// @param waiting called ten times a second meanwhile; it may throw to give up
  /// @throws IoError where the file cannot be made, or its file system has no locks
  explicit FileLock(const std::filesystem::path& file, const std::function<void()>& waiting = {});
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace deltasim
