#pragma once
// What the files hold that a sweep's base and its levels name, so that points are told apart by
// contents and not by names.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arch/config_tree.h"
#include "explore/file_hashes.h"
#include "explore/input_files.h"
#include "explore/sweep_spec.h"
#include "sim/pipeline/file_keys.h"

namespace deltasim {

/// Contents as text. Of an experiment, an accelerator and an energy table these are with the
/// contents of the files that they name.
class FileContents {
 public:
  /// @param clips what is known of files of single points; outlives it. Null: all are read
  /// @throws ConfigError, IoError where the base experiment cannot be read
  explicit FileContents(const SweepSpec& spec, FileHashes* clips = nullptr);

  /// Of the base experiment, of what it takes where it names nothing, and of the shipped data that
  /// other files name.
  std::string base();

  /// An override's value in one spelling, with contents in place of file names, also within lists
  /// and maps. A name that leads to no file stays, which is the point's own failure.
  /// @param shared whether points share it: those files are inputs()
  /// @throws ConfigError where it is not YAML; IoError
  std::string canonical(const std::string& key, const std::string& value, bool shared);

  /// Files that are not of single points.
  const InputFiles& inputs() const { return inputs_; }

 private:
  using Folders = std::vector<std::filesystem::path>;

  void add_folders(const std::string& key, const std::string& value);
  const Folders& folders_of(const FileKey& key) const;
  std::optional<std::string> named(const std::string& path, const std::string& text,
                                   const Folders* folders, bool shared);
  const std::string& of(const std::filesystem::path& file, const FileKey* key, bool shared);
  void add_named(const ConfigTree& tree, const std::string& path, const Folders& folders,
                 std::string& text);

  const SweepSpec& spec_;
  FileHashes nothing_;  ///< known, where nobody knows anything
  FileHashes& clips_;
  Folders experiment_;
  /// Of all files that a point may take: which one it takes hangs on its other levels.
  Folders accelerators_, energy_tables_;
  std::map<std::string, std::string> known_;  ///< contents by what is read as what
  InputFiles inputs_;
};

}  // namespace deltasim
