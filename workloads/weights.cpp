#include "workloads/weights.h"

#include <cmath>
#include <map>

#include "arch/errors.h"
#include "workloads/npy.h"

namespace deltasim {
namespace {

constexpr std::string_view kQuantized = ".weight_q";
constexpr std::string_view kScale = ".weight_scale";
constexpr std::string_view kZero = ".weight_zero";
// What PyTorch stores with a batch norm and inference does not need.
constexpr std::string_view kIgnored = ".num_batches_tracked";

using Arrays = std::map<std::string, NpyArray>;

float scalar(const Arrays& arrays, const std::string& name, const std::string& file) {
  const auto found = arrays.find(name);
  if (found == arrays.end()) {
    throw ConfigError(
        Fault{file, 0, name, "no such tensor", "one value beside the quantized tensor", ""});
  }
  const Tensor tensor = to_tensor(found->second);
  if (tensor.values.size() != 1) {
    throw ConfigError(Fault{file, 0, name, std::to_string(tensor.values.size()) + " values",
                            "one value a tensor", ""});
  }
  return tensor.values[0];
}

/// (q - zero) * scale; q - zero is exact in float.
Tensor dequantized(const Arrays& arrays, const std::string& name, const std::string& file) {
  const NpyArray& codes = arrays.at(name + std::string(kQuantized));
  if (codes.header.dtype != "u1") {
    throw ConfigError(Fault{file, 0, name + std::string(kQuantized),
                            "elements of type " + codes.header.dtype, "uint8", ""});
  }
  const float scale = scalar(arrays, name + std::string(kScale), file);
  const float zero = scalar(arrays, name + std::string(kZero), file);
  Tensor tensor = to_tensor(codes);
  for (float& value : tensor.values) value = (value - zero) * scale;
  return tensor;
}

void refuse_not_finite(const Weights& weights) {
  std::vector<Fault> faults;
  for (const auto& [name, tensor] : weights.tensors) {
    for (std::size_t i = 0; i < tensor.values.size(); ++i) {
      if (std::isfinite(tensor.values[i])) continue;
      faults.push_back(Fault{weights.source, 0, name,
                             (std::isnan(tensor.values[i]) ? "NaN" : "infinity") +
                                 std::string(" at element ") + std::to_string(i),
                             "finite values", ""});
      break;
    }
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
}

}  // namespace

Weights load_weights_npz(const std::filesystem::path& path) {
  const std::string file = path.string();
  const Arrays arrays = read_npz(path);
  Weights weights;
  weights.source = path.filename().string();
  for (const auto& [name, array] : arrays) {
    if (name.ends_with(kIgnored) || name.ends_with(kScale) || name.ends_with(kZero)) continue;
    if (name.ends_with(kQuantized)) {
      const std::string base = name.substr(0, name.size() - kQuantized.size());
      weights.tensors[base + ".weight"] = dequantized(arrays, base, file);
    } else if (!weights.tensors.emplace(name, to_tensor(array)).second) {
      throw ConfigError(
          Fault{file, 0, name, "the tensor twice, quantized and plain", "one of them", ""});
    }
  }
  refuse_not_finite(weights);
  return weights;
}

}  // namespace deltasim
