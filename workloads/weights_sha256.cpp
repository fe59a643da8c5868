#include <array>
#include <bit>
#include <span>

#include "arch/sha256.h"
#include "workloads/weights.h"

namespace deltasim {
namespace {

static_assert(std::endian::native == std::endian::little,
              "values are hashed as they lie in memory");

void hash_tensor(Sha256& hash, const std::string& name, const Tensor& tensor) {
  hash.update(std::string_view(name.c_str(), name.size() + 1));
  const std::array dimensions{static_cast<std::int32_t>(tensor.shape.size())};
  hash.update(std::as_bytes(std::span(dimensions)));
  hash.update(std::as_bytes(std::span(tensor.shape)));
  hash.update(std::as_bytes(std::span(tensor.values)));
}

}  // namespace

std::string weights_sha256(const Graph& graph, const Weights& weights) {
  Sha256 hash;
  for (const Node& node : graph.nodes()) {
    if (!node.is_layer()) continue;
    for (const char* part : {".weight", ".scale", ".bias"}) {
      const auto found = weights.tensors.find(node.name + part);
      if (found != weights.tensors.end()) hash_tensor(hash, found->first, found->second);
    }
  }
  return hash.finish();
}

}  // namespace deltasim
