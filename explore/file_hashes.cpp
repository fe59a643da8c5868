#include "explore/file_hashes.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <utility>

#include "arch/atomic_file.h"
#include "workloads/video/clip.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFirstLine =
    "deltasim file hashes 1: SHA-256, bytes, modified and "
    "changed (ns), inode, path";
constexpr std::size_t kDigits = 64;
constexpr std::int64_t kNanoseconds = 1'000'000'000;

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * kNanoseconds + time.tv_nsec;
}

}  // namespace

FileHashes::FileHashes(fs::path file) : kept_in_(std::move(file)) {
  std::ifstream stream(kept_in_);
  std::string line;
  if (!std::getline(stream, line) || line != kFirstLine) return;
  while (std::getline(stream, line)) {
    std::istringstream words(line);
    Known known;
    std::string path;
    Identity& id = known.identity;
    const bool whole = static_cast<bool>(words >> known.sha256 >> id.bytes >> id.modified_ns >>
                                         id.changed_ns >> id.inode) &&
                       words.get() == ' ' && std::getline(words, path);
    if (whole && known.sha256.size() == kDigits) known_[path] = std::move(known);
  }
}

FileHashes::Identity FileHashes::identity_of(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {.bytes = status.st_size,
          .modified_ns = nanoseconds(status.st_mtim),
          .changed_ns = nanoseconds(status.st_ctim),
          .inode = status.st_ino};
}

/// Clocks of file systems tick slowly: what was changed a moment ago may be changed once more
/// within the same tick, and nothing would tell.
bool FileHashes::is_settled(const Identity& identity) {
  const auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  constexpr std::int64_t kTick = 2 * kNanoseconds;
  return std::max(identity.modified_ns, identity.changed_ns) < now.count() - kTick;
}

std::string FileHashes::of(const fs::path& path) {
  // Of a folder it says nothing when a file in it is changed.
  if (kept_in_.empty() || !fs::is_regular_file(path)) {
    ++files_read_;
    return source_sha256(path);
  }
  const std::string name = fs::absolute(path).lexically_normal().string();
  const Identity before = identity_of(path);
  const auto known = known_.find(name);
  if (known != known_.end() && known->second.identity == before) return known->second.sha256;
  ++files_read_;
  std::string sha256 = source_sha256(path);
  const bool fits_a_line = name.find('\n') == std::string::npos;
  if (fits_a_line && is_settled(before) && identity_of(path) == before) {
    known_[name] = {before, sha256};
    has_new_ = true;
  }
  return sha256;
}

void FileHashes::save() {
  if (!has_new_) return;
  std::string text(kFirstLine);
  text += '\n';
  for (const auto& [path, known] : known_) {
    const Identity& id = known.identity;
    text += fmt::format("{} {} {} {} {} {}\n", known.sha256, id.bytes, id.modified_ns,
                        id.changed_ns, id.inode, path);
  }
  write_file_atomically(kept_in_, text);
  has_new_ = false;
}

}  // namespace deltasim
