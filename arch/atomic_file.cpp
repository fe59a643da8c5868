#include "arch/atomic_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <cstdint>
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

constexpr std::string_view kPartial = ".partial";
constexpr std::size_t kRandomDigits = 16;
/// Between being made and being locked, a file is nobody's.
constexpr std::chrono::seconds kYoung(10);

/// "NAME.0123456789abcdef.partial"
fs::path partial_name(const fs::path& target) {
  std::uint64_t random = 0;
  while (::getrandom(&random, sizeof random, 0) < 0 && errno == EINTR) {
  }
  fs::path name = target;
  name += fmt::format(".{:0{}x}{}", random, kRandomDigits, kPartial);
  return name;
}

bool is_partial_name(std::string_view name) {
  if (!name.ends_with(kPartial)) return false;
  name.remove_suffix(kPartial.size());
  if (name.size() < kRandomDigits + 2 || name[name.size() - kRandomDigits - 1] != '.') return false;
  return std::ranges::all_of(name.substr(name.size() - kRandomDigits),
                             [](unsigned char c) { return std::isxdigit(c) != 0; });
}

/// Makes a file that was not there, which others see as in use; `name` is changed until it is one.
int create_partial(const fs::path& target, fs::path& name) {
  int descriptor = -1;
  do {
    name = partial_name(target);
    descriptor = ::open(name.c_str(), O_WRONLY | O_CLOEXEC | O_CREAT | O_EXCL, 0666);
  } while (descriptor < 0 && errno == EEXIST);
  // Where a file system knows no locks, its partial files are left where they are.
  if (descriptor >= 0) ::flock(descriptor, LOCK_EX | LOCK_NB);
  return descriptor;
}

/// Nobody writes it: its lock can be had, and it is not just being made.
bool is_left_over(const fs::path& file) {
  std::error_code error;
  const fs::file_time_type written = fs::last_write_time(file, error);
  if (error || fs::file_time_type::clock::now() - written < kYoung) return false;
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool locked = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
  ::close(descriptor);
  return locked;
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
  if (is_device(target_)) {
    descriptor_ = ::open(target_.c_str(), O_WRONLY | O_CLOEXEC);
  } else if (fs::is_directory(target_)) {
    throw IoError(target_.string(), "write", EISDIR);
  } else {
    descriptor_ = create_partial(target_, written_);
  }
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

std::size_t remove_partial_files(const fs::path& folder, int depth) {
  std::size_t removed = 0;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied,
                                         error);
  for (const fs::recursive_directory_iterator end; !error && entry != end; entry.increment(error)) {
    if (entry.depth() >= depth) entry.disable_recursion_pending();
    if (!is_partial_name(entry->path().filename().string()) || !is_left_over(entry->path())) {
      continue;
    }
    std::error_code gone;
    if (fs::remove(entry->path(), gone)) ++removed;
  }
  return removed;
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw IoError(folder.string(), "make this folder", error.value());
}

}  // namespace deltasim
