#include "arch/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "arch/errors.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferSize = std::size_t{1} << 18;

/// The file that a link stands for, so that renaming replaces that and not the link.
fs::path followed(const fs::path& path) {
  std::error_code error;
  if (!fs::is_symlink(path, error)) return path;
  const fs::path real = fs::weakly_canonical(path, error);
  return error ? path : real;
}

bool is_device(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  return fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
}

/// Syncs the folder, so that the new name survives a loss of power. Not every file system can.
void sync_folder(const fs::path& file) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

AtomicFile::AtomicFile(const fs::path& target) : target_(followed(target)), written_(target_) {
  int flags = O_WRONLY | O_CLOEXEC;
  if (!is_device(target_)) {
    if (fs::is_directory(target_)) throw IoError(target_.string(), "write", EISDIR);
    written_ += "." + std::to_string(::getpid()) + ".partial";
    flags |= O_CREAT | O_TRUNC;
  }
  descriptor_ = ::open(written_.c_str(), flags, 0666);
  if (descriptor_ < 0) throw IoError(target_.string(), "write", errno);
  buffer_.reserve(kBufferSize);
}

AtomicFile::~AtomicFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  if (written_ != target_) ::unlink(written_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  DELTASIM_INVARIANT(descriptor_ >= 0, "nothing is written after commit()");
  if (buffer_.size() + bytes.size() > kBufferSize) flush();
  if (bytes.size() > kBufferSize) {
    write_to_disk(bytes);
  } else {
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  }
}

void AtomicFile::commit() {
  flush();
  const bool renames = written_ != target_;
  if (renames && ::fsync(descriptor_) != 0) throw IoError(target_.string(), "write", errno);
  // Network file systems may report a full disk here, and not before.
  if (::close(std::exchange(descriptor_, -1)) != 0 ||
      (renames && ::rename(written_.c_str(), target_.c_str()) != 0)) {
    const int error = errno;
    if (renames) ::unlink(written_.c_str());
    throw IoError(target_.string(), "write", error);
  }
  if (renames) sync_folder(target_);
}

void AtomicFile::flush() {
  write_to_disk(buffer_);
  buffer_.clear();
}

void AtomicFile::write_to_disk(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw IoError(target_.string(), "write", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void write_file_atomically(const fs::path& target, std::string_view content) {
  AtomicFile file(target);
  file.write(content);
  file.commit();
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw IoError(folder.string(), "make this folder", error.value());
}

}  // namespace deltasim
