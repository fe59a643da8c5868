#include "explore/folder_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "arch/errors.h"
#include "explore/host_name.h"

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

constexpr const char* kWaits = "waits";

/// Others may read it while the lock is held. Who cannot write it is not told apart, no more.
void sign(int descriptor, FolderUse use) {
  const std::string text = fmt::format("{} {} {}\n", host_name(), ::getpid(),
                                       use == FolderUse::kWaits ? kWaits : "works");
  if (::ftruncate(descriptor, 0) != 0) return;
  [[maybe_unused]] const ssize_t written = ::pwrite(descriptor, text.data(), text.size(), 0);
}

}  // namespace

FolderLock::FolderLock(const fs::path& folder, FolderUse use)
    : descriptor_(::open(lock_file(folder).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) throw IoError(lock_file(folder).string(), "write", errno);
  struct flock lock = whole_file();
  if (::fcntl(descriptor_, F_SETLK, &lock) == 0) {
    sign(descriptor_, use);
    return;
  }
  const int reason = errno;
  if (reason == ENOLCK || reason == EOPNOTSUPP) return;  // a file system that knows no locks
  ::close(descriptor_);
  if (reason != EACCES && reason != EAGAIN) {
    throw IoError(lock_file(folder).string(), "lock", reason);
  }
  const std::optional<FolderHolder> holder = holder_of(folder);
  throw ConfigError(folder.string(),
                    fmt::format("another process works on the sweep in this folder{}",
                                holder ? fmt::format(" ({})", holder->text()) : ""));
}

FolderLock::~FolderLock() { ::close(descriptor_); }

std::string FolderHolder::text() const {
  if (process == 0) return "a process that is not known";
  return is_here ? fmt::format("process {}", process)
                 : fmt::format("process {} on {}", process, host);
}

std::optional<FolderHolder> holder_of(const fs::path& folder) {
  const int descriptor = ::open(lock_file(folder).c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return std::nullopt;
  struct flock lock = whole_file();
  const bool asked = ::fcntl(descriptor, F_GETLK, &lock) == 0;
  ::close(descriptor);
  if (!asked || lock.l_type == F_UNLCK) return std::nullopt;
  FolderHolder holder;
  std::string use;
  std::ifstream(lock_file(folder)) >> holder.host >> holder.process >> use;
  if (use == kWaits) holder.use = FolderUse::kWaits;
  // Of a process of another machine the kernel tells no number, or that machine's.
  holder.is_here = holder.process > 0 && holder.process == lock.l_pid && holder.host == host_name();
  return holder;
}

}  // namespace deltasim
