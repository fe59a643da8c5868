#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <memory>

#include "arch/errors.h"
#include "workloads/video/clip.h"
#include "workloads/video/image_source.h"

namespace deltasim {
namespace {

struct DigestDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Digest = std::unique_ptr<EVP_MD_CTX, DigestDeleter>;

void add_file(EVP_MD_CTX& digest, const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw IoError(path.string(), "cannot be opened", errno);
  std::vector<char> block(std::size_t{1} << 16);
  while (file.read(block.data(), static_cast<std::streamsize>(block.size())) || file.gcount() > 0)
    EVP_DigestUpdate(&digest, block.data(), static_cast<std::size_t>(file.gcount()));
  if (file.bad()) throw IoError(path.string(), "cannot be read", errno);
}

std::string hexadecimal(std::span<const unsigned char> bytes) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace

std::string source_sha256(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) throw ConfigError(path.string(), "there is no such file");
  const Digest digest(EVP_MD_CTX_new());
  DELTASIM_INVARIANT(digest && EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) == 1,
                     "OpenSSL has SHA-256");
  if (std::filesystem::is_directory(path)) {
    for (const std::filesystem::path& file : image_files(path)) add_file(*digest, file);
  } else {
    add_file(*digest, path);
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(digest.get(), hash.data(), &size);
  return hexadecimal({hash.data(), size});
}

}  // namespace deltasim
