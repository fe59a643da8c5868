#include "tests/support/shared_data.h"

#include <cstdlib>
#include <iostream>

namespace deltasim::test {
namespace {

namespace fs = std::filesystem;

std::optional<fs::path> environment_path(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return fs::path(value);
}

}  // namespace

fs::path source_directory() {
  return environment_path("DELTASIM_SOURCE_DIR").value_or(fs::current_path());
}

std::optional<fs::path> shared_data_or_skip(std::string_view relative) {
  const auto chosen = environment_path("DELTASIM_DATA");
  const fs::path beside = source_directory() / ".." / "shared" / "data";
  for (const fs::path& root : {chosen.value_or(beside), beside}) {
    const fs::path file = root / relative;
    if (fs::exists(file)) return file;
  }
  std::cout << "SKIPPED: no reference data " << relative << std::endl;
  return std::nullopt;
}

}  // namespace deltasim::test
