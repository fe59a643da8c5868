#include "arch/sha256.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <vector>

#include "arch/errors.h"

namespace deltasim {

struct Sha256::Context {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> evp{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  DELTASIM_INVARIANT(
      context_->evp && EVP_DigestInit_ex(context_->evp.get(), EVP_sha256(), nullptr) == 1,
      "OpenSSL offers SHA-256");
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::span<const std::byte> bytes) {
  DELTASIM_INVARIANT(
      context_ && EVP_DigestUpdate(context_->evp.get(), bytes.data(), bytes.size()) == 1,
      "a digest takes bytes until it is finished");
}

std::string Sha256::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  DELTASIM_INVARIANT(context_ && EVP_DigestFinal_ex(context_->evp.get(), digest.data(), &size) == 1,
                     "a digest is finished once");
  context_.reset();
  std::string text;
  for (unsigned int i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

void Sha256::update_with_file(const std::filesystem::path& file) {
  constexpr std::size_t kPiece = std::size_t{1} << 20;
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) throw IoError(file.string(), "read", EISDIR);
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw IoError(file.string(), "read", errno);
  std::vector<char> piece(kPiece);
  while (stream) {
    stream.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    update(std::string_view(piece.data(), static_cast<std::size_t>(stream.gcount())));
  }
  if (stream.bad()) throw IoError(file.string(), "read", errno);
}

std::string sha256_of_file(const std::filesystem::path& file) {
  Sha256 digest;
  digest.update_with_file(file);
  return digest.finish();
}

}  // namespace deltasim
