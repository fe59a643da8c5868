#include "arch/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "arch/errors.h"

namespace deltasim {
namespace {

constexpr std::chrono::milliseconds kBetweenTries(100);

/// Whether it is held now. @throws IoError
bool try_lock(int descriptor, const std::filesystem::path& file) {
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) throw IoError(file.string(), "lock", errno);
  }
  return true;
}

}  // namespace

FileLock::FileLock(const std::filesystem::path& file, const std::function<void()>& waiting)
    : descriptor_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) throw IoError(file.string(), "write", errno);
  try {
    while (!try_lock(descriptor_, file)) {
      if (waiting) waiting();
      std::this_thread::sleep_for(kBetweenTries);
    }
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

FileLock::~FileLock() { ::close(descriptor_); }

}  // namespace deltasim
