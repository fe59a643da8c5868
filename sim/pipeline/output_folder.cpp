#include "sim/pipeline/output_folder.h"

#include "arch/errors.h"

namespace deltasim {

namespace fs = std::filesystem;

OutputFolder::OutputFolder(const fs::path& folder) {
  std::error_code error;
  for (fs::path path = fs::absolute(folder).lexically_normal(); !fs::exists(path, error);
       path = path.parent_path()) {
    made_.push_back(path);
  }
  fs::create_directories(folder, error);
  if (error) throw IoError(folder.string(), "make this folder", error.value());
}

OutputFolder::~OutputFolder() {
  std::error_code not_empty;
  for (const fs::path& path : made_) fs::remove(path, not_empty);
}

}  // namespace deltasim
