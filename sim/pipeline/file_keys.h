#pragma once
// Keys of experiments, accelerators and energy tables whose values name files: what a value means,
// and where its file is looked for. An experiment's reader asks this table for its paths, and so
// does whoever must know the files of an experiment without running it.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace deltasim {

/// What a text may mean.
enum class FileKeyMeaning : std::uint8_t {
  kPath,           ///< nothing else
  kShippedOrPath,  ///< a path by a '/' or the ending .yaml or .yml, else a shipped file's name
  kNetworkOrPath   ///< a path by the ending .onnx, else a network that is built in
};

/// The file in which a key stands; relative paths start at its folder.
enum class FileKeyOwner : std::uint8_t { kExperiment, kAccelerator, kEnergyTable };

struct FileKey {
  /// Dotted path, of an accelerator after "accelerator.", of an energy table after "energy."; a
  /// step "*" stands for any one step, such as a list's number.
  std::string_view key;
  FileKeyMeaning meaning = FileKeyMeaning::kPath;
  std::string_view shipped{};  ///< folder of configs/ with the files that names mean
  FileKeyOwner owner = FileKeyOwner::kExperiment;
  bool also_here = false;  ///< a path may start at the current folder, too
  bool is_clip = false;    ///< it may be a folder of images
};

/// All there are.
const std::vector<FileKey>& file_keys();

/// The row for a dotted path; null where the value there names no file.
const FileKey* find_file_key(std::string_view path);

/// Whether a text is a path, as against a name.
bool means_path(const FileKey& key, std::string_view text);

/// A text as its reader takes it: a relative path starts at `folder`, a name stays as it is.
/// @param path of a row, for a reader whose key it is
std::filesystem::path path_at(std::string_view path, const std::string& text,
                              const std::filesystem::path& folder);

/// The file that a text names, where there is one that the key can take.
/// @param folder of the key's owner
/// @throws ConfigError as configs_folder()
std::optional<std::filesystem::path> named_file(const FileKey& key, const std::string& text,
                                                const std::filesystem::path& folder);

}  // namespace deltasim
