#pragma once
// What files hold, known from an earlier look at them: a data set of clips need not be read whole
// each time that a sweep of it is started.

#include <compare>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace deltasim {

/// SHA-256 of files and folders of images. That of a file is known as long as its size, its inode
/// and the times at which its content and its inode were changed (to the nanosecond) are what they
/// were.
class FileHashes {
 public:
  /// Knows nothing, and keeps nothing.
  FileHashes() = default;
  /// @param file where they are kept. What cannot be read there is not known.
  explicit FileHashes(std::filesystem::path file);

  /// The same as source_sha256(), and throws the same.
  std::string of(const std::filesystem::path& path);
  /// How many files were read for it.
  std::int64_t files_read() const { return files_read_; }

  /// Keeps them, where there are new ones. @throws IoError
  void save();

 private:
  /// By which a file that was changed is told from the one that it was.
  struct Identity {
    std::int64_t bytes = 0, modified_ns = 0, changed_ns = 0;
    std::uint64_t inode = 0;
    friend auto operator<=>(const Identity&, const Identity&) = default;
  };
  struct Known {
    Identity identity;
    std::string sha256;
  };
  static Identity identity_of(const std::filesystem::path& path);
  static bool is_settled(const Identity& identity);

  std::filesystem::path kept_in_;
  std::map<std::string, Known> known_;  ///< by path
  std::int64_t files_read_ = 0;
  bool has_new_ = false;
};

}  // namespace deltasim
