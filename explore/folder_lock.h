#pragma once
// One driver a folder: two would evaluate the same points.

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace deltasim {

/// What a process does with a folder that it holds.
enum class FolderUse : std::uint8_t {
  kWorks,
  kWaits  ///< for the jobs of a cluster, whose results it then takes
};

/// Holds a folder for this process until it ends, however it ends; children do not inherit it. The
/// lock's file names machine, process and use. Whoever holds it must not ask holder_of(): to close
/// the file gives it up.
class FolderLock {
 public:
  /// @throws ConfigError where another process holds it, naming that; IoError
  explicit FolderLock(const std::filesystem::path& folder, FolderUse use = FolderUse::kWorks);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_ = -1;
};

/// Who holds a folder; on a shared file system that may be a process of another machine.
struct FolderHolder {
  std::string host;   ///< empty: not known
  pid_t process = 0;  ///< of `host`; 0: not known
  FolderUse use = FolderUse::kWorks;
  bool is_here = false;  ///< the kernel of this machine knows it by that number
  /// "process 12", "process 12 on node3", "a process that is not known"
  std::string text() const;
};

std::optional<FolderHolder> holder_of(const std::filesystem::path& folder);

}  // namespace deltasim
