#include <openssl/evp.h>

#include <array>
#include <bit>
#include <memory>
#include <span>

#include "arch/errors.h"
#include "workloads/weights.h"

namespace deltasim {
namespace {

static_assert(std::endian::native == std::endian::little,
              "values are hashed as they lie in memory");

class Hash {
 public:
  Hash() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    check(context_ != nullptr && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
  }

  template <typename T>
  void update(std::span<const T> values) {
    check(EVP_DigestUpdate(context_.get(), values.data(), values.size_bytes()) == 1);
  }

  std::string hexadecimal() {
    std::array<unsigned char, 32> digest{};
    check(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1);
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const unsigned char byte : digest) {
      text += kDigits[byte >> 4];
      text += kDigits[byte & 15];
    }
    return text;
  }

 private:
  static void check(bool done) { DELTASIM_INVARIANT(done, "libcrypto computes SHA-256"); }

  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
};

void hash_tensor(Hash& hash, const std::string& name, const Tensor& tensor) {
  hash.update(std::span<const char>(name.c_str(), name.size() + 1));
  const auto dimensions = static_cast<std::int32_t>(tensor.shape.size());
  hash.update(std::span<const std::int32_t>(&dimensions, 1));
  hash.update(std::span<const int>(tensor.shape));
  hash.update(std::span<const float>(tensor.values));
}

}  // namespace

std::string weights_sha256(const Graph& graph, const Weights& weights) {
  Hash hash;
  for (const Node& node : graph.nodes()) {
    if (!node.is_layer()) continue;
    for (const char* part : {".weight", ".bias"}) {
      const auto found = weights.tensors.find(node.name + part);
      if (found != weights.tensors.end()) hash_tensor(hash, found->first, found->second);
    }
  }
  return hash.hexadecimal();
}

}  // namespace deltasim
