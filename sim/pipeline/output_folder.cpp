#include "sim/pipeline/output_folder.h"

#include "arch/atomic_file.h"

namespace deltasim {

namespace fs = std::filesystem;

OutputFolder::OutputFolder(const fs::path& folder) {
  std::error_code error;
  for (fs::path path = fs::absolute(folder).lexically_normal(); !fs::exists(path, error);
       path = path.parent_path()) {
    made_.push_back(path);
  }
  make_folder(folder);
}

OutputFolder::~OutputFolder() {
  std::error_code not_empty;
  for (const fs::path& path : made_) fs::remove(path, not_empty);
}

}  // namespace deltasim
