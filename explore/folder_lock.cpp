#include "explore/folder_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "arch/errors.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

fs::path lock_file(const fs::path& folder) { return folder / "sweep.lock"; }

struct flock whole_file() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

FolderLock::FolderLock(const fs::path& folder)
    : descriptor_(::open(lock_file(folder).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) throw IoError(lock_file(folder).string(), "write", errno);
  struct flock lock = whole_file();
  if (::fcntl(descriptor_, F_SETLK, &lock) == 0) return;
  const int reason = errno;
  if (reason == ENOLCK || reason == EOPNOTSUPP) return;  // a file system that knows no locks
  ::close(descriptor_);
  if (reason != EACCES && reason != EAGAIN) {
    throw IoError(lock_file(folder).string(), "lock", reason);
  }
  const std::optional<pid_t> holder = holder_of(folder);
  throw ConfigError(folder.string(),
                    fmt::format("another process works on the sweep in this folder{}",
                                holder ? fmt::format(" (process {})", *holder) : ""));
}

FolderLock::~FolderLock() { ::close(descriptor_); }

std::optional<pid_t> holder_of(const fs::path& folder) {
  const int descriptor = ::open(lock_file(folder).c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return std::nullopt;
  struct flock lock = whole_file();
  const bool asked = ::fcntl(descriptor, F_GETLK, &lock) == 0;
  ::close(descriptor);
  if (!asked || lock.l_type == F_UNLCK) return std::nullopt;
  return lock.l_pid;
}

}  // namespace deltasim
