#include "arch/scratch_folder.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <cerrno>
#include <system_error>

#include "arch/errors.h"

namespace deltasim {

ScratchFolder::ScratchFolder(std::string_view purpose) {
  const std::string name = fmt::format("deltasim-{}-XXXXXX", purpose);
  std::string path = (std::filesystem::temp_directory_path() / name).string();
  if (mkdtemp(path.data()) == nullptr) throw IoError(path, "make this folder", errno);
  path_ = path;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace deltasim
