#include "arch/library_versions.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/opensslv.h>

namespace deltasim {

std::vector<LibraryVersion> arch_libraries() {
  return {{"fmt", fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100,
                              FMT_VERSION % 100)},
          {"yaml-cpp", DELTASIM_YAML_CPP_VERSION},
          {"OpenSSL", OPENSSL_VERSION_STR, OpenSSL_version(OPENSSL_VERSION_STRING)}};
}

}  // namespace deltasim
