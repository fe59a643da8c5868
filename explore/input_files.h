#pragma once
// The files that the points of a sweep stand on, so that nobody mixes points of two kinds.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace deltasim {

/// Files and folders of images by what they held when they were added.
class InputFiles {
 public:
  /// Adds a file as it is now; of one that is there already it knows better.
  /// @return its SHA-256, of a folder that of all its images
  /// @throws ConfigError, IoError as source_sha256()
  const std::string& add(const std::filesystem::path& file);

  /// What is not as it was, a sentence each: "a.yaml has changed", "is new", "is gone". Files that
  /// lie elsewhere and hold the same have not changed, so that a sweep may be moved with them.
  std::vector<std::string> changes_since(const InputFiles& before) const;

  /// "a.yaml has changed", or is gone; nothing where all are as they were. A file whose size and
  /// times are as they were is not read.
  /// @throws IoError
  std::optional<std::string> change();
  /// @throws ConfigError with change()
  void require_unchanged();

  /// Leaves out files that this machine cannot read: whoever needs them says so.
  void forget_unreadable();

  bool empty() const { return files_.empty(); }
  /// Of names and contents.
  std::string json() const;
  /// @throws ConfigError where it is not what json() writes
  /// @param where file or table, for messages
  static InputFiles from_json(const std::string& text, const std::string& where);

 private:
  struct File {
    std::string sha256;
    std::string stamp;  ///< inode, size and time of change; empty where these tell nothing
  };
  std::map<std::string, File> files_;  ///< by absolute path
};

}  // namespace deltasim
