#pragma once
// A folder for the files of a validation's own runs.

#include <stdlib.h>

#include <cerrno>
#include <filesystem>
#include <string>

#include "arch/errors.h"

namespace deltasim {

/// A new folder that is removed with all that is in it.
class ScratchFolder {
 public:
  /// @throws IoError
  ScratchFolder() {
    std::string name =
        (std::filesystem::temp_directory_path() / "deltasim-validate-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw IoError(name, "make this folder", errno);
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace deltasim
