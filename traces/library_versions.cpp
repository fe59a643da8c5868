#include "traces/library_versions.h"

#include <fmt/format.h>
#include <xxhash.h>
#include <zstd.h>

#include <nlohmann/json.hpp>

#include "traces/bit_kernels.h"

namespace deltasim {

std::vector<LibraryVersion> trace_libraries() {
  const unsigned xxhash = XXH_versionNumber();
  return {
      {"zstd", ZSTD_VERSION_STRING, ZSTD_versionString()},
      {"xxHash", fmt::format("{}.{}.{}", XXH_VERSION_MAJOR, XXH_VERSION_MINOR, XXH_VERSION_RELEASE),
       fmt::format("{}.{}.{}", xxhash / 10000, xxhash / 100 % 100, xxhash % 100)},
      {"nlohmann-json", fmt::format("{}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR,
                                    NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH)}};
}

bool decodes_with_bmi2() {
#if defined(__x86_64__)
  return has_bmi2();
#else
  return false;
#endif
}

}  // namespace deltasim
